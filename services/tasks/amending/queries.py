"""Reads of amendments: their drafts, and those that were issued."""

from __future__ import annotations

from services.tasks.amending.records import Amended, Amendment, CameFrom
from shared.database import Cursor
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
