"""Which rows of a draft its page shows: all of a short one, of a long one what is open, or what was looked for.

Pure. A page of a hundred lines weighs some 50 KB.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.portal.tree import Node

LINES = 100
MEASURE, ITEM = 2, 4
# What a clerk looks for in a draft, by its word in the address.
LACKING = ("questions", "no_due", "no_unit")


@dataclass(frozen=True, slots=True)
class Lines:
    """A page of lines; `total` counts those of all pages."""

    lines: list[Node]
    total: int
    page: int
    pages: int


def is_long(tree: Iterable[Node]) -> bool:
    """Whether the draft has more rows than one page shows."""
    return sum(1 for _ in _all(tree)) > LINES


def opened(tree: Sequence[Node], row_id: int | None, page: int | None) -> Lines:
    """Areas and measures, and all rows of the measure in which `row_id` lies; without a page the one with that row."""
    visible: list[Node] = []
    place = 0
    for area in tree:
        visible.append(area)
        for measure in area.children:
            rows = list(measure.walk())
            ids = [node.row["row_id"] for node in rows]
            if row_id in ids:
                place = len(visible) + ids.index(row_id)
                visible += rows
            else:
                visible.append(measure)
    return cut(visible, page or place // LINES + 1)


def found(tree: Iterable[Node], *, text: str, lacking: str, page: int) -> Lines:
    """The rows that hold the text in title, number, units or date, and lack what is asked for."""
    return cut([node for node in _all(tree) if _holds(node, text.lower()) and _lacks(node, lacking)], page)


def cut(nodes: list[Node], page: int) -> Lines:
    """One page of these lines; a page after the last is the last."""
    pages = max(1, -(-len(nodes) // LINES))
    page = min(max(1, page), pages)
    return Lines(nodes[(page - 1) * LINES : page * LINES], len(nodes), page, pages)


def items_at(tree: Iterable[Node], row_ids: Iterable[int]) -> list[Node]:
    """The items among these rows and below them, each once, in reading order."""
    wanted = set(row_ids)
    chosen = {
        below.row["row_id"]: below
        for node in _all(tree)
        if node.row["row_id"] in wanted
        for below in node.walk()
        if below.row["level"] == ITEM
    }
    return [node for node in _all(tree) if node.row["row_id"] in chosen]


def levels(tree: Iterable[Node]) -> list[int]:
    """How many rows there are of each of the levels 1 to 4."""
    counts = [0] * ITEM
    for node in _all(tree):
        counts[node.row["level"] - 1] += 1
    return counts


def _all(tree: Iterable[Node]) -> Iterable[Node]:
    return (node for root in tree for node in root.walk())


def _holds(node: Node, text: str) -> bool:
    row = node.row
    words = (row["title"], row["number"], row["due_on"] or "", *(unit["name"] for unit in row["units"]))
    return any(text in word.lower() for word in words)


def _lacks(node: Node, what: str) -> bool:
    row = node.row
    if what == "questions":
        return any(question["answered_at"] is None for question in node.questions)
    if what == "no_due":
        return bool(row["level"] == ITEM and not row["due_on"] and row["recurrence"] == "once")
    if what == "no_unit":
        return bool(row["level"] == ITEM and not row["units"])
    return True
