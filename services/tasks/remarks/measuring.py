"""What monitoring shows of remarks: the answers that are owed."""

from __future__ import annotations

from prometheus_client import Gauge

from services.tasks.remarks import queries
from shared.database import Cursor

WAITING = Gauge("qingdan_remark_answers_owed", "Answers to leaders' remarks that units owe")
OLDEST = Gauge("qingdan_remark_oldest_seconds", "Age of the oldest remark that is not answered by all")


def measure(cur: Cursor) -> None:
    """Set the gauges."""
    answers, oldest_seconds = queries.waiting(cur)
    WAITING.set(answers)
    OLDEST.set(oldest_seconds)
