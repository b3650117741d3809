"""What monitoring shows of suggestions: those that wait for an answer."""

from __future__ import annotations

from prometheus_client import Gauge

from services.tasks.suggestions import queries
from shared.database import Cursor

WAITING = Gauge("qingdan_suggestions_waiting", "Suggestions without an answer")
OLDEST = Gauge("qingdan_suggestions_oldest_seconds", "Age of the oldest of them")


def measure(cur: Cursor) -> None:
    """Set the gauges."""
    waiting, oldest_seconds = queries.waiting(cur)
    WAITING.set(waiting)
    OLDEST.set(oldest_seconds)
