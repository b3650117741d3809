"""What monitoring shows of issuing: the runs that are not finished."""

from __future__ import annotations

from prometheus_client import Gauge

from services.tasks.issuing import queries
from shared.database import Cursor

OPEN = Gauge("qingdan_issue_runs_open", "Checklists that are being issued")
OLDEST = Gauge("qingdan_issue_oldest_seconds", "Age of the oldest of them")


def measure(cur: Cursor) -> None:
    """Set the gauges."""
    runs, oldest_seconds = queries.unfinished_runs(cur)
    OPEN.set(runs)
    OLDEST.set(oldest_seconds)
