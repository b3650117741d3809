"""What pages about the source of a draft show."""

from __future__ import annotations

from typing import Any

from services.tasks.drafting import queries as drafting
from services.tasks.drafting.answers import load_tree, source_as_dict
from services.tasks.drafting.rows import checklist_with_id
from services.tasks.drafting.tree import Tree
from services.tasks.tracing import changing, queries
from services.tasks.tracing.answers import change_as_dict, piece_as_dict
from shared.database import Cursor

# Pieces of a page.
PAGE = 100
_MEASURE = 2


def pieces(cur: Cursor, params: dict[str, Any]) -> dict[str, Any]:
    """One page of the source, or the page on which a row's or a piece's place is."""
    header = checklist_with_id(cur, params["checklist_id"])
    source, only = drafting.source(cur, header.id), params["only_left_out"]
    total = source.pieces - source.taken if only else source.pieces
    number = params["number"]
    tree = load_tree(cur, header.id)
    first = _first_of(cur, header.id, tree, params["row_id"])
    wanted = first if first is not None else number
    pages = max(1, -(-total // PAGE))
    page = params["page"]
    if wanted is not None:
        page = queries.place_of(cur, header.id, wanted, only_left_out=only) // PAGE + 1
    page = min(page, pages)
    found = queries.pieces(cur, header.id, only_left_out=only, page=page, most=PAGE)
    return {
        "source": source_as_dict(source),
        "pieces": [piece_as_dict(piece, tree) for piece in found],
        "first": first,
        "last_change": change_as_dict(changing.last_undoable(cur, header.id)) if header.state == "draft" else None,
        "page": page,
        "pages": pages,
    }


def _first_of(cur: Cursor, checklist_id: int, tree: Tree, row_id: int | None) -> int | None:
    """Where a row comes from: its own piece, else the one with its title, else that of the row above.

    A task, or the second half of a measure that was split, is a part of a piece that another row has.
    """
    row = tree.rows.get(row_id) if row_id is not None else None
    while row is not None:
        title = row.title.rstrip("…")
        first = queries.first_piece(cur, checklist_id, row_id=row.id) or queries.first_piece_with(
            cur, checklist_id, title
        )
        if first is not None:
            return first
        row = tree.rows.get(row.parent_id) if row.parent_id is not None and row.level > _MEASURE else None
    return None
