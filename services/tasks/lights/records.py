"""The rows of the rule of lights."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple


class SavedRule(NamedTuple):
    """A version as it was saved, and who saved it why; without a number what was planned for its day is taken back."""

    version: int
    from_day: dt.date
    workdays: int | None
    reason: str
    post: str | None
    unit_name: str | None
    at: dt.datetime
