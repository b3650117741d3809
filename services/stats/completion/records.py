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
    dropped_on: dt.date | None


class CountedUnit(NamedTuple):
    """A unit of which a checklist asks something."""

    unit_id: int
    name: str
    kind: str


class Placed(NamedTuple):
    """A unit and by what its place in the directory is told."""

    unit_id: int
    code: str


class PlacedDuty(NamedTuple):
    """A duty and by what its place among those of its item is told."""

    duty_id: int
    item_id: int
    due_on: dt.date
    code: str


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
    units_asked: int
    units_signed: int


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

    `missing` names the first that are late with it, `pending` the first that still have time. `units_asked` are those
    that owe, owed or are to owe anything there, `units_signed` those of them that have signed for all of it; None where
    a process of the release before counted.
    """

    units_total: int
    units_done: int
    missing: list[str]
    missing_more: int
    pending: list[str]
    pending_more: int
    units_asked: int | None
    units_signed: int | None

    def fields(self) -> tuple[int, int, list[str], int, list[str], int, int | None, int | None]:
        """Its values in their order."""
        return (
            self.units_total,
            self.units_done,
            self.missing,
            self.missing_more,
            self.pending,
            self.pending_more,
            self.units_asked,
            self.units_signed,
        )


NOTHING_ASKED = Progress(0, 0, [], 0, [], 0, 0, 0)


class KeptProgress(NamedTuple):
    """The progress of a row as it was counted last: for which day, when, how long that took, and by which counters.

    `signed_at` is when `units_asked` and `units_signed` were counted; before `counted_at`, or None with both, where a
    process of the release before counted last.
    """

    row_id: int
    day: dt.date
    counted_at: dt.datetime
    seconds: float
    stamp: str
    units_total: int
    units_done: int
    missing: list[str]
    missing_more: int
    pending: list[str]
    pending_more: int
    units_asked: int | None
    units_signed: int | None
    signed_at: dt.datetime | None

    @property
    def progress(self) -> Progress:
        return Progress(*self[5:-1])


class UnitsOfKind(NamedTuple):
    """How many units of a kind a checklist asks, and how many of them have signed for all that it asks of them."""

    kind: str
    units: int
    units_signed: int


class KeptUnits(NamedTuple):
    """How many units of a kind a checklist asks, as they were counted last: when, how long it took, by what duties.

    `units_signed` have signed for all of it; None where a process of the release before counted.
    """

    kind: str
    units: int
    units_signed: int | None
    counted_at: dt.datetime
    seconds: float
    duties: int


class Piece(NamedTuple):
    """So many matching duties of an item, of one due date or, for None, of all."""

    item_id: int
    duties: int
    due_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """Of one item's matching duties, or of those due on one day, `limit` from `offset` on; of how many there are."""

    item_id: int
    offset: int
    limit: int
    due_on: dt.date | None = None
    duties: int = 0


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


class SigningUnit(NamedTuple):
    """How many there are, as in SignedUnits, beside one of the units, or beside none."""

    units_total: int
    units_signed: int
    found: int
    unit_id: int | None
    name: str | None
    duties: int | None
    unsigned: int | None

    @property
    def unit(self) -> UnsignedUnit | None:
        if self.unit_id is None or self.name is None or self.duties is None or self.unsigned is None:
            return None
        return UnsignedUnit(self.unit_id, self.name, self.duties, self.unsigned)


class FoundUnsigned(NamedTuple):
    """An UnsignedUnit, and how many there are."""

    unit_id: int
    name: str
    duties: int
    unsigned: int
    found: int
