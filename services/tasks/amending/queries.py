"""Reads of amendments: their drafts, and those that were issued."""

from __future__ import annotations

from services.tasks.amending.records import Amended, Amendment, CameFrom, ChangedRows
from shared.database import Cursor
from shared.rows import many, one, value, value_or_none

# Revisions on a page, and the rows of each that stand there; rows on a page of their own.
PAGE = 10
FIRST_ROWS = 30
ROWS = 200
# Of which units the duties changed is not in what releases of old kept.
_PART = """jsonb_path_query_array(coalesce(difference -> '{0}', '[]'), '$[$first to $last]',
        jsonb_build_object('first', %(first)s::int, 'last', %(last)s::int)) AS {0}"""
_TOTAL = "jsonb_array_length(coalesce(difference -> '{0}', '[]')) AS {0}_total"
_ROWS = f"""
    {_PART.format("rows")}, {_TOTAL.format("rows")}, {_PART.format("units")}, {_TOTAL.format("units")}
"""


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


def count_amendments(cur: Cursor, checklist_id: int) -> int:
    """How many revisions after the first there are."""
    cur.execute("SELECT count(*) AS revisions FROM amendment WHERE checklist_id = %s", (checklist_id,))
    return value(cur, int)


def amendments(cur: Cursor, checklist_id: int, *, page: int) -> list[Amendment]:
    """One page of the revisions of a checklist after the first, newest first."""
    cur.execute(
        f"""
        SELECT revision, reason, state, {_ROWS}, asked_at,
            asked_by_post, asked_by_unit,
            coalesce(sum(made), 0)::integer AS made, coalesce(sum(changed), 0)::integer AS changed,
            coalesce(sum(withdrawn), 0)::integer AS withdrawn
        FROM amendment LEFT JOIN amendment_chunk ON amendment_id = amendment.id
        WHERE checklist_id = %(checklist)s GROUP BY amendment.id ORDER BY revision DESC
        LIMIT %(most)s OFFSET %(skip)s
        """,
        {"checklist": checklist_id, "first": 0, "last": FIRST_ROWS - 1, "most": PAGE, "skip": (page - 1) * PAGE},
    )
    return many(cur, Amendment)


def changed_rows(cur: Cursor, checklist_id: int, *, revision: int, page: int) -> ChangedRows | None:
    """One page of the rows that a revision changed, one after the last is the last; None where there is none such."""
    cur.execute(
        f"""
        SELECT greatest(rows_total, units_total) AS total
        FROM (SELECT {_TOTAL.format("rows")}, {_TOTAL.format("units")} FROM amendment
            WHERE checklist_id = %s AND revision = %s) AS counted
        """,
        (checklist_id, revision),
    )
    total = value_or_none(cur, int)
    if total is None:
        return None
    first = (min(page, max(1, -(-total // ROWS))) - 1) * ROWS
    cur.execute(
        f"SELECT {_ROWS} FROM amendment WHERE checklist_id = %(checklist)s AND revision = %(revision)s",
        {"checklist": checklist_id, "revision": revision, "first": first, "last": first + ROWS - 1},
    )
    return one(cur, ChangedRows)
