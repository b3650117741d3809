"""Whether what a unit owes is in, and was on time. A fact of its first submission; nobody is ranked by it. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from shared.workdays import SHANGHAI


class Timing(StrEnum):
    """Where a unit stands in a round."""

    ON_TIME = "on_time"
    LATE = "late"
    OPEN = "open"  # not in, and there is time left
    MISSING = "missing"  # not in, and the due day is over


@dataclass(frozen=True, slots=True)
class DueTime:
    """What decides it: what was first handed in before `ends_at` is on time, and what is not in is `not_in` by now."""

    ends_at: dt.datetime
    not_in: Timing


def due_time(due_on: dt.date, today: dt.date) -> DueTime:
    """The end of the due day in Asia/Shanghai, and whether it is over."""
    ends_at = dt.datetime.combine(due_on + dt.timedelta(days=1), dt.time(), SHANGHAI)
    return DueTime(ends_at, Timing.MISSING if today > due_on else Timing.OPEN)
