"""What the queries of difficulties return, one type per shape."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import NamedTuple

from services.tasks.duties.duty import Kind


class Stand(StrEnum):
    """How a difficulty stands: nobody has said anything, somebody has taken it on, or answered and the unit goes on."""

    OPEN = "open"
    ACCEPTED = "accepted"
    ANSWERED = "answered"


class Sought(NamedTuple):
    """Which difficulties are meant: what one unit may read, or all for None; as of a day.

    Of a checklist, of those of a year, and of a unit.
    """

    reader_id: int | None
    text: str
    checklist_id: int | None = None
    unit_id: int | None = None
    as_of: dt.date | None = None
    year: int | None = None


class Open(NamedTuple):
    """A difficulty that stands, with whom it was put to; the lead bureau where that is None."""

    duty_id: int
    unit_id: int
    unit: str
    item: str
    measure: str
    period: str
    due_on: dt.date
    state: Stand
    reason: str
    answer: str
    asked_unit: str | None
    asked_at: dt.datetime
    asked_by_post: str | None
    accepted_on: dt.date | None
    answered_at: dt.datetime | None
    answered_by_unit: str | None


class Waiting(NamedTuple):
    """How many requests of a kind wait for an answer, and for how many seconds the oldest has."""

    kind: Kind
    requests: int
    oldest_seconds: float


class Counted(NamedTuple):
    """How many difficulties are in a state: open, accepted or answered."""

    state: Stand
    difficulties: int
