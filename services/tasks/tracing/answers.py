"""How pieces, figures and changes are answered."""

from __future__ import annotations

from typing import Any

from services.tasks.drafting.tree import Tree
from services.tasks.tracing import places
from services.tasks.tracing.records import Change, Figure, Piece
from services.tasks.tracing.words import DELETED


def piece_as_dict(piece: Piece, tree: Tree) -> dict[str, Any]:
    """A piece with its place in the draft, or with why it has none and where it would go."""
    is_taken = piece.row_id is not None or piece.target_id is not None or piece.part not in ("", "row", "target")
    before = None if is_taken else places.row_for(piece.row_before, tree.rows)
    return {
        "number": piece.number,
        "line": piece.line,
        "start": piece.start,
        "text": piece.text,
        "row": row_as_dict(tree, piece.row_id),
        "target": piece.target,
        "part": piece.part if is_taken else "",
        "reason": None if is_taken else piece.reason or DELETED,
        "row_before": row_as_dict(tree, before),
        "measure_before": None if is_taken else row_as_dict(tree, places.measure_for(before, tree.rows)),
    }


def row_as_dict(tree: Tree, row_id: int | None) -> dict[str, Any] | None:
    """A row in passing, with the version that a change of it names."""
    row = tree.rows.get(row_id) if row_id is not None else None
    if row is None:
        return None
    return {
        "row_id": row.id,
        "level": row.level,
        "number": tree.numbers[row.id],
        "title": row.title,
        "version": row.version,
    }


def figure_as_dict(figure: Figure, tree: Tree) -> dict[str, Any]:
    """A figure with the measure that it stands in."""
    return {
        "figure_id": figure.id,
        "row": row_as_dict(tree, figure.row_id),
        "name": figure.name,
        "quote": figure.quote,
        "kind": figure.kind,
        "comparator": figure.comparator,
        "value": None if figure.value is None else format(figure.value, "f"),
        "unit_of_measure": figure.unit_of_measure,
        "to_year": figure.to_year,
        "is_approximate": figure.is_approximate,
        "is_part": figure.is_part,
        "state": figure.state,
        "target_id": figure.target_id,
    }


def change_as_dict(change: Change | None) -> dict[str, Any] | None:
    """The change that can be undone; `piece` is the number of the piece that it took."""
    if change is None:
        return None
    pieces = change.before["pieces"] if change.kind == "piece.taken" else []
    return {
        "change_id": change.id,
        "kind": change.kind,
        "subject": change.subject,
        "at": change.at.isoformat(),
        "piece": pieces[0]["number"] if pieces else None,
    }


def made(tree: Tree, row_id: int, change_id: int) -> dict[str, Any]:
    """The row that a change led to, and the change."""
    return {"change_id": change_id, "row": row_as_dict(tree, row_id)}
