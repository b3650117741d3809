"""What monitoring shows of delivery: how long the oldest waits beyond its time, and what needs a person."""

from __future__ import annotations

import datetime as dt

from prometheus_client import Gauge

from services.notifications.delivery import queries
from services.notifications.delivery.states import DEAD_LETTERS, Channel
from shared.database import Cursor

OLDEST = Gauge(
    "qingdan_deliveries_oldest_due_seconds",
    "Seconds since the oldest delivery that is not sent was first planned for",
    ["channel"],
)
DEAD = Gauge(
    "qingdan_deliveries_dead",
    "Deliveries of the last day that failed, were given up or are unknown",
    ["channel", "state"],
)


def measure(cur: Cursor, now: dt.datetime) -> None:
    """Set the gauges. They read rows, so they agree on all replicas and after a restart."""
    oldest = queries.oldest_due(cur, now)
    dead = queries.dead_since(cur, now - dt.timedelta(days=1))
    for channel in Channel:
        OLDEST.labels(channel.value).set((now - oldest.get(channel, now)).total_seconds())
        for state in sorted(DEAD_LETTERS):
            DEAD.labels(channel.value, state.value).set(dead.get((channel, state), 0))
