"""What monitoring shows of good practice: what waits for the lead bureau, of whichever unit."""

from __future__ import annotations

from prometheus_client import Gauge

from services.tasks.practices import queries
from shared.database import Cursor

WAITING = Gauge("qingdan_practices_waiting", "Good practice that units offered and nobody has published or put aside")
OLDEST = Gauge("qingdan_practices_oldest_seconds", "Age of the oldest of them")


def measure(cur: Cursor) -> None:
    """Set the gauges."""
    waiting, oldest_seconds = queries.waiting(cur)
    WAITING.set(waiting)
    OLDEST.set(oldest_seconds)
