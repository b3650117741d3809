"""Writes of the turn of the year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from services.tasks.amending.store import copy_rows
from services.tasks.issuing.queries import CHECKLIST
from services.tasks.issuing.records import Checklist
from shared.database import Cursor
from shared.limits import DATABASE
from shared.rows import many, value


def hold_duties(cur: Cursor, checklist_id: int) -> None:
    """Let changes of the checklist's duties that are under way be seen, and no other begin, until the commit.

    Before the row of the checklist is locked: who splits a duty holds this while he waits for that.
    """
    cur.execute("SELECT pg_advisory_xact_lock(hashtextextended('end of a checklist', %s))", (checklist_id,))


def close(cur: Cursor, checklist_id: int, reason: str) -> None:
    """Note the end of a checklist. Its duties stay as they are, with what is asked about them, so no board changes."""
    cur.execute("UPDATE checklist SET closed_at = now(), closed_reason = %s WHERE id = %s", (reason, checklist_id))


def carry(cur: Cursor, checklist: Checklist, *, title: str, year: int, only_open: bool) -> int:
    """Make a draft for another year of a checklist's rows and units, dates moved by whole years; return its id."""
    cur.execute(
        """
        INSERT INTO checklist (title, year, plan_id, level_names, contact, carried_from_id, sample_percent)
        SELECT %s, %s, plan_id, level_names, contact, id, sample_percent FROM checklist WHERE id = %s RETURNING id
        """,
        (title, year, checklist.id),
    )
    draft_id = value(cur, int)
    copy_rows(cur, draft_id, checklist.id, years=year - checklist.year, only_open=only_open)
    return draft_id


def allow_long(cur: Cursor) -> None:
    """Let the duties of a year be counted, however many there are."""
    cur.execute(f"SET LOCAL statement_timeout = '{DATABASE.long_statement:.0f}s'")


def drop(cur: Cursor, checklist_ids: Sequence[int], day: dt.date) -> list[Checklist]:
    """Note that nobody but the ledger keeps the duties of these checklists any more; return them for the telling.

    One that was dropped before keeps its day, and is told once more.
    """
    cur.execute(
        f"""
        UPDATE checklist SET dropped_on = coalesce(dropped_on, %s), version = version + 1
        WHERE id = ANY (%s::bigint[]) RETURNING {CHECKLIST}
        """,
        (day, list(checklist_ids)),
    )
    return sorted(many(cur, Checklist))
