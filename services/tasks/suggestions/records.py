"""What the queries of suggestions return, one type per shape."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple


class Suggestion(NamedTuple):
    """What somebody said, of which page, and the answer; `answered_at` is None while it waits."""

    id: int
    about: str
    text: str
    made_at: dt.datetime
    made_by: int
    made_by_post: str
    made_by_unit: str
    answer: str
    answered_at: dt.datetime | None
    answered_by_post: str | None
    answered_by_unit: str | None


class Waiting(NamedTuple):
    """How many suggestions wait for an answer, and for how many seconds the oldest has (0 when none)."""

    suggestions: int
    oldest_seconds: float
