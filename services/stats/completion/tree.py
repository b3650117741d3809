"""The issued rows of one checklist as a tree, in reading order. Pure: built from rows that a query returned."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from shared.light import ITEM_LEVEL


class Row(NamedTuple):
    """An issued row of levels 1 to 4."""

    row_id: int
    parent_id: int | None
    level: int
    position: int
    title: str


class Tree:
    """Rows whose parent has not arrived yet stay out until it does."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows: dict[int, Row] = {}
        self._children: dict[int | None, list[Row]] = {}
        for row in sorted(rows, key=lambda row: (row.position, row.row_id)):
            self._rows[row.row_id] = row
            self._children.setdefault(row.parent_id, []).append(row)

    def __contains__(self, row_id: int) -> bool:
        return row_id in self._rows

    def row(self, row_id: int) -> Row:
        """The row with this id; KeyError when the tree has none."""
        return self._rows[row_id]

    def children(self, row_id: int | None) -> list[Row]:
        """The rows right below `row_id`, or the areas for None."""
        return self._children.get(row_id, [])

    def all(self) -> list[Row]:
        """Every row that has its place, in no order."""
        return [row for row in self._rows.values() if row.parent_id is None or row.parent_id in self._rows]

    def ancestors(self, row_id: int) -> list[Row]:
        """The rows above `row_id`, from the area down."""
        found: list[Row] = []
        parent_id = self._rows[row_id].parent_id
        while parent_id in self._rows and len(found) < ITEM_LEVEL:
            found.append(self._rows[parent_id])
            parent_id = found[-1].parent_id
        return found[::-1]

    def number(self, row_id: int) -> str:
        """Where `row_id` stands, such as 1.2.3."""
        path = [*self.ancestors(row_id), self._rows[row_id]]
        return ".".join(str(self.children(row.parent_id).index(row) + 1) for row in path)

    def items(self, row_id: int | None = None) -> list[int]:
        """The ids of the items at and below `row_id` (None: of the whole checklist), in reading order."""
        found: list[int] = []
        waiting = self.children(None)[::-1] if row_id is None else [self._rows[row_id]]
        while waiting:
            row = waiting.pop()
            if row.level == ITEM_LEVEL:
                found.append(row.row_id)
            else:
                waiting.extend(child for child in self.children(row.row_id)[::-1] if child.level > row.level)
        return found
