"""A checklist's rows as issuing sees them: its items in reading order, and which row names the units of each. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from services.tasks.due_dates import ITEM
from services.tasks.issuing.periods import Schedule
from services.tasks.issuing.records import NamedUnit, TreeRow


@dataclass(frozen=True, slots=True)
class Item:
    """One deliverable; `units_row_id` is the row that names its units: itself, one above it, or none."""

    id: int
    title: str
    schedule: Schedule
    units_row_id: int | None
    has_units: bool
    asks_file: bool = False


@dataclass(frozen=True, slots=True)
class BareRow:
    """An area, a measure or a task without anything below it."""

    id: int
    title: str


@dataclass(frozen=True, slots=True)
class EmptyGroup:
    """A row with the name of a group on it that has no active members."""

    row_id: int
    title: str
    name: str


def items_in(rows: Sequence[TreeRow], named: Sequence[NamedUnit], filled: Collection[int]) -> list[Item]:
    """The items in reading order; `rows` has parents before children, `filled` the groups with active members.

    A row's units hold for the rows below that name none, so an item has those of the nearest row that names any.
    """
    naming = {entry.row_id for entry in named}
    active = {entry.row_id for entry in named if entry.is_active or entry.group_id in filled}
    places: dict[int | None, tuple[tuple[int, int], ...]] = {None: ()}
    units_rows: dict[int | None, int | None] = {None: None}
    for row in rows:
        places[row.id] = (*places[row.parent_id], (row.position, row.id))
        units_rows[row.id] = row.id if row.id in naming else units_rows[row.parent_id]
    items = sorted((row for row in rows if row.level == ITEM), key=lambda row: places[row.id])
    return [
        Item(
            id=row.id,
            title=row.title,
            schedule=Schedule(row.recurrence, row.due_on, row.due_day),
            units_row_id=units_rows[row.id],
            has_units=units_rows[row.id] in active,
            asks_file=row.asks_file,
        )
        for row in items
    ]


def bare_rows(rows: Sequence[TreeRow]) -> list[BareRow]:
    """Rows above the items that have nothing below them, the highest first."""
    parents = {row.parent_id for row in rows}
    bare = (row for row in rows if row.level < ITEM and row.id not in parents)
    return [BareRow(row.id, row.title) for row in sorted(bare, key=lambda row: (row.level, row.id))]


def empty_groups(named: Sequence[NamedUnit], filled: Collection[int], kept: Collection[int]) -> list[EmptyGroup]:
    """Where a row names a group without active members, unless somebody decided to keep it so."""
    return [
        EmptyGroup(entry.row_id, entry.title, entry.group_name)
        for entry in named
        if entry.group_name is not None and entry.group_id not in filled and entry.group_id not in kept
    ]
