"""Reads of amendments: their drafts, what issuing one would do to the duties, and those that were issued."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from services.tasks.amending.records import Amended, Amendment, CameFrom, Effect
from services.tasks.issuing.amend_store import BECOMES
from services.tasks.issuing.preview import Due
from shared.database import Cursor
from shared.limits import DATABASE
from shared.rows import many, one


def draft_of(cur: Cursor, checklist_id: int) -> Amended | None:
    """The draft that amends a checklist; None when there is none."""
    cur.execute("SELECT id AS draft_id, amends_id AS checklist_id FROM checklist WHERE amends_id = %s", (checklist_id,))
    return one(cur, Amended)


def amended_by(cur: Cursor, draft_id: int) -> Amended | None:
    """The draft with what it amends; None for what is no amendment."""
    cur.execute(
        """
        SELECT id AS draft_id, amends_id AS checklist_id FROM checklist WHERE id = %s AND amends_id IS NOT NULL
        """,
        (draft_id,),
    )
    return one(cur, Amended)


def came_from(cur: Cursor, draft_id: int) -> dict[int, int]:
    """The rows that an amendment's rows came from; new ones are not in it."""
    cur.execute(
        "SELECT id AS row_id, of_row_id FROM checklist_row WHERE checklist_id = %s AND of_row_id IS NOT NULL",
        (draft_id,),
    )
    return {found.row_id: found.of_row_id for found in many(cur, CameFrom)}


def effects(
    cur: Cursor,
    checklist_id: int,
    dues: Sequence[tuple[int, Due]],
    *,
    made_from: dt.date | None,
    reworded: Sequence[int],
) -> list[Effect]:
    """What would become of a checklist's duties, by unit in directory order; units without any change are not in it.

    `dues` are (id of the item in the checklist, or of a new one in the draft; its date): all that is to be by then.
    """
    cur.execute(f"SET LOCAL statement_timeout = '{DATABASE.long_statement:.0f}s'")
    cur.execute(
        f"""
        WITH due AS (
            SELECT * FROM unnest(%(items)s::bigint[], %(rows)s::bigint[], %(periods)s::text[], %(written)s::date[],
                %(due)s::date[], %(provisional)s::boolean[])
                AS given (item_id, row_id, period, written_due_on, due_on, is_provisional)
        ), wanted AS (
            SELECT unit_id, item_id, period, min(role) AS role, min(written_due_on) AS written_due_on,
                min(due_on) AS due_on, bool_or(is_provisional) AS is_provisional
            FROM (
                SELECT due.*, role, coalesce(member.unit_id, row_unit.unit_id) AS unit_id
                FROM due JOIN row_unit USING (row_id) LEFT JOIN unit_group_member AS member USING (group_id)
            ) AS given JOIN unit ON unit.id = unit_id AND unit.is_active
            GROUP BY unit_id, item_id, period
        ), owed AS (
            SELECT id, unit_id, item_id, period, state, role, due_on, first_due_on FROM duty
            WHERE checklist_id = %(checklist)s
        ), {BECOMES}
        SELECT unit_id, name, (count(*) FILTER (WHERE becomes IN ('made', 'back')))::integer AS made,
            (count(*) FILTER (WHERE becomes = 'changed'))::integer AS changed,
            (count(*) FILTER (WHERE becomes = 'withdrawn'))::integer AS withdrawn
        FROM found JOIN unit ON unit.id = unit_id WHERE becomes IS NOT NULL
        GROUP BY unit_id, name, code ORDER BY code
        """,
        {
            "checklist": checklist_id,
            "made_from": made_from,
            "reworded": list(reworded),
            "items": [item_id for item_id, _ in dues],
            "rows": [due.item.units_row_id for _, due in dues],
            "periods": [due.period.label for _, due in dues],
            "written": [due.period.written_due_on for _, due in dues],
            "due": [due.period.due_on for _, due in dues],
            "provisional": [due.period.is_provisional for _, due in dues],
        },
    )
    return many(cur, Effect)


def amendments(cur: Cursor, checklist_id: int) -> list[Amendment]:
    """The revisions of a checklist after the first, newest first."""
    cur.execute(
        """
        SELECT revision, reason, state, difference, asked_at, asked_by_post, asked_by_unit,
            coalesce(sum(made), 0)::integer AS made, coalesce(sum(changed), 0)::integer AS changed,
            coalesce(sum(withdrawn), 0)::integer AS withdrawn
        FROM amendment LEFT JOIN amendment_chunk ON amendment_id = amendment.id
        WHERE checklist_id = %s GROUP BY amendment.id ORDER BY revision DESC
        """,
        (checklist_id,),
    )
    return many(cur, Amendment)
