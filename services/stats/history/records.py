"""What days changed, and how far things were at their ends."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple


class DayCounts(NamedTuple):
    """How far a checklist or a row of it was at the end of a day: of `due` duties `due_done` done, and all by light."""

    checklist_id: int
    day: dt.date
    row_id: int
    due: int
    due_done: int
    done: int
    done_late: int
    awaiting_review: int
    blocked: int
    overdue: int
    due_soon: int
    on_track: int
    not_applicable: int
    overdue_blocked: int


class DayKey(NamedTuple):
    """A counter on a day; `key` is the item or the unit."""

    checklist_id: int
    key: int
    day: dt.date
    due_on: dt.date
    bucket: str


class Recorded(NamedTuple):
    """A checklist with the first day of which it is known what changed, and of one that is closed the last."""

    checklist_id: int
    first: dt.date
    last: dt.date | None
