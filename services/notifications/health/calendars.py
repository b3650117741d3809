"""Whether the calendar of working days that will be needed soon is there. Pure."""

from __future__ import annotations

import datetime as dt

from shared.workdays import is_announced

# The State Council's office announces the holidays of a year in November, rarely later, of the year before.
FIRST_MONTH = 12


def missing_year(today: dt.date) -> int | None:
    """The year whose days off should be known by `today` and are not; None when all is there."""
    needed = [today.year, *([today.year + 1] if today.month >= FIRST_MONTH else [])]
    return next((year for year in needed if not is_announced(year)), None)
