"""Writes of plans, checklists, rows and questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from psycopg2.extras import Json, execute_values

from services.tasks.directory import store as directory_store
from services.tasks.drafting.notice_pieces import NewPiece
from services.tasks.drafting.records import Made, NamingChecklist
from shared.actor import Signature
from shared.database import Cursor, plan_anew
from shared.rows import has_row, many, returned, value, values

# Rows of one statement.
PAGE = 1000


def insert_plan(cur: Cursor, *, title: str, from_year: int, to_year: int) -> int:
    """Make a plan and return its id."""
    cur.execute(
        "INSERT INTO plan (title, from_year, to_year) VALUES (%s, %s, %s) RETURNING id", (title, from_year, to_year)
    )
    return value(cur, int)


def insert_checklist(
    cur: Cursor,
    *,
    title: str,
    year: int,
    level_names: Sequence[str] | None,
    plan_id: int | None = None,
    document_number: str = "",
) -> int:
    """Make a draft; without level names it gets the usual ones."""
    cur.execute(
        "INSERT INTO checklist (title, year, plan_id, document_number) VALUES (%s, %s, %s, %s) RETURNING id",
        (title, year, plan_id, document_number),
    )
    checklist_id = value(cur, int)
    if level_names:
        cur.execute("UPDATE checklist SET level_names = %s WHERE id = %s", (list(level_names), checklist_id))
    return checklist_id


def update_checklist(
    cur: Cursor,
    checklist_id: int,
    *,
    title: str,
    year: int,
    level_names: Sequence[str],
    sample_percent: int,
    document_number: str,
) -> None:
    """Change a checklist's header."""
    cur.execute(
        """
        UPDATE checklist SET title = %s, year = %s, level_names = %s, sample_percent = %s, document_number = %s
        WHERE id = %s
        """,
        (title, year, list(level_names), sample_percent, document_number, checklist_id),
    )


def update_contact(cur: Cursor, checklist_id: int, contact: str) -> None:
    """Change whom the units may ask. It is no part of what is issued, so the version stays."""
    cur.execute("UPDATE checklist SET contact = %s WHERE id = %s", (contact, checklist_id))


def count_checklist_up(cur: Cursor, checklist_id: int) -> None:
    """Give the draft a new version, so that it cannot be issued on the strength of an older preview."""
    cur.execute("UPDATE checklist SET version = version + 1 WHERE id = %s", (checklist_id,))


def lock_drafts(cur: Cursor, group_ids: Iterable[int], *, also: int | None = None) -> list[NamingChecklist]:
    """Lock, by id, the drafts and checklists being issued that name or ask about the groups, and the one `also`.

    All of them in one statement and before the groups: a transaction that held one draft and then wanted another with
    a smaller id, or a draft after a group, could wait for somebody who waits for it.
    """
    cur.execute(
        """
        SELECT id, title, state FROM checklist
        WHERE id = %(also)s OR state IN ('draft', 'issuing') AND (
            EXISTS (
                SELECT FROM row_unit JOIN checklist_row ON checklist_row.id = row_id
                WHERE group_id = ANY (%(groups)s) AND checklist_id = checklist.id)
            OR EXISTS (
                SELECT FROM question
                WHERE group_id = ANY (%(groups)s) AND checklist_id = checklist.id AND answered_at IS NULL))
        ORDER BY id FOR NO KEY UPDATE
        """,
        {"groups": list(group_ids), "also": also},
    )
    return many(cur, NamingChecklist)


def delete_checklist(cur: Cursor, checklist_id: int, plan_id: int | None) -> None:
    """Delete with its rows and questions, and its plan when no other checklist belongs to it."""
    cur.execute("DELETE FROM checklist WHERE id = %s", (checklist_id,))
    cur.execute("SELECT 1 FROM checklist WHERE plan_id = %s", (plan_id,))
    if plan_id is not None and not has_row(cur):
        cur.execute("DELETE FROM target WHERE plan_id = %s", (plan_id,))
        cur.execute("DELETE FROM plan WHERE id = %s", (plan_id,))


def insert_targets(cur: Cursor, plan_id: int, targets: Sequence[Mapping[str, Any]]) -> list[int]:
    """Store what a notice says of targets and return their ids in the same order."""
    found = returned(
        cur,
        Made,
        """
        INSERT INTO target
            (plan_id, position, name, quote, kind, comparator, value, unit_of_measure, to_year, is_approximate,
                is_part)
        VALUES %s RETURNING id
        """,
        [{"plan_id": plan_id, "position": position} | dict(target) for position, target in enumerate(targets)],
        template=(
            "(%(plan_id)s, %(position)s, %(name)s, %(quote)s, %(kind)s, %(comparator)s, %(value)s,"
            " %(unit_of_measure)s, %(to_year)s, %(is_approximate)s, %(is_part)s)"
        ),
    )
    return [target.id for target in found]


def set_target(cur: Cursor, target_id: int, figure: Decimal) -> None:
    """Set the figure that a person decided; it is exact, and a trend with a figure is to be reached at least."""
    cur.execute(
        """
        UPDATE target SET value = %s, is_approximate = false,
            comparator = CASE comparator WHEN 'rising' THEN '>=' WHEN '~' THEN '=' ELSE comparator END
        WHERE id = %s
        """,
        (figure, target_id),
    )


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row to be stored; `position` orders it among its siblings."""

    parent_id: int | None
    level: int
    position: int
    title: str
    body: str = ""


def insert_rows(cur: Cursor, checklist_id: int, rows: Sequence[NewRow]) -> list[int]:
    """Store rows of one level; return their ids in the same order."""
    ids: list[int] = []
    for start in range(0, len(rows), PAGE):
        plan_anew(cur)
        found = returned(
            cur,
            Made,
            "INSERT INTO checklist_row (checklist_id, parent_id, level, position, title, body) VALUES %s RETURNING id",
            [
                (checklist_id, row.parent_id, row.level, row.position, row.title, row.body)
                for row in rows[start : start + PAGE]
            ],
        )
        ids += [row.id for row in found]
    return ids


def update_row(cur: Cursor, fields: Mapping[str, Any]) -> None:
    """Change a row and count its version up."""
    cur.execute(
        """
        UPDATE checklist_row SET title = %(title)s, body = %(body)s, due_on = %(due_on)s, recurrence = %(recurrence)s,
            due_day = %(due_day)s, review_rule = %(review_rule)s, acceptance_rule = %(acceptance_rule)s,
            evidence_rule = %(evidence_rule)s, reviewer_unit_id = %(reviewer_unit_id)s, version = version + 1
        WHERE id = %(row_id)s
        """,
        fields,
    )


def update_items(cur: Cursor, items: Sequence[Mapping[str, Any]]) -> None:
    """Set title, body, dates and rules of many items."""
    if not items:
        return
    execute_values(
        cur,
        """
        UPDATE checklist_row SET title = new.title, body = new.body, due_on = new.due_on, recurrence = new.recurrence,
            due_day = new.due_day, review_rule = new.review_rule, acceptance_rule = new.acceptance_rule,
            version = version + 1
        FROM (VALUES %s) AS new (id, title, body, due_on, recurrence, due_day, review_rule, acceptance_rule)
        WHERE checklist_row.id = new.id
        """,
        items,
        template=(
            "(%(row_id)s, %(title)s, %(body)s, %(due_on)s::date, %(recurrence)s, %(due_day)s::integer,"
            " %(review_rule)s, %(acceptance_rule)s)"
        ),
        page_size=1000,
    )


def set_due(cur: Cursor, row_ids: Sequence[int], due: Mapping[str, Any]) -> None:
    """Give these rows one due date or recurrence, and count their versions up; recurrence None keeps that of each."""
    cur.execute(
        """
        UPDATE checklist_row SET due_on = %(due_on)s, due_day = %(due_day)s,
            recurrence = coalesce(%(recurrence)s, recurrence), version = version + 1
        WHERE id = ANY (%(ids)s)
        """,
        {**due, "ids": list(row_ids)},
    )


def place_rows(cur: Cursor, row_ids: Sequence[int]) -> None:
    """Put siblings in this order."""
    cur.execute(
        """
        UPDATE checklist_row SET position = placed.position
        FROM unnest(%s::bigint[]) WITH ORDINALITY AS placed (id, position)
        WHERE checklist_row.id = placed.id AND checklist_row.position IS DISTINCT FROM placed.position
        """,
        (list(row_ids),),
    )


def set_positions(cur: Cursor, positions: Sequence[tuple[int, int]]) -> None:
    """Set (row id, position among its siblings) of many rows."""
    execute_values(
        cur,
        """
        UPDATE checklist_row SET position = new.position FROM (VALUES %s) AS new (id, position)
        WHERE checklist_row.id = new.id AND checklist_row.position IS DISTINCT FROM new.position
        """,
        positions,
        page_size=1000,
    )


def move_under(cur: Cursor, row_id: int, parent_id: int) -> None:
    """Hang the row below another one; its place there is set by itself."""
    cur.execute("UPDATE checklist_row SET parent_id = %s WHERE id = %s", (parent_id, row_id))


def count_row_up(cur: Cursor, row_id: int) -> None:
    """Count the row's version up, because its units changed."""
    cur.execute("UPDATE checklist_row SET version = version + 1 WHERE id = %s", (row_id,))


def count_rows_up(cur: Cursor, row_ids: Sequence[int]) -> None:
    """Count the versions of these rows up, because their units changed."""
    cur.execute("UPDATE checklist_row SET version = version + 1 WHERE id = ANY (%s)", (list(row_ids),))


def delete_rows(cur: Cursor, row_ids: Sequence[int]) -> None:
    """Delete with all rows below and their questions."""
    plan_anew(cur)
    cur.execute("DELETE FROM checklist_row WHERE id = ANY (%s)", (list(row_ids),))


def keep_open_questions(cur: Cursor, row_ids: Sequence[int]) -> None:
    """Leave the open questions on these rows with the checklist, when the rows are about to be replaced."""
    cur.execute("UPDATE question SET row_id = NULL WHERE row_id = ANY (%s) AND answered_at IS NULL", (list(row_ids),))


def set_units(cur: Cursor, units_by_row: Mapping[int, Sequence[tuple[str, int | None, int | None]]]) -> None:
    """Replace what rows name: (role, unit id, group id) in order."""
    cur.execute("DELETE FROM row_unit WHERE row_id = ANY (%s)", (list(units_by_row),))
    entries = [(row_id, n, *unit) for row_id, units in units_by_row.items() for n, unit in enumerate(units, start=1)]
    if entries:
        directory_store.keep_named(
            cur,
            group_ids={group_id for *_, group_id in entries if group_id is not None},
            unit_ids={unit_id for *_, unit_id, _ in entries if unit_id is not None},
        )
        plan_anew(cur)
        execute_values(
            cur,
            "INSERT INTO row_unit (row_id, position, role, unit_id, group_id) VALUES %s",
            entries,
            page_size=1000,
        )


def insert_questions(cur: Cursor, checklist_id: int, questions: Sequence[Mapping[str, Any]]) -> None:
    """Ask these questions about a draft."""
    if questions:
        execute_values(
            cur,
            """
            INSERT INTO question
                (checklist_id, row_id, target_id, group_id, kind, quote, role, text_zh, text_en, suggested)
            VALUES %s
            """,
            [{"checklist_id": checklist_id, "role": None} | dict(question) for question in questions],
            template=(
                "(%(checklist_id)s, %(row_id)s, %(target_id)s, %(group_id)s, %(kind)s, %(quote)s, %(role)s, %(zh)s,"
                " %(en)s, %(suggested)s::bigint[])"
            ),
            page_size=1000,
        )


def insert_pieces(cur: Cursor, checklist_id: int, pieces: Sequence[NewPiece]) -> None:
    """Keep the source of a draft, piece by piece in this order."""
    cur.execute(
        """
        INSERT INTO notice_piece (checklist_id, number, line, start, text, row_id, target_id, part, reason)
        SELECT %s, piece.*
        FROM unnest(%s::int[], %s::int[], %s::int[], %s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::text[])
            AS piece
        """,
        (
            checklist_id,
            list(range(1, len(pieces) + 1)),
            [piece.line for piece in pieces],
            [piece.start for piece in pieces],
            [piece.text for piece in pieces],
            [piece.row_id for piece in pieces],
            [piece.target_id for piece in pieces],
            [piece.part for piece in pieces],
            [piece.reason for piece in pieces],
        ),
    )


def insert_figures(cur: Cursor, checklist_id: int, figures: Sequence[Mapping[str, Any]]) -> None:
    """Offer figures of a notice as targets, in this order."""
    if figures:
        execute_values(
            cur,
            """
            INSERT INTO notice_figure
                (checklist_id, position, row_id, name, quote, kind, comparator, value, unit_of_measure, to_year,
                    is_approximate, is_part)
            VALUES %s
            """,
            [{"checklist_id": checklist_id, "position": n} | dict(one) for n, one in enumerate(figures, start=1)],
            template=(
                "(%(checklist_id)s, %(position)s, %(row_id)s, %(name)s, %(quote)s, %(kind)s, %(comparator)s,"
                " %(value)s, %(unit_of_measure)s, %(to_year)s, %(is_approximate)s, %(is_part)s)"
            ),
            page_size=1000,
        )


_ANSWERED = """
    UPDATE question SET answer = %s, answered_by = %s, answered_by_post = %s, answered_by_unit = %s, answered_at = now()
"""


def answer_questions(cur: Cursor, question_ids: Sequence[int], answer: Mapping[str, Any], *, who: Signature) -> None:
    """Close the questions with one answer."""
    cur.execute(
        _ANSWERED + "WHERE id = ANY (%s)",
        (Json(dict(answer)), who.person_id, who.post, who.unit, list(question_ids)),
    )


def answer_group_questions(cur: Cursor, group_id: int, answer: Mapping[str, Any], *, who: Signature) -> list[int]:
    """Answer the open questions on a group in every draft; return their ids."""
    cur.execute(
        _ANSWERED + "WHERE group_id = %s AND answered_at IS NULL RETURNING id",
        (Json(dict(answer)), who.person_id, who.post, who.unit, group_id),
    )
    return values(cur, int)
