"""Rules of the tree of rows: reading order, numbers, moves, due dates, and the units a row has from the rows above."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from shared.text import Text

DEFAULT_LEVEL_NAMES = ("领域", "举措", "任务", "事项", "责任")
# The whole tree is loaded for a page of the draft.
MOST_ROWS = 20_000


class Placed(Protocol):
    """What the rules need to know of a row."""

    @property
    def id(self) -> int: ...
    @property
    def parent_id(self) -> int | None: ...
    @property
    def position(self) -> int: ...


class Level(Protocol):
    """A row with the level that it stands on."""

    @property
    def id(self) -> int: ...
    @property
    def level(self) -> int: ...


Row = TypeVar("Row", bound=Placed)


@dataclass(frozen=True, slots=True)
class RowUnit:
    """A unit or a group that a row names, by its part in the work."""

    role: str
    unit_id: int | None
    group_id: int | None
    name: str = field(default="", compare=False)

    @property
    def key(self) -> tuple[int | None, int | None]:
        """What tells two entries of a row apart."""
        return self.unit_id, self.group_id


@dataclass(frozen=True, slots=True)
class Units:
    """The units of a row; `is_inherited` when they are those of the nearest row above that names some."""

    entries: tuple[RowUnit, ...] = ()
    is_inherited: bool = False


def children_of(rows: Iterable[Row]) -> dict[int | None, list[Row]]:
    """Siblings in their order, by the id of the row above."""
    children: dict[int | None, list[Row]] = defaultdict(list)
    for row in rows:
        children[row.parent_id].append(row)
    for siblings in children.values():
        siblings.sort(key=lambda row: (row.position, row.id))
    return children


def in_reading_order(rows: Iterable[Row]) -> list[tuple[str, Row]]:
    """Each row with its number, such as 1.2.3, above its own rows below."""
    children = children_of(rows)
    ordered: list[tuple[str, Row]] = []
    waiting = [(str(n), row) for n, row in enumerate(children[None], start=1)][::-1]
    while waiting:
        number, row = waiting.pop()
        ordered.append((number, row))
        below = [(f"{number}.{n}", child) for n, child in enumerate(children.get(row.id, ()), start=1)]
        waiting += below[::-1]
    return ordered


def units_of_rows(ordered: Iterable[Placed], own: Mapping[int, Sequence[RowUnit]]) -> dict[int, Units]:
    """The units of every row; `ordered` has each row after the one above it."""
    units: dict[int, Units] = {}
    for row in ordered:
        if own.get(row.id):
            units[row.id] = Units(tuple(own[row.id]))
        elif row.parent_id in units and units[row.parent_id].entries:
            units[row.id] = Units(units[row.parent_id].entries, is_inherited=True)
        else:
            units[row.id] = Units()
    return units


def ancestors_of(row: Row, rows: Mapping[int, Row]) -> list[Row]:
    """The rows above, the topmost first."""
    above: list[Row] = []
    while row.parent_id is not None:
        row = rows[row.parent_id]
        above.append(row)
    return above[::-1]


def neighbours(row_id: int, rows: Mapping[int, Level]) -> tuple[int | None, int | None]:
    """The rows of the same level before and after one; `rows` are in reading order."""
    level = rows[row_id].level
    ids = [row.id for row in rows.values() if row.level == level]
    at = ids.index(row_id)
    return (ids[at - 1] if at else None), (ids[at + 1] if at + 1 < len(ids) else None)


def ids_below(row_id: int, rows: Iterable[Row]) -> list[int]:
    """The row itself and all rows below it."""
    children = children_of(rows)
    found: list[int] = []
    waiting = [row_id]
    while waiting:
        current = waiting.pop()
        found.append(current)
        waiting += [child.id for child in children.get(current, ())]
    return found


def inserted(siblings: Sequence[int], row_id: int, *, after: int | None) -> list[int]:
    """The siblings with a new one after `after`, or last."""
    at = len(siblings) if after is None else siblings.index(after) + 1
    return [*siblings[:at], row_id, *siblings[at:]]


def shifted(siblings: Sequence[int], row_id: int, *, up: bool) -> list[int]:
    """The siblings with one moved a place up or down; at the edge nothing changes."""
    at = siblings.index(row_id)
    to = max(0, at - 1) if up else min(len(siblings) - 1, at + 1)
    others = [*siblings[:at], *siblings[at + 1 :]]
    return [*others[:to], row_id, *others[to:]]


def complain_of_units(units: Sequence[RowUnit]) -> Text | None:
    """Return what is wrong with the units that a row names: none may stand there twice."""
    seen: set[tuple[int | None, int | None]] = set()
    for unit in units:
        if unit.key in seen:
            return Text(
                f"“{unit.name}”列了两次，请删去一个。", f"{unit.name} is listed twice. Please remove one of them."
            )
        seen.add(unit.key)
    return None
