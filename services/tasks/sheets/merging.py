"""Which rows of a draft a sheet keeps and which it adds: a row is recognised by its titles. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from services.tasks.due_dates import ITEM
from services.tasks.sheets.lines import Line
from shared.typed_text import tidy


class Stored(Protocol):
    """What merging needs to know of a row of the draft."""

    @property
    def id(self) -> int: ...
    @property
    def parent_id(self) -> int | None: ...
    @property
    def level(self) -> int: ...
    @property
    def title(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Node:
    """A row by its titles, which are tidy; `copy` tells apart items that have all titles in common."""

    titles: tuple[str, ...]
    copy: int = 0

    @property
    def level(self) -> int:
        """Which level its titles reach."""
        return len(self.titles)

    @property
    def title(self) -> str:
        """Its own title."""
        return self.titles[-1]

    @property
    def above(self) -> Node | None:
        """The node above, None for an area."""
        return Node(self.titles[:-1]) if len(self.titles) > 1 else None


@dataclass(frozen=True, slots=True)
class Merge:
    """`nodes` are all rows in the sheet's order, `items` the line of each item, `kept` the ids of rows that stay."""

    nodes: tuple[Node, ...]
    items: tuple[tuple[Node, Line], ...]
    kept: dict[Node | None, int]


def merge(lines: Sequence[Line], stored: Sequence[Stored]) -> Merge:
    """Match the sheet's lines with the rows of the draft, which are given in reading order."""
    nodes: dict[Node, None] = {}
    items: list[tuple[Node, Line]] = []
    copies: Counter[tuple[str, ...]] = Counter()
    for line in lines:
        depth = min(len(line.titles), ITEM - 1)
        nodes |= dict.fromkeys(Node(line.titles[:level]) for level in range(1, depth + 1))
        if line.is_item:
            item = Node(line.titles, copies[line.titles])
            copies[line.titles] += 1
            nodes[item] = None
            items.append((item, line))
    known = _known(stored)
    return Merge(tuple(nodes), tuple(items), {node: known[node] for node in nodes if node in known})


def _known(stored: Sequence[Stored]) -> dict[Node, int]:
    """The rows by their titles. A second row with the same titles above level 4 is not one of them: it is merged."""
    nodes: dict[int, Node] = {}
    known: dict[Node, int] = {}
    copies: Counter[tuple[str, ...]] = Counter()
    for row in stored:
        if row.parent_id is not None and row.parent_id not in nodes:
            continue
        above = nodes[row.parent_id].titles if row.parent_id is not None else ()
        titles = (*above, tidy(row.title))
        node = Node(titles, copies[titles] if row.level == ITEM else 0)
        if node not in known:
            copies[titles] += 1
            known[node] = row.id
            nodes[row.id] = node
    return known
