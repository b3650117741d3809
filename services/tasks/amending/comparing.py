"""What an amendment changes of a checklist: its rows beside those that they came from. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from services.tasks.drafting.tree import LOGGED, Tree
from services.tasks.due_dates import ITEM
from shared.differences import changes

# What a row names: (part in the work, unit id, group id) of each entry.
Named = frozenset[tuple[str, int | None, int | None]]
# A row that came in above moves the numbers of all below it, which is no change of them.
COMPARED = tuple(field for field in LOGGED if field != "number")
# What a unit reads of its duty, and by what its work is measured.
WORDS = frozenset({"title", "body", "acceptance_rule", "review_rule", "evidence_rule"})


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """One row that is new, gone or different; `changes` as `shared.differences` has them, by the names of fields."""

    kind: str
    row_id: int
    level: int
    number: str
    title: str
    changes: tuple[dict[str, Any], ...]

    def as_dict(self) -> dict[str, Any]:
        """A RowDifference."""
        return {
            "kind": self.kind,
            "row_id": self.row_id,
            "level": self.level,
            "number": self.number,
            "title": self.title,
            "changes": list(self.changes),
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """All rows that an amendment adds, changes and drops, in reading order, dropped ones last.

    By their ids in the checklist, or in the draft where they are new: `reworded` are the items whose words or rules
    changed, `items` all whose duties may change by it, `alike` the others by the units that they name.
    """

    rows: tuple[ChangedRow, ...]
    dropped: tuple[int, ...]
    reworded: tuple[int, ...]
    items: frozenset[int]
    alike: Mapping[Named, tuple[int, ...]]

    @property
    def is_empty(self) -> bool:
        return not self.rows


def compare(before: Tree, after: Tree, came_from: Mapping[int, int]) -> Difference:
    """What is different in `after`; `came_from` maps its rows to those of `before`, new ones are not in it."""
    found = [_changed(before, after, row_id, came_from.get(row_id)) for row_id in after.rows]
    kept = set(came_from.values())
    dropped = tuple(row_id for row_id in before.rows if row_id not in kept)
    gone = [
        _row("dropped", before, row_id, changes(before.row_as_logged(row_id), None, COMPARED)) for row_id in dropped
    ]
    rows = [row for row in found if row is not None]
    reworded = tuple(
        came_from[row.row_id]
        for row in rows
        if row.kind == "changed" and row.level == ITEM and any(one["field"] in WORDS for one in row.changes)
    )
    items, alike = _items(before, after, came_from, {row.row_id for row in rows})
    return Difference((*rows, *gone), dropped, reworded, frozenset(items.union(dropped)), alike)


def _items(
    before: Tree, after: Tree, came_from: Mapping[int, int], changed: Collection[int]
) -> tuple[set[int], dict[Named, tuple[int, ...]]]:
    items: set[int] = set()
    alike: defaultdict[Named, list[int]] = defaultdict(list)
    for row in after.rows.values():
        if row.level != ITEM:
            continue
        was_id, named = came_from.get(row.id), _named(after, row.id)
        if was_id is None or row.id in changed or _named(before, was_id) != named:
            items.add(row.id if was_id is None else was_id)
        else:
            alike[named].append(was_id)
    return items, {named: tuple(ids) for named, ids in alike.items()}


def _named(tree: Tree, row_id: int) -> Named:
    """The units and groups that hold for a row, its own or those of a row above."""
    return frozenset((unit.role, unit.unit_id, unit.group_id) for unit in tree.units[row_id].entries)


def _changed(before: Tree, after: Tree, row_id: int, was_id: int | None) -> ChangedRow | None:
    now = after.row_as_logged(row_id)
    if was_id is None:
        return _row("added", after, row_id, changes(None, now, COMPARED))
    found = changes(before.row_as_logged(was_id), now, COMPARED)
    return _row("changed", after, row_id, found) if found else None


def _row(kind: str, tree: Tree, row_id: int, found: list[dict[str, Any]]) -> ChangedRow:
    row = tree.rows[row_id]
    return ChangedRow(kind, row_id, row.level, tree.numbers[row_id], row.title, tuple(found))
