"""What monitoring shows of what units ask and nobody has answered: not to be bound, for more time, for help."""

from __future__ import annotations

from prometheus_client import Gauge

from services.tasks.difficulties import queries
from services.tasks.duties.duty import Kind
from shared.database import Cursor

WAITING = Gauge("qingdan_requests_waiting", "What units ask about duties and nobody has answered", ["kind"])
OLDEST = Gauge("qingdan_request_oldest_seconds", "Age of the oldest of them", ["kind"])

# There from the start, so that none that waits and none that is measured are not the same.
for _kind in Kind:
    WAITING.labels(_kind.value)
    OLDEST.labels(_kind.value)


def measure(cur: Cursor) -> None:
    """Set the gauges of each kind."""
    found = {one.kind: one for one in queries.waiting(cur)}
    for kind in Kind:
        WAITING.labels(kind.value).set(found[kind].requests if kind in found else 0)
        OLDEST.labels(kind.value).set(found[kind].oldest_seconds if kind in found else 0)
