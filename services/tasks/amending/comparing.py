"""What an amendment changes of a checklist: its rows beside those that they came from. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.tasks.drafting.tree import LOGGED, Tree
from services.tasks.due_dates import ITEM
from shared.differences import changes

# A row that came in above moves the numbers of all below it, which is no change of them.
COMPARED = tuple(field for field in LOGGED if field != "number")
# What a unit reads of its duty, and by what its work is measured.
WORDS = frozenset({"title", "body", "acceptance_rule", "review_rule", "evidence_rule", "reviewer"})


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

    `reworded` are the items, by their ids in the checklist, whose words or rules changed; `is_reordered` is whether
    what stays stands in another order.
    """

    rows: tuple[ChangedRow, ...]
    dropped: tuple[int, ...]
    reworded: tuple[int, ...]
    is_reordered: bool

    @property
    def is_empty(self) -> bool:
        return not self.rows and not self.is_reordered


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
    kept_in_order = [came_from[row_id] for row_id in after.rows if row_id in came_from]
    is_reordered = kept_in_order != [row_id for row_id in before.rows if row_id in kept]
    return Difference((*rows, *gone), dropped, reworded, is_reordered=is_reordered)


def _changed(before: Tree, after: Tree, row_id: int, was_id: int | None) -> ChangedRow | None:
    if was_id is None:
        return _row("added", after, row_id, changes(None, after.row_as_logged(row_id), COMPARED))
    # Whoever gives a row units of its own takes it away from those above it, who are not named in the row.
    has_own = not (before.units[was_id].is_inherited and after.units[row_id].is_inherited)
    was = before.row_as_logged(was_id, with_inherited=has_own)
    found = changes(was, after.row_as_logged(row_id, with_inherited=has_own), COMPARED)
    return _row("changed", after, row_id, found) if found else None


def _row(kind: str, tree: Tree, row_id: int, found: list[dict[str, Any]]) -> ChangedRow:
    row = tree.rows[row_id]
    return ChangedRow(kind, row_id, row.level, tree.numbers[row_id], row.title, tuple(found))
