"""What the queries and the claims of a revision under way return, one type per shape."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple


class UnpreparedAmendment(NamedTuple):
    """An amendment whose groups are not resolved into units yet; the periods of its items are those of its run.

    `touched` are the items of which any duty changes.
    """

    id: int
    checklist_id: int
    run_id: int
    touched: list[int]


class FinishedAmendment(NamedTuple):
    """An amendment all of whose chunks are done."""

    id: int
    checklist_id: int
    correlation_id: str


class AmendChunk(NamedTuple):
    """A part of an amendment's work, with what the history and the announcements of its duties say of it."""

    amendment_id: int
    number: int
    checklist_id: int
    revision: int
    run_id: int
    made_from: dt.date | None
    reworded: list[int]
    touched: list[int]
    reason: str
    correlation_id: str
    asked_by: int
    asked_by_name: str | None
    asked_by_post: str | None
    asked_by_unit: str | None


class SplitDuty(NamedTuple):
    """A duty that has parts, and when it was due before it was amended."""

    id: int
    due_on: dt.date


class AmendChunkDone(NamedTuple):
    """How many duties were made or brought back, changed, and withdrawn."""

    made: int
    changed: int
    withdrawn: int


class Effect(NamedTuple):
    """How many duties of one unit an amendment makes or brings back, changes, and withdraws.

    `gains` are the first items of which it gets duties, `loses` the first of which it has none any more.
    """

    unit_id: int
    name: str
    made: int
    changed: int
    withdrawn: int
    gains: list[int]
    loses: list[int]


class Effects(NamedTuple):
    """What an amendment does to the duties: by unit, and the items of which any duty changes.

    `soon` are those of the items of which a duty is new, or due earlier than before, on a day that is near; `late` are
    those of which one is overdue from then on that is not now, and `overdue` is how many such duties there are.
    """

    units: list[Effect]
    item_ids: list[int]
    soon: list[int]
    late: list[int]
    overdue: int
