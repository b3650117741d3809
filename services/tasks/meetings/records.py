"""What the queries of meetings return, one type per shape."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple


class Meeting(NamedTuple):
    """A meeting with the checklist of what it decided; None where it has decided nothing yet."""

    id: int
    held_on: dt.date
    title: str
    year: int
    version: int
    made_at: dt.datetime
    made_by_post: str
    made_by_unit: str
    checklist_id: int | None
    state: str | None
    draft_id: int | None


class Listed(NamedTuple):
    """A meeting in the list; `decisions` are those that were issued."""

    id: int
    held_on: dt.date
    title: str
    year: int
    decisions: int
    waiting: int


class UnderWay(NamedTuple):
    """A checklist that a meeting is about."""

    checklist_id: int
    title: str


class Decision(NamedTuple):
    """An item of a meeting's checklist; `draft_row_id` is its row in a draft, None where it can only be read."""

    row_id: int | None
    draft_row_id: int | None
    task: str
    text: str
    about: str
    due_on: dt.date | None
    units: list[str]
