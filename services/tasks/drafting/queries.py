"""Reads of plans, checklists, rows and questions, each in one statement however many rows there are."""

from __future__ import annotations

from collections.abc import Sequence

from services.tasks.drafting.records import Header, ListedChecklist, Plan, Question, Row, Source, Target, UnitOfRow
from shared.database import Cursor
from shared.rows import has_row, many, one, the, value, value_or_none, values

_HEADER = """
    id, plan_id, title, year, level_names, contact, state, revision, version, amends_id, sample_percent,
    carried_from_id, document_number
"""
_ROW = """
    id, checklist_id, parent_id, level, position, title, body, due_on, recurrence, due_day, review_rule,
    acceptance_rule, evidence_rule, reviewer_unit_id,
    (SELECT name FROM unit WHERE unit.id = reviewer_unit_id) AS reviewer, version
"""


def checklists(cur: Cursor) -> list[ListedChecklist]:
    """All checklists with their counts, newest first; no duty is read for it, of which there may be millions."""
    cur.execute(
        """
        SELECT checklist.id, title, year, state, revision, issued_at,
            (SELECT count(*) FROM question WHERE checklist_id = checklist.id AND answered_at IS NULL) AS open_questions,
            (SELECT count(*) FROM checklist_row WHERE checklist_id = checklist.id AND dropped_in IS NULL) AS rows,
            (SELECT coalesce(sum(duties), 0)::bigint FROM issue_run JOIN issue_chunk ON run_id = issue_run.id
                WHERE checklist_id = checklist.id)
            + (SELECT coalesce(sum(made - withdrawn), 0)::bigint FROM amendment
                JOIN amendment_chunk ON amendment_id = amendment.id WHERE checklist_id = checklist.id) AS duties,
            amends_id
        FROM checklist ORDER BY year DESC, checklist.id DESC
        """
    )
    return many(cur, ListedChecklist)


def checklist(cur: Cursor, checklist_id: int) -> Header | None:
    """The header of a checklist."""
    cur.execute(f"SELECT {_HEADER} FROM checklist WHERE id = %s", (checklist_id,))
    return one(cur, Header)


def checklist_for_change(cur: Cursor, checklist_id: int) -> Header | None:
    """The header, locked: changes of one draft happen one after the other. Groups and units are locked after it."""
    cur.execute(f"SELECT {_HEADER} FROM checklist WHERE id = %s FOR NO KEY UPDATE", (checklist_id,))
    return one(cur, Header)


def issued_from(cur: Cursor, draft_id: int) -> int | None:
    """The checklist of which an amendment was issued from this draft, which is there no longer; None for any other."""
    cur.execute("SELECT checklist_id FROM amendment WHERE draft_id = %s", (draft_id,))
    return value_or_none(cur, int)


def plan(cur: Cursor, plan_id: int) -> Plan:
    """The plan that a checklist stands under."""
    cur.execute("SELECT id, title, from_year, to_year FROM plan WHERE id = %s", (plan_id,))
    return the(cur, Plan)


def targets(cur: Cursor, plan_id: int) -> list[Target]:
    """What the plan's notice says of targets, in its order."""
    cur.execute(
        """
        SELECT id, name, quote, kind, comparator, value, unit_of_measure, to_year, is_approximate, is_part
        FROM target WHERE plan_id = %s ORDER BY position
        """,
        (plan_id,),
    )
    return many(cur, Target)


def rows(cur: Cursor, checklist_id: int) -> list[Row]:
    """All rows of a checklist but those that an amendment dropped, in no order."""
    cur.execute(f"SELECT {_ROW} FROM checklist_row WHERE checklist_id = %s AND dropped_in IS NULL", (checklist_id,))
    return many(cur, Row)


def row(cur: Cursor, row_id: int) -> Row | None:
    """One row, of whichever checklist."""
    cur.execute(f"SELECT {_ROW} FROM checklist_row WHERE id = %s", (row_id,))
    return one(cur, Row)


def units_of_rows(cur: Cursor, checklist_id: int) -> list[UnitOfRow]:
    """What every row names itself, in the order of entry."""
    cur.execute(
        """
        SELECT row_unit.row_id, role, unit_id, group_id, coalesce(unit.name, unit_group.name) AS name
        FROM row_unit
        JOIN checklist_row ON checklist_row.id = row_id
        LEFT JOIN unit ON unit.id = unit_id
        LEFT JOIN unit_group ON unit_group.id = group_id
        WHERE checklist_id = %s AND dropped_in IS NULL ORDER BY row_id, row_unit.position
        """,
        (checklist_id,),
    )
    return many(cur, UnitOfRow)


_QUESTION = """
    SELECT id, checklist_id, row_id, target_id, group_id, kind, quote, role, text_zh, text_en, answer, answered_at,
        maybe.suggested_ids, maybe.suggested_names
    FROM question
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(unit.id ORDER BY place), '{}') AS suggested_ids,
            coalesce(array_agg(unit.name ORDER BY place), '{}') AS suggested_names
        FROM unnest(suggested) WITH ORDINALITY AS one (unit_id, place) JOIN unit ON unit.id = unit_id
        WHERE unit.is_active
    ) AS maybe
"""


def questions(cur: Cursor, checklist_id: int, *, row_id: int | None = None) -> list[Question]:
    """Questions of a checklist, or of one row of it, open ones first."""
    cur.execute(
        _QUESTION
        + """
        WHERE checklist_id = %(checklist)s AND (%(row)s::bigint IS NULL OR row_id = %(row)s)
        ORDER BY answered_at IS NOT NULL, id
        """,
        {"checklist": checklist_id, "row": row_id},
    )
    return many(cur, Question)


def chosen_questions(cur: Cursor, checklist_id: int, question_ids: Sequence[int]) -> list[Question]:
    """Those of the questions that are the checklist's, answered ones too."""
    cur.execute(_QUESTION + "WHERE checklist_id = %s AND id = ANY (%s) ORDER BY id", (checklist_id, list(question_ids)))
    return many(cur, Question)


def count_open_questions(cur: Cursor, checklist_id: int) -> int:
    """How many questions of a checklist wait for an answer."""
    cur.execute(
        "SELECT count(*) AS open FROM question WHERE checklist_id = %s AND answered_at IS NULL", (checklist_id,)
    )
    return value(cur, int)


def source(cur: Cursor, checklist_id: int) -> Source:
    """What is kept of the notice that a draft was made of; no pieces where none is."""
    cur.execute(
        """
        SELECT pieces, taken, figures, offered
        FROM (
            SELECT count(*) AS pieces,
                count(*) FILTER (
                    WHERE row_id IS NOT NULL OR target_id IS NOT NULL OR part NOT IN ('', 'row', 'target')
                ) AS taken
            FROM notice_piece WHERE checklist_id = %(checklist)s
        ) AS every,
        (
            SELECT count(*) AS figures, count(*) FILTER (WHERE state = 'offered') AS offered
            FROM notice_figure WHERE checklist_id = %(checklist)s
        ) AS figure
        """,
        {"checklist": checklist_id},
    )
    return the(cur, Source)


def pieces_with_contacts(cur: Cursor, checklist_id: int) -> list[str]:
    """What the notice of a draft says of whom to ask, and lines that may hold the number; none once issued."""
    cur.execute(
        """
        SELECT notice_piece.text
        FROM notice_piece JOIN checklist ON checklist.id = checklist_id
        WHERE checklist_id = %s AND checklist.state = 'draft' AND notice_piece.text ~ '联\\s*系\\s*人|电\\s*话|手\\s*机'
        ORDER BY number LIMIT 60
        """,
        (checklist_id,),
    )
    return values(cur, str)


def is_preparing(cur: Cursor, checklist_id: int) -> bool:
    """Whether the checklist's run has not resolved its groups into units yet."""
    cur.execute("SELECT 1 FROM issue_run WHERE checklist_id = %s AND state = 'preparing'", (checklist_id,))
    return has_row(cur)
