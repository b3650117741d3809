"""Reads of plans, checklists, rows and questions, each in one statement however many rows there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.database import Cursor

_HEADER = "id, plan_id, title, year, level_names, state, revision, version"
_ROW = """
    id, checklist_id, parent_id, level, position, title, body, due_on, recurrence, due_day, review_rule,
    acceptance_rule, version
"""


def checklists(cur: Cursor) -> list[Any]:
    """All checklists with their counts, newest first."""
    cur.execute(
        """
        SELECT checklist.id, title, year, state, revision, issued_at,
            (SELECT count(*) FROM question WHERE checklist_id = checklist.id AND answered_at IS NULL) AS open_questions,
            (SELECT count(*) FROM checklist_row WHERE checklist_id = checklist.id) AS rows,
            CASE WHEN state = 'draft' AND revision = 1 THEN 0
                ELSE (SELECT count(*) FROM duty WHERE checklist_id = checklist.id) END AS duties
        FROM checklist ORDER BY year DESC, checklist.id DESC
        """
    )
    return cur.fetchall()


def checklist(cur: Cursor, checklist_id: int) -> Any:
    cur.execute(f"SELECT {_HEADER} FROM checklist WHERE id = %s", (checklist_id,))
    return cur.fetchone()


def checklist_for_change(cur: Cursor, checklist_id: int) -> Any:
    """The header, locked: changes of one draft happen one after the other."""
    cur.execute(f"SELECT {_HEADER} FROM checklist WHERE id = %s FOR UPDATE", (checklist_id,))
    return cur.fetchone()


def plan(cur: Cursor, plan_id: int) -> Any:
    cur.execute("SELECT id, title, from_year, to_year FROM plan WHERE id = %s", (plan_id,))
    return cur.fetchone()


def targets(cur: Cursor, plan_id: int) -> list[Any]:
    cur.execute(
        """
        SELECT id, name, quote, kind, comparator, value, unit_of_measure, to_year, is_approximate
        FROM target WHERE plan_id = %s ORDER BY position
        """,
        (plan_id,),
    )
    return cur.fetchall()


def rows(cur: Cursor, checklist_id: int) -> list[Any]:
    cur.execute(f"SELECT {_ROW} FROM checklist_row WHERE checklist_id = %s", (checklist_id,))
    return cur.fetchall()


def row(cur: Cursor, row_id: int) -> Any:
    cur.execute(f"SELECT {_ROW} FROM checklist_row WHERE id = %s", (row_id,))
    return cur.fetchone()


def units_of_rows(cur: Cursor, checklist_id: int) -> list[Any]:
    """What every row names itself, in the order of entry."""
    cur.execute(
        """
        SELECT row_unit.row_id, role, unit_id, group_id, coalesce(unit.name, unit_group.name) AS name
        FROM row_unit
        JOIN checklist_row ON checklist_row.id = row_id
        LEFT JOIN unit ON unit.id = unit_id
        LEFT JOIN unit_group ON unit_group.id = group_id
        WHERE checklist_id = %s ORDER BY row_id, row_unit.position
        """,
        (checklist_id,),
    )
    return cur.fetchall()


_QUESTION = """
    SELECT id, checklist_id, row_id, target_id, group_id, kind, quote, text_zh, text_en, answer, answered_at
    FROM question
"""


def questions(cur: Cursor, checklist_id: int, *, row_id: int | None = None) -> list[Any]:
    """Questions of a checklist, or of one row of it, open ones first."""
    cur.execute(
        _QUESTION
        + """
        WHERE checklist_id = %(checklist)s AND (%(row)s::bigint IS NULL OR row_id = %(row)s)
        ORDER BY answered_at IS NOT NULL, id
        """,
        {"checklist": checklist_id, "row": row_id},
    )
    return cur.fetchall()


def chosen_questions(cur: Cursor, checklist_id: int, question_ids: Sequence[int]) -> list[Any]:
    cur.execute(_QUESTION + "WHERE checklist_id = %s AND id = ANY (%s) ORDER BY id", (checklist_id, list(question_ids)))
    return cur.fetchall()


def count_open_questions(cur: Cursor, checklist_id: int) -> int:
    cur.execute(
        "SELECT count(*) AS open FROM question WHERE checklist_id = %s AND answered_at IS NULL", (checklist_id,)
    )
    return int(cur.fetchone().open)


def is_preparing(cur: Cursor, checklist_id: int) -> bool:
    """Whether the checklist's run has not resolved its groups into units yet."""
    cur.execute("SELECT 1 FROM issue_run WHERE checklist_id = %s AND state = 'preparing'", (checklist_id,))
    return cur.fetchone() is not None
