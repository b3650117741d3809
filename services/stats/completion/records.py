"""What the queries of the boards return, one type per shape, and the slices of duties that one of them is asked for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from services.stats.completion.completion import Bucket
from shared.light import State


class ListedChecklist(NamedTuple):
    """A checklist in the list of boards."""

    checklist_id: int
    title: str
    year: int
    state: str


class Numbered(NamedTuple):
    """A number of something, by the id of what it belongs to."""

    key: int
    number: int


class Header(NamedTuple):
    """A checklist without its rows."""

    checklist_id: int
    title: str
    year: int
    state: str
    revision: int
    level_names: list[str]


class CountedUnit(NamedTuple):
    """A unit of which a checklist asks something."""

    unit_id: int
    name: str
    kind: str


class KeyedGroup(NamedTuple):
    """One row of a counter; `key` is the id of the item or of the unit that it counts for."""

    key: int
    due_on: dt.date
    bucket: Bucket
    duties: int


class Change(NamedTuple):
    """By how many duties a day changed a counter of an item."""

    day: dt.date
    item_id: int
    due_on: dt.date
    bucket: Bucket
    duties: int


class ItemDuty(NamedTuple):
    """A duty of the item in question with its unit; `units_total` is how many units the item is asked of."""

    unit_id: int
    name: str
    units_total: int
    duty_id: int
    period: str
    due_on: dt.date
    state: State
    done_on: dt.date | None
    is_blocked: bool
    paused_on: dt.date | None
    parts_total: int
    parts_done: int


class FoundDuty(NamedTuple):
    """A duty in a list over many items; while its unit is not known, the name is empty and the code None."""

    duty_id: int
    item_id: int
    unit_id: int
    period: str
    due_on: dt.date
    state: State
    done_on: dt.date | None
    is_blocked: bool
    paused_on: dt.date | None
    unit: str
    code: str | None
    parts_total: int
    parts_done: int


class CountedUnits(NamedTuple):
    """How far the units of one row are; the names are the first of those that are late or still have time.

    Units that are not known yet are None among the names.
    """

    row_id: int
    units_total: int
    units_done: int
    late: int
    late_names: list[str | None] | None
    pending: int
    pending_names: list[str | None] | None


class OverdueUnit(NamedTuple):
    """A unit with the number of its overdue duties and the oldest of their due dates."""

    unit_id: int
    name: str
    duties: int
    since: dt.date
    units_total: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How many units have done all that one row asks of them so far.

    `missing` names the first that are late with it, `pending` the first that still have time.
    """

    units_total: int
    units_done: int
    missing: list[str]
    missing_more: int
    pending: list[str]
    pending_more: int


class Piece(NamedTuple):
    """So many matching duties of an item, of one due date or, for None, of all."""

    item_id: int
    duties: int
    due_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """Of one item's matching duties, or of those due on one day, `limit` from `offset` on."""

    item_id: int
    offset: int
    limit: int
    due_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Whose:
    """The units whose duties are meant: one, it with all below it, or all for None; `text` is in their names."""

    unit_id: int | None
    with_below: bool = False
    text: str = ""


class SignedUnits(NamedTuple):
    """How many units there are, how many have signed for all they owe, and how many of the others were looked for."""

    units_total: int
    units_signed: int
    found: int


class UnsignedUnit(NamedTuple):
    """A unit with the number of its duties, and of those that it has not signed for."""

    unit_id: int
    name: str
    duties: int
    unsigned: int
