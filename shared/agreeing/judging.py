"""Whether a listener's picture of the duties is that of the ledger: by item, whatever has become newer since. Pure.

A listener that has heard everything up to the count knows each duty in the version of the count, or in a newer one. So
what it knows too little of is lost, and the same sums with another digest are another picture. More than was counted
may be news since the count; it is settled by the next one, or wrong where nothing has changed here in between.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Cell(NamedTuple):
    """What is counted together."""

    checklist_id: int
    item_id: int
    due_on: dt.date
    state: str


class Sum(NamedTuple):
    """How many duties, the sum of their versions, the sum of their digests."""

    duties: int = 0
    versions: int = 0
    digest: int = 0

    def plus(self, other: Sum) -> Sum:
        return Sum(self.duties + other.duties, self.versions + other.versions, self.digest + other.digest)


class Differs(NamedTuple):
    """A cell, how many duties the ledger has in it, and how many the listener; the same number is of other duties."""

    cell: Cell
    told: int
    own: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a comparison says: how many items there are, the cells that differ, and what is left to the next count.

    `unsettled` are the sums of those items here.
    """

    items: int
    wrong: list[Differs]
    unsettled: dict[int, Sum]


NOTHING = Sum()


def judge(told: Sum, own: Sum, before: Sum | None) -> bool | None:
    """Whether an item agrees; None where this count cannot tell.

    `before` is what was here when the count before could not tell either.
    """
    if own == told:
        return True
    if own.duties < told.duties or own.versions <= told.versions or own == before:
        return False
    return None


def compare(told: Mapping[Cell, Sum], own: Mapping[Cell, Sum], before: Mapping[int, Sum]) -> Found:
    """Hold the cells that are `own` against those that were `told`; `before` as of `judge`, by item."""
    theirs, ours = _by_item(told.items()), _by_item(own.items())
    verdicts = {
        item: judge(theirs.get(item, NOTHING), ours.get(item, NOTHING), before.get(item))
        for item in sorted(theirs.keys() | ours.keys())
    }
    wrong = [
        Differs(cell, told.get(cell, NOTHING).duties, own.get(cell, NOTHING).duties)
        for cell in sorted(told.keys() | own.keys())
        if verdicts[cell.item_id] is False and told.get(cell) != own.get(cell)
    ]
    unsettled = {item: ours[item] for item, verdict in verdicts.items() if verdict is None}
    return Found(len(verdicts), wrong, unsettled)


def _by_item(cells: Iterable[tuple[Cell, Sum]]) -> dict[int, Sum]:
    found: defaultdict[int, Sum] = defaultdict(Sum)
    for cell, of_cell in cells:
        found[cell.item_id] = found[cell.item_id].plus(of_cell)
    return found
