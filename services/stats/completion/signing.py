"""Who has not signed for what was issued: of a checklist, or of one row of it. Read from the projection of duties."""

from __future__ import annotations

from typing import Any

from services.stats.completion import queries
from services.stats.completion.boards import NO_ROW, header_with_duties, pages_for
from services.stats.completion.tree import Tree
from shared.database import Cursor
from shared.errors import NotFound

UNITS_PER_PAGE = 200
# As many are looked through within half a second; above, one item after the other is asked for.
MOST_DUTIES = 500_000


def signing(cur: Cursor, checklist_id: int, row_id: int | None, *, text: str, page: int) -> dict[str, Any]:
    """Units that have not signed for everything, in directory order; numbers are None above `MOST_DUTIES` duties.

    A unit that has done a duty needs to sign for it no more.
    """
    checklist = header_with_duties(cur, checklist_id)
    rows = queries.rows_of(cur, checklist_id)
    if row_id is not None and row_id not in {row.row_id for row in rows}:
        raise NotFound(NO_ROW)
    tree = Tree(rows)
    item_ids = tree.items(row_id)
    groups = queries.item_groups(cur, checklist_id, item_ids)
    place = {"checklist": checklist, "row": _row(tree, row_id)}
    if sum(group.duties for found in groups.values() for group in found) > MOST_DUTIES:
        return {**place, "units_signed": None, "units_total": None, "unsigned": [], "found": 0, "page": 1, "pages": 1}
    signed = queries.signed_units(cur, item_ids, text=text)
    pages = pages_for(signed.found, UNITS_PER_PAGE)
    page = min(page, pages)
    units = queries.unsigned_units(cur, item_ids, text=text, limit=UNITS_PER_PAGE, offset=(page - 1) * UNITS_PER_PAGE)
    return {
        **place,
        "units_signed": signed.units_signed,
        "units_total": signed.units_total,
        "unsigned": [unit._asdict() for unit in units],
        "found": signed.found,
        "page": page,
        "pages": pages,
    }


def _row(tree: Tree, row_id: int | None) -> dict[str, Any] | None:
    if row_id is None:
        return None
    row = tree.row(row_id)
    return {"row_id": row_id, "level": row.level, "number": tree.number(row_id), "title": row.title}
