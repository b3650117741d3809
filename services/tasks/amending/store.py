"""Writes of amendments: the draft as a copy of the checklist, and the draft written back into it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from psycopg2.extras import Json

from shared.actor import Signature
from shared.database import Cursor, plan_anew
from shared.rows import value

LEVELS = (1, 2, 3, 4)
_COPIED = "title, body, due_on, recurrence, due_day, review_rule, acceptance_rule, evidence_rule, reviewer_unit_id"
_COPIES = ", ".join(
    "(own.due_on + make_interval(years => %(years)s))::date" if name == "due_on" else f"own.{name}"
    for name in _COPIED.split(", ")
)
_WITH_OPEN = """
    AND own.id IN (
        WITH RECURSIVE wanted AS (
            SELECT item.id, item.parent_id FROM checklist_row AS item
            WHERE item.checklist_id = %(checklist)s AND item.level = 4 AND EXISTS (
                SELECT FROM duty WHERE item_id = item.id AND state IN ('issued', 'acknowledged', 'returned')
                    AND parent_id IS NULL)
            UNION
            SELECT above.id, above.parent_id FROM wanted JOIN checklist_row AS above ON above.id = wanted.parent_id
        )
        SELECT id FROM wanted
    )
"""


def copy_checklist(cur: Cursor, checklist_id: int) -> int:
    """Make the draft that amends a checklist, with all rows that are not dropped and their units; return its id."""
    cur.execute(
        """
        INSERT INTO checklist (
            title, year, plan_id, level_names, contact, revision, amends_id, sample_percent, document_number)
        SELECT title, year, plan_id, level_names, contact, revision + 1, id, sample_percent, document_number
        FROM checklist WHERE id = %s RETURNING id
        """,
        (checklist_id,),
    )
    draft_id = value(cur, int)
    copy_rows(cur, draft_id, checklist_id)
    return draft_id


def copy_rows(cur: Cursor, draft_id: int, checklist_id: int, *, years: int = 0, only_open: bool = False) -> None:
    """Copy the rows of a checklist that are not dropped, with their units, into a draft; each knows where it came from.

    Dates move by whole years. `only_open` takes the items that have an open duty, and the rows above them.
    """
    plan_anew(cur)
    for level in LEVELS:
        cur.execute(
            f"""
            INSERT INTO checklist_row (checklist_id, parent_id, level, position, of_row_id, {_COPIED})
            SELECT %(draft)s, parent.id, own.level, own.position, own.id, {_COPIES}
            FROM checklist_row AS own
            LEFT JOIN checklist_row AS parent
                ON parent.checklist_id = %(draft)s AND parent.level = own.level - 1
                    AND parent.of_row_id = own.parent_id
            WHERE own.checklist_id = %(checklist)s AND own.level = %(level)s AND own.dropped_in IS NULL
                {_WITH_OPEN if only_open else ""}
            ORDER BY own.position, own.id
            """,
            {"draft": draft_id, "checklist": checklist_id, "level": level, "years": years},
        )
    cur.execute(
        """
        INSERT INTO row_unit (row_id, position, role, unit_id, group_id)
        SELECT copy.id, row_unit.position, role, unit_id, group_id
        FROM checklist_row AS copy JOIN row_unit ON row_unit.row_id = copy.of_row_id WHERE copy.checklist_id = %s
        """,
        (draft_id,),
    )


def write_back(cur: Cursor, draft_id: int, checklist_id: int, *, dropped: Sequence[int], revision: int) -> None:
    """Let the checklist be what its amendment says, as `revision`, and let the draft be gone.

    Rows that came from the checklist are written into it; new ones move over as they are, with their units.
    """
    both = {"draft": draft_id, "checklist": checklist_id, "revision": revision}
    cur.execute("UPDATE checklist_row SET dropped_in = %s WHERE id = ANY (%s)", (revision, list(dropped)))
    cur.execute(
        f"""
        UPDATE checklist_row AS own SET {", ".join(f"{name} = copy.{name}" for name in _COPIED.split(", "))},
            position = copy.position, parent_id = coalesce(above.of_row_id, copy.parent_id), version = own.version + 1
        FROM checklist_row AS copy LEFT JOIN checklist_row AS above ON above.id = copy.parent_id
        WHERE copy.checklist_id = %(draft)s AND own.id = copy.of_row_id
        """,
        both,
    )
    cur.execute(
        """
        DELETE FROM row_unit USING checklist_row AS copy
        WHERE copy.checklist_id = %(draft)s AND row_unit.row_id = copy.of_row_id
        """,
        both,
    )
    cur.execute(
        """
        UPDATE row_unit SET row_id = copy.of_row_id FROM checklist_row AS copy
        WHERE copy.checklist_id = %(draft)s AND copy.of_row_id IS NOT NULL AND row_unit.row_id = copy.id
        """,
        both,
    )
    cur.execute(
        """
        UPDATE checklist_row AS own SET checklist_id = %(checklist)s,
            parent_id = coalesce((SELECT of_row_id FROM checklist_row AS above WHERE above.id = own.parent_id),
                own.parent_id)
        WHERE checklist_id = %(draft)s AND of_row_id IS NULL
        """,
        both,
    )
    cur.execute(
        """
        UPDATE checklist SET title = draft.title, level_names = draft.level_names, contact = draft.contact,
            document_number = draft.document_number, revision = %(revision)s
        FROM checklist AS draft WHERE draft.id = %(draft)s AND checklist.id = %(checklist)s
        """,
        both,
    )
    _keep_answers(cur, both)
    cur.execute("DELETE FROM checklist WHERE id = %(draft)s", both)


def _keep_answers(cur: Cursor, both: Mapping[str, int]) -> None:
    """What somebody decided in the draft, such as that a group stays empty, is not asked again."""
    cur.execute(
        """
        UPDATE question SET checklist_id = %(checklist)s,
            row_id = (SELECT coalesce(of_row_id, id) FROM checklist_row WHERE id = question.row_id)
        WHERE checklist_id = %(draft)s AND answered_at IS NOT NULL
        """,
        both,
    )


def insert_done_run(cur: Cursor, checklist_id: int, *, revision: int, who: Signature, correlation_id: str) -> int:
    """The run that says who issued the duties of a revision; its work is the amendment's, so nobody takes it up."""
    cur.execute(
        """
        INSERT INTO issue_run (checklist_id, revision, state, asked_by, asked_by_post, asked_by_unit, correlation_id,
            done_at)
        VALUES (%s, %s, 'done', %s, %s, %s, %s, now()) RETURNING id
        """,
        (checklist_id, revision, who.person_id, who.post, who.unit, correlation_id),
    )
    return value(cur, int)


def insert_amendment(
    cur: Cursor,
    run_id: int,
    *,
    reason: str,
    made_from: dt.date | None,
    reworded: Sequence[int],
    touched: Sequence[int],
    difference: Sequence[Mapping[str, Any]],
    units: Sequence[Mapping[str, Any]],
    draft_id: int,
    who: Signature,
) -> None:
    """Start the amendment of a run's revision."""
    cur.execute(
        """
        INSERT INTO amendment (checklist_id, revision, run_id, reason, made_from, reworded, touched, difference,
            draft_id, asked_by, asked_by_name, asked_by_post, asked_by_unit, correlation_id)
        SELECT checklist_id, revision, id, %s, %s, %s::bigint[], %s::bigint[], %s, %s, asked_by, %s, asked_by_post,
            asked_by_unit, correlation_id
        FROM issue_run WHERE id = %s
        """,
        (
            reason,
            made_from,
            list(reworded),
            list(touched),
            Json({"rows": list(difference), "units": list(units)}),
            draft_id,
            who.name,
            run_id,
        ),
    )
