"""What the queries of good practice return, one type per shape."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from services.tasks.vocabulary import PracticeState
from shared.light import State


class Practice(NamedTuple):
    """A good practice with its duty, the words of the unit, and who did what with it, by post and unit of then."""

    id: int
    state: PracticeState
    title: str
    text: str
    duty_id: int
    duty_state: State
    checklist_id: int
    unit_id: int
    unit: str
    item: str
    offered_title: str
    offered_text: str
    offered_at: dt.datetime
    offered_by: int
    offered_by_post: str
    offered_by_unit: str
    published_at: dt.datetime | None
    published_by_post: str | None
    published_by_unit: str | None
    corrected_at: dt.datetime | None
    corrected_by_post: str | None
    corrected_by_unit: str | None
    ended_at: dt.datetime | None
    ended_by_post: str | None
    ended_by_unit: str | None
    reason: str
    version: int


class PracticeFile(NamedTuple):
    """A file of a good practice."""

    id: int
    practice_id: int
    name: str
    bytes: int


class Moved(NamedTuple):
    """What a move made of it."""

    version: int
    published_at: dt.datetime | None


class Waiting(NamedTuple):
    """How many wait for the lead bureau, and for how many seconds the oldest has (0 when none)."""

    practices: int
    oldest_seconds: float
