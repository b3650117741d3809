"""What the queries and the claims of issuing return, one type per shape."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from services.tasks.issuing.periods import Recurrence


class Checklist(NamedTuple):
    """What issuing needs of a checklist, and what is announced of it."""

    id: int
    title: str
    year: int
    level_names: list[str]
    contact: str
    state: str
    revision: int
    version: int
    amends_id: int | None
    document_number: str
    meeting_id: int | None
    dropped_on: dt.date | None


class Plan(NamedTuple):
    """The plan that a checklist stands under, and its first year."""

    id: int
    title: str
    from_year: int


class Stated(NamedTuple):
    """A target as the plan's notice states it."""

    statement_id: int
    name: str
    quote: str
    comparator: str
    value: Decimal | None
    unit_of_measure: str
    to_year: int
    is_part: bool


class NamedGroup(NamedTuple):
    """A group by all that it answers to."""

    group_id: int
    name: str
    aliases: list[str]


class Lacking(NamedTuple):
    """A unit that a group leaves out, and how many there are."""

    name: str
    total: int


class TreeRow(NamedTuple):
    """A row of levels 1 to 4; only items, on level 4, have a schedule."""

    id: int
    parent_id: int | None
    level: int
    position: int
    title: str
    due_on: dt.date | None
    recurrence: Recurrence
    due_day: int | None
    asks_file: bool = False


class NamedUnit(NamedTuple):
    """A unit or a group that a row names itself; `title` is the row's.

    `is_active` says whether it is a unit that is in use; a group is known by its id and its name.
    """

    row_id: int
    title: str
    group_id: int | None
    group_name: str | None
    is_active: bool


class PeriodsOfItem(NamedTuple):
    """In how many periods an item is due in one run."""

    item_id: int
    periods: int


class Load(NamedTuple):
    """How many duties fall due in one month, such as 2026-03, for each of the units that are named alike.

    `alike` is the key of these units, `units` their number; `files` is of how many duties a file is asked.
    """

    alike: str
    units: int
    month: str
    duties: int
    files: int


class Alike(NamedTuple):
    """A unit with the key of those that are named alike."""

    unit_id: int
    name: str
    kind: str
    alike: str


class ComingUnit(NamedTuple):
    """A unit that issuing would give duties, with the key of those that are named alike."""

    unit_id: int
    code: str
    name: str
    kind: str
    alike: str


class ComingPart(NamedTuple):
    """A row that names units of a key, and whether they lead there or support."""

    alike: str
    row_id: int
    role: str


class OpenQuestion(NamedTuple):
    """`title` is that of its row; a question on the whole notice has neither."""

    row_id: int | None
    title: str | None
    text_zh: str
    text_en: str


class Progress(NamedTuple):
    """How far a run is; its preparation counts as one of the chunks."""

    chunks: int
    done_chunks: int
    duties: int
    is_amendment: bool


class UnfinishedRuns(NamedTuple):
    """How many runs are not done, and the age of the oldest in seconds (0 when none)."""

    runs: int
    oldest_seconds: float


class UnpreparedRun(NamedTuple):
    """A run whose groups are not resolved into units yet."""

    id: int
    checklist_id: int


class FinishedRun(NamedTuple):
    """A run all of whose chunks are done."""

    id: int
    checklist_id: int
    correlation_id: str


class Chunk(NamedTuple):
    """A part of a run's work, with what its duties and their announcements say of the run."""

    run_id: int
    number: int
    checklist_id: int
    revision: int
    correlation_id: str
