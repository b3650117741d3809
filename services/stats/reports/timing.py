"""Whether what a unit owes is in, and was on time. A fact of its first submission; nobody is ranked by it. Pure."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from shared.workdays import SHANGHAI


class Timing(StrEnum):
    """Where a unit stands in a round."""

    ON_TIME = "on_time"
    LATE = "late"
    OPEN = "open"  # not in, and there is time left
    MISSING = "missing"  # not in, and the due day is over

    @property
    def is_in(self) -> bool:
        return self in (Timing.ON_TIME, Timing.LATE)


def timing_of(first_submitted_at: dt.datetime | None, due_on: dt.date, today: dt.date) -> Timing:
    """Where a unit stands; of what was handed in the day in Asia/Shanghai counts on which it first was."""
    if first_submitted_at is None:
        return Timing.MISSING if today > due_on else Timing.OPEN
    day = first_submitted_at.astimezone(SHANGHAI).date()
    return Timing.ON_TIME if day <= due_on else Timing.LATE
