"""What monitoring shows of the sweep: what is to be reminded of and no sweep has taken yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from prometheus_client import Gauge

from services.notifications.reminding import queries
from shared.clock import day_of, start_of
from shared.database import Cursor

WAITING = Gauge(
    "qingdan_reminders_waiting", "Duties and reports whose day of reminding has come and that wait for the sweep"
)
OLDEST = Gauge("qingdan_reminders_oldest_due_seconds", "Seconds since the first day on which one of them was due")


def measure(cur: Cursor, now: dt.datetime, *, others: Sequence[tuple[int, dt.date | None]] = ()) -> None:
    """Set the gauges; a duty is due from the midnight in Asia/Shanghai that begins its day.

    Each of `others` is how many things of another kind wait, and the first of their days.
    """
    waiting = [queries.waiting_for_sweep(cur, day_of(now)), *others]
    days = [day for _, day in waiting if day is not None]
    WAITING.set(sum(number for number, _ in waiting))
    OLDEST.set((now - start_of(min(days))).total_seconds() if days else 0)
