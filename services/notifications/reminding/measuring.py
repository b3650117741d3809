"""What monitoring shows of the sweep: the duties whose day has come and that no sweep has taken yet."""

from __future__ import annotations

import datetime as dt

from prometheus_client import Gauge

from services.notifications.reminding import queries
from shared.clock import day_of, start_of
from shared.database import Cursor

WAITING = Gauge("qingdan_reminders_waiting", "Duties whose day of reminding has come and that wait for the sweep")
OLDEST = Gauge("qingdan_reminders_oldest_due_seconds", "Seconds since the first day on which one of them was due")


def measure(cur: Cursor, now: dt.datetime) -> None:
    """Set the gauges; a duty is due from the midnight in Asia/Shanghai that begins its day."""
    duties, first_day = queries.waiting_for_sweep(cur, day_of(now))
    WAITING.set(duties)
    OLDEST.set((now - start_of(first_day)).total_seconds() if first_day else 0)
