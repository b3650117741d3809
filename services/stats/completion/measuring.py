"""What monitoring shows of the checklists under way: how many duties show which light. Never by unit or person."""

from __future__ import annotations

import datetime as dt

from prometheus_client import Gauge

from services.stats.completion import queries
from services.stats.completion.completion import Counts, count, cutoffs_on
from shared.database import Cursor
from shared.light import Light

DUTIES = Gauge("qingdan_duties", "Duties of checklists that are not closed, by light", ["light"])
OPEN = Gauge("qingdan_duties_open", "Duties that are neither done, waived nor withdrawn")
UNSIGNED = Gauge("qingdan_duties_unsigned", "Duties that their units have not acknowledged yet")


def measure(cur: Cursor, today: dt.date) -> Counts:
    """Set the gauges, and return what was counted."""
    counts = count(queries.groups_under_way(cur), cutoffs_on(today))
    for light in Light:
        DUTIES.labels(light.value).set(getattr(counts, light.value))
    OPEN.set(counts.awaiting_review + counts.blocked + counts.overdue + counts.due_soon + counts.on_track)
    UNSIGNED.set(queries.unsigned_duties(cur))
    return counts
