"""What the queries of remarks return, one type per shape."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple


class Meant(NamedTuple):
    """A duty that a remark is about, with its unit and its item."""

    duty_id: int
    unit_id: int
    item_id: int


class Listed(NamedTuple):
    """A remark with how many units have answered; `is_ended` with its checklist, which ends answering."""

    id: int
    item_id: int
    item: str
    text: str
    made_at: dt.datetime
    made_by_post: str
    made_by_unit: str
    units: int
    answered: int
    last_answered_at: dt.datetime | None
    is_ended: bool


class Asked(NamedTuple):
    """What one duty owes to a remark that a person made: `answered_at` is None as long as it owes an answer."""

    remark_id: int
    duty_id: int
    unit_id: int
    unit: str
    made_by: int
    answer: str
    answered_at: dt.datetime | None
    answered_by_post: str | None
    answered_by_unit: str | None


class Waiting(NamedTuple):
    """How many answers are owed, and for how many seconds the oldest has been (0 when none)."""

    answers: int
    oldest_seconds: float
