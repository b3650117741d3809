"""Writes of the source of a draft, its figures, and what undoes a change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg2 import sql
from psycopg2.extras import Json

from services.tasks.drafting.records import Made
from shared.database import Cursor
from shared.rows import returned, value

# Of each draft; older ones cannot be undone any more.
CHANGES_KEPT = 50


def place_piece(cur: Cursor, checklist_id: int, number: int, row_id: int) -> None:
    """Say that a piece which was left out is in a row now."""
    cur.execute(
        """
        UPDATE notice_piece SET row_id = %s, target_id = NULL, part = 'row', reason = NULL
        WHERE checklist_id = %s AND number = %s
        """,
        (row_id, checklist_id, number),
    )


def move_pieces(cur: Cursor, checklist_id: int, numbers: Sequence[int], row_id: int) -> None:
    """Hang pieces that became one row on another."""
    cur.execute(
        "UPDATE notice_piece SET row_id = %s WHERE checklist_id = %s AND number = ANY (%s)",
        (row_id, checklist_id, list(numbers)),
    )


def reset_piece(cur: Cursor, checklist_id: int, place: Mapping[str, Any]) -> None:
    """Put a piece back where it was; a row or target that is gone meanwhile leaves it without."""
    cur.execute(
        """
        UPDATE notice_piece SET row_id = (SELECT id FROM checklist_row WHERE id = %(row_id)s),
            target_id = (SELECT id FROM target WHERE id = %(target_id)s), part = %(part)s, reason = %(reason)s
        WHERE checklist_id = %(checklist_id)s AND number = %(number)s
        """,
        {"checklist_id": checklist_id, **place},
    )


def move_figures(cur: Cursor, figure_ids: Sequence[int], row_id: int) -> None:
    """Say that these figures stand in the words of another row."""
    cur.execute("UPDATE notice_figure SET row_id = %s WHERE id = ANY (%s)", (row_id, list(figure_ids)))


def move_questions(cur: Cursor, question_ids: Sequence[int], row_id: int) -> None:
    """Ask these questions of another row."""
    cur.execute("UPDATE question SET row_id = %s WHERE id = ANY (%s)", (row_id, list(question_ids)))


def copy_questions(cur: Cursor, row_id: int, new_id: int) -> None:
    """Ask of a new row too what is open on another one; who belongs to a group is asked once."""
    cur.execute(
        """
        INSERT INTO question (checklist_id, row_id, kind, quote, role, text_zh, text_en, suggested)
        SELECT checklist_id, %s, kind, quote, role, text_zh, text_en, suggested FROM question
        WHERE row_id = %s AND answer IS NULL AND group_id IS NULL ORDER BY id
        """,
        (new_id, row_id),
    )


def restore_questions(cur: Cursor, questions: Sequence[Mapping[str, Any]]) -> None:
    """Bring questions back under their own ids; columns that came since have their defaults."""
    for data in questions:
        _restore(cur, "question", data)


def set_body(cur: Cursor, row_id: int, body: str) -> None:
    """Change a row's text and count its version up."""
    cur.execute("UPDATE checklist_row SET body = %s, version = version + 1 WHERE id = %s", (body, row_id))


def restore_row(cur: Cursor, data: Mapping[str, Any]) -> None:
    """Bring a deleted row back under its own id, with a new version; columns that came since have their defaults."""
    _restore(cur, "checklist_row", {**data, "version": data["version"] + 1})


def _restore(cur: Cursor, table: str, data: Mapping[str, Any]) -> None:
    columns = sql.SQL(", ").join(map(sql.Identifier, sorted(data)))
    cur.execute(
        sql.SQL(
            """
            INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE
            SELECT {columns} FROM jsonb_populate_record(NULL::{table}, %s)
            """
        ).format(table=sql.Identifier(table), columns=columns),
        (Json(dict(data)),),
    )


def reset_row(cur: Cursor, data: Mapping[str, Any]) -> None:
    """Set back what a change of measures changes of a row: its text, and which row it hangs below."""
    cur.execute(
        """
        UPDATE checklist_row SET title = %(title)s, body = %(body)s, version = version + 1,
            position = CASE WHEN parent_id IS DISTINCT FROM %(parent_id)s THEN %(position)s ELSE position END,
            parent_id = %(parent_id)s
        WHERE id = %(id)s
        """,
        data,
    )


def insert_change(
    cur: Cursor,
    checklist_id: int,
    *,
    kind: str,
    subject: str,
    person_id: int,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> int:
    """Keep what undoes a change, and let those go that are too old."""
    (made,) = returned(
        cur,
        Made,
        "INSERT INTO draft_change (checklist_id, kind, subject, person_id, before, after) VALUES %s RETURNING id",
        [(checklist_id, kind, subject, person_id, Json(dict(before)), Json(dict(after)))],
    )
    cur.execute(
        """
        DELETE FROM draft_change WHERE checklist_id = %(checklist)s AND id <= (
            SELECT id FROM draft_change WHERE checklist_id = %(checklist)s ORDER BY id DESC OFFSET %(kept)s LIMIT 1)
        """,
        {"checklist": checklist_id, "kept": CHANGES_KEPT},
    )
    return made.id


def delete_change(cur: Cursor, change_id: int) -> None:
    """Forget a change that was undone."""
    cur.execute("DELETE FROM draft_change WHERE id = %s", (change_id,))


def insert_target(cur: Cursor, plan_id: int, target: Mapping[str, Any]) -> int:
    """Add a target behind the others of the plan."""
    cur.execute(
        """
        INSERT INTO target
            (plan_id, position, name, quote, kind, comparator, value, unit_of_measure, to_year, is_approximate)
        SELECT %(plan_id)s, coalesce(max(position) + 1, 0), %(name)s, %(quote)s, %(kind)s, %(comparator)s, %(value)s,
            %(unit_of_measure)s, %(to_year)s, %(is_approximate)s
        FROM target WHERE plan_id = %(plan_id)s
        RETURNING id
        """,
        {"plan_id": plan_id, **target},
    )
    return value(cur, int)


def take_figure(cur: Cursor, figure_id: int, target_id: int) -> None:
    """Say which target a figure became; the figure itself stays as the notice has it."""
    cur.execute("UPDATE notice_figure SET state = 'taken', target_id = %s WHERE id = %s", (target_id, figure_id))


def decline_figures(cur: Cursor, figure_ids: Sequence[int]) -> None:
    """Say that these figures become no targets."""
    cur.execute("UPDATE notice_figure SET state = 'declined' WHERE id = ANY (%s)", (list(figure_ids),))
