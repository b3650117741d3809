"""Units by measures: one word and shape for each, in the order of the directory, whatever the results."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from services.stats.completion import queries as completion
from services.stats.completion.boards import NO_ROW, freshness, header_with_duties, pages_for, seen_on, units_total
from services.stats.completion.completion import Group, When, count, cutoffs_on
from services.stats.completion.tree import Row, Tree
from services.stats.leading import queries
from services.stats.leading.standing import standing
from shared.database import Cursor
from shared.errors import NotFound

# More rows than these on one page are scrolled, not read; a county has about as many units.
UNITS_PER_PAGE = 60
AREA, MEASURE = 1, 2


def matrix(
    cur: Cursor,
    checklist_id: int,
    today: dt.date,
    *,
    as_of: dt.date | None,
    row_id: int | None,
    unit_id: int | None,
    kind: str | None,
    text: str,
    page: int,
) -> dict[str, Any]:
    """How each unit stands with each measure, or with each of one area; a page after the last one is the last.

    NotFound for a checklist or row that is unknown; Invalid as `seen_on` says.
    """
    checklist = header_with_duties(cur, checklist_id)
    when = seen_on(cur, checklist_id, as_of, today)
    tree = Tree(completion.rows_of(cur, checklist_id, when.then))
    measures = _measures(tree, row_id)
    if unit_id is None:
        total = units_total(cur, checklist_id, when, kind, text)
    else:
        total = completion.count_units_with_duties(cur, checklist_id, when.then, kind=kind, text=text, unit_id=unit_id)
    pages = pages_for(total, UNITS_PER_PAGE)
    page = min(page, pages)
    units = completion.units_with_duties(
        cur,
        checklist_id,
        when.then,
        kind=kind,
        text=text,
        unit_id=unit_id,
        limit=UNITS_PER_PAGE,
        offset=(page - 1) * UNITS_PER_PAGE,
    )
    cells = _cells(cur, tree, measures, [unit.unit_id for unit in units], when)
    return {
        "checklist": checklist,
        **freshness(cur, when),
        "measures": [{"row_id": row.row_id, "number": tree.number(row.row_id), "title": row.title} for row in measures],
        "units": [
            {**unit._asdict(), "cells": [cells.get((unit.unit_id, row.row_id)) for row in measures]} for unit in units
        ],
        "total": total,
        "page": page,
        "pages": pages,
    }


def _measures(tree: Tree, row_id: int | None) -> list[Row]:
    if row_id is None:
        return [measure for area in tree.children(None) for measure in tree.children(area.row_id)]
    if row_id not in tree or tree.row(row_id).level not in (AREA, MEASURE):
        raise NotFound(NO_ROW)
    row = tree.row(row_id)
    return [row] if row.level == MEASURE else tree.children(row_id)


def _cells(
    cur: Cursor, tree: Tree, measures: Sequence[Row], unit_ids: Sequence[int], when: When
) -> dict[tuple[int, int], dict[str, Any]]:
    measure_of = {item_id: row.row_id for row in measures for item_id in tree.items(row.row_id)}
    groups: defaultdict[tuple[int, int], list[Group]] = defaultdict(list)
    for found in queries.cell_groups(cur, unit_ids, list(measure_of), when.then):
        groups[found.unit_id, measure_of[found.item_id]].append(Group(found.due_on, found.bucket, found.duties))
    cutoffs = cutoffs_on(when.day)
    cells: dict[tuple[int, int], dict[str, Any]] = {}
    for key, of_cell in groups.items():
        counts = count(of_cell, cutoffs)
        if (stands := standing(counts)) is not None:
            light, number = stands
            cells[key] = {"light": light.value, "number": number, "total": counts.total}
    return cells
