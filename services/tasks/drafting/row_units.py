"""Use case: answers put units onto rows of a draft, each with the part in the work that the notice names it for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from services.tasks.drafting import store
from services.tasks.drafting.checklist import RowUnit
from services.tasks.drafting.rows import own_units
from services.tasks.drafting.tree import Tree
from shared.database import Cursor


class Added(NamedTuple):
    """Units that one answer adds to a row; `role` is what the name asked about is named for, None for other answers."""

    units: Sequence[RowUnit]
    role: str | None = None


def add_units(cur: Cursor, tree: Tree, added: Mapping[int, Iterable[Added]]) -> None:
    """Add to each row, in the order given; who stands there already takes the part in the work that was chosen now."""
    by_row: dict[int, list[tuple[str, int | None, int | None]]] = {}
    for row_id, answers in added.items():
        entries = list(own_units(tree, row_id))
        for one in answers:
            entries = joined(entries, one)
        by_row[row_id] = [(unit.role, unit.unit_id, unit.group_id) for unit in entries]
    store.set_units(cur, by_row)
    store.count_rows_up(cur, list(by_row))


def joined(entries: Sequence[RowUnit], added: Added) -> list[RowUnit]:
    """The units of a row with those added; leads come first.

    The one unit that is meant by a name that leads becomes the lead, unless somebody leads already: of several that a
    notice names the first does.
    """
    units = list(added.units)
    if added.role == "lead" and len(units) == 1 and units[0].unit_id and not any(map(_leads, (*entries, *units))):
        units = [replace(units[0], role="lead")]
    leading = {unit.key for unit in entries if _leads(unit)}
    if added.role is not None:
        # A second name of the same unit takes nothing from it.
        units = [replace(unit, role="lead") if unit.key in leading else unit for unit in units]
    merged = {unit.key: unit for unit in entries} | {unit.key: unit for unit in units}
    return sorted(merged.values(), key=lambda unit: not _leads(unit))


def _leads(unit: RowUnit) -> bool:
    return unit.role == "lead"
