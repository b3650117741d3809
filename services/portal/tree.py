"""A checklist's rows, sent in reading order, as the tree that the page shows, each row with its questions. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    """A row with what hangs below it."""

    row: Mapping[str, Any]
    questions: list[Mapping[str, Any]] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)

    @property
    def open_questions(self) -> int:
        """Open questions of this row and of all rows below it."""
        own = sum(question["answered_at"] is None for question in self.questions)
        return own + sum(child.open_questions for child in self.children)

    @property
    def items(self) -> int:
        """How many rows of level 4 there are from here on."""
        return int(self.row["level"] == 4) + sum(child.items for child in self.children)

    def walk(self) -> Iterator[Node]:
        """This row and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


def grow(checklist: Mapping[str, Any]) -> list[Node]:
    """Hang every row below its parent and every question beside its row; return the rows of level 1."""
    nodes: dict[int, Node] = {}
    roots: list[Node] = []
    for row in checklist["rows"]:
        node = Node(row)
        nodes[row["row_id"]] = node
        parent = nodes.get(row["parent_id"])
        (parent.children if parent else roots).append(node)
    for question in checklist["questions"]:
        if question["row_id"] in nodes:
            nodes[question["row_id"]].questions.append(question)
    return roots
