"""Reads of the source of a draft, its figures, and what was done with them."""

from __future__ import annotations

from collections.abc import Sequence

from services.tasks.tracing.records import Change, Figure, Piece, PieceOfRow, Place, StoredQuestion, StoredRow
from shared.database import Cursor
from shared.rows import many, one, value, value_or_none, values

# A piece is in the draft by its row, its target, or as a part of the head.
_IS_TAKEN = "(row_id IS NOT NULL OR target_id IS NOT NULL OR part NOT IN ('', 'row', 'target'))"
_FIGURE = """
    SELECT id, row_id, name, quote, kind, comparator, value, unit_of_measure, to_year, is_approximate, is_part, state,
        target_id
    FROM notice_figure
"""


def pieces(cur: Cursor, checklist_id: int, *, only_left_out: bool, page: int, most: int) -> list[Piece]:
    """One page of the pieces of a draft's source, in its order."""
    cur.execute(
        f"""
        WITH shown AS (
            SELECT * FROM notice_piece
            WHERE checklist_id = %(checklist)s AND NOT (%(only)s AND {_IS_TAKEN})
            ORDER BY number LIMIT %(most)s OFFSET %(skip)s
        )
        SELECT number, line, start, text, row_id, target_id, target.name AS target, part, reason,
            (
                SELECT earlier.row_id FROM notice_piece AS earlier
                WHERE earlier.checklist_id = shown.checklist_id AND earlier.number < shown.number
                    AND earlier.row_id IS NOT NULL
                ORDER BY earlier.number DESC LIMIT 1
            ) AS row_before
        FROM shown LEFT JOIN target ON target.id = target_id
        ORDER BY number
        """,
        {"checklist": checklist_id, "only": only_left_out, "most": most, "skip": (page - 1) * most},
    )
    return many(cur, Piece)


def left_out_piece(cur: Cursor, checklist_id: int, number: int) -> PieceOfRow | None:
    """A piece that is not in the draft."""
    cur.execute(
        f"""
        SELECT number, text FROM notice_piece WHERE checklist_id = %s AND number = %s AND NOT {_IS_TAKEN}
        """,
        (checklist_id, number),
    )
    return one(cur, PieceOfRow)


def first_piece(cur: Cursor, checklist_id: int, *, row_id: int) -> int | None:
    """The number of the first piece that became the row; None when none did."""
    cur.execute(
        "SELECT number FROM notice_piece WHERE checklist_id = %s AND row_id = %s ORDER BY number LIMIT 1",
        (checklist_id, row_id),
    )
    return value_or_none(cur, int)


def first_piece_with(cur: Cursor, checklist_id: int, words: str) -> int | None:
    """The number of the first piece in which these words stand."""
    cur.execute(
        """
        SELECT number FROM notice_piece WHERE checklist_id = %s AND position(%s IN text) > 0 ORDER BY number LIMIT 1
        """,
        (checklist_id, words),
    )
    return value_or_none(cur, int)


def place_of(cur: Cursor, checklist_id: int, number: int, *, only_left_out: bool) -> int:
    """How many of the pieces that are shown stand before this one."""
    cur.execute(
        f"""
        SELECT count(*) FROM notice_piece WHERE checklist_id = %s AND number < %s AND NOT (%s AND {_IS_TAKEN})
        """,
        (checklist_id, number, only_left_out),
    )
    return value(cur, int)


def places(cur: Cursor, checklist_id: int, numbers: Sequence[int]) -> list[Place]:
    """Where these pieces stand in the draft."""
    cur.execute(
        """
        SELECT number, row_id, target_id, part, reason FROM notice_piece
        WHERE checklist_id = %s AND number = ANY (%s) ORDER BY number
        """,
        (checklist_id, list(numbers)),
    )
    return many(cur, Place)


def pieces_of_row(cur: Cursor, row_id: int) -> list[PieceOfRow]:
    """The pieces that became a row."""
    cur.execute("SELECT number, text FROM notice_piece WHERE row_id = %s ORDER BY number", (row_id,))
    return many(cur, PieceOfRow)


def figures(cur: Cursor, checklist_id: int) -> list[Figure]:
    """The figures that were offered of a draft's notice, in its order."""
    cur.execute(_FIGURE + "WHERE checklist_id = %s ORDER BY position", (checklist_id,))
    return many(cur, Figure)


def figures_of_row(cur: Cursor, row_id: int) -> list[Figure]:
    """Those in the words of one row."""
    cur.execute(_FIGURE + "WHERE row_id = %s ORDER BY position", (row_id,))
    return many(cur, Figure)


def question_ids(cur: Cursor, row_id: int) -> list[int]:
    """The questions on a row, answered ones too."""
    cur.execute("SELECT id FROM question WHERE row_id = %s ORDER BY id", (row_id,))
    return values(cur, int)


def questions_asked_already(cur: Cursor, row_id: int, *, of: int) -> list[StoredQuestion]:
    """The open questions on a row that are open, in the same words, on the row `of` too."""
    cur.execute(
        """
        SELECT q.id, to_jsonb(q) AS data FROM question q
        WHERE q.row_id = %s AND q.answer IS NULL AND EXISTS (
            SELECT FROM question o
            WHERE o.row_id = %s AND o.answer IS NULL
                AND (o.kind, o.quote, o.text_zh) = (q.kind, q.quote, q.text_zh)
                AND (o.role, o.group_id, o.target_id) IS NOT DISTINCT FROM (q.role, q.group_id, q.target_id))
        ORDER BY q.id
        """,
        (row_id, of),
    )
    return many(cur, StoredQuestion)


def stored_rows(cur: Cursor, row_ids: Sequence[int]) -> list[StoredRow]:
    """These rows with all of their columns and their own units."""
    cur.execute(
        """
        SELECT id, to_jsonb(checklist_row) AS data,
            coalesce(
                (SELECT jsonb_agg(jsonb_build_array(role, unit_id, group_id) ORDER BY position)
                    FROM row_unit WHERE row_id = checklist_row.id), '[]'
            ) AS units
        FROM checklist_row WHERE id = ANY (%s) ORDER BY id
        """,
        (list(row_ids),),
    )
    return many(cur, StoredRow)


def ids_right_below(cur: Cursor, row_ids: Sequence[int]) -> list[int]:
    """The rows right below these."""
    cur.execute("SELECT id FROM checklist_row WHERE parent_id = ANY (%s) ORDER BY id", (list(row_ids),))
    return values(cur, int)


def changes(cur: Cursor, checklist_id: int) -> list[Change]:
    """The changes of a draft that are kept, the newest first."""
    cur.execute(
        "SELECT id, kind, subject, at, before, after FROM draft_change WHERE checklist_id = %s ORDER BY id DESC",
        (checklist_id,),
    )
    return many(cur, Change)
