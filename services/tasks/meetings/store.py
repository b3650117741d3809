"""Writes of meetings."""

from __future__ import annotations

import datetime as dt

from shared.actor import Signature
from shared.database import Cursor
from shared.rows import value, value_or_none


def lock_days(cur: Cursor) -> None:
    """Let nobody else give a meeting a day until the end of the transaction; take it before the meeting itself."""
    cur.execute("SELECT pg_advisory_xact_lock(hashtext('days of meetings'))")


def insert(cur: Cursor, *, held_on: dt.date, title: str, year: int, who: Signature) -> int | None:
    """Keep a meeting and return its id; None where there is one on that day."""
    cur.execute(
        """
        INSERT INTO meeting (held_on, title, year, made_by, made_by_post, made_by_unit)
        VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (held_on) DO NOTHING RETURNING id
        """,
        (held_on, title, year, who.person_id, who.post or "", who.unit or ""),
    )
    return value_or_none(cur, int)


def update(cur: Cursor, meeting_id: int, *, held_on: dt.date, title: str, year: int) -> None:
    """Another day, name or year of a meeting that is locked."""
    cur.execute(
        "UPDATE meeting SET held_on = %s, title = %s, year = %s, version = version + 1 WHERE id = %s",
        (held_on, title, year, meeting_id),
    )


def delete(cur: Cursor, meeting_id: int) -> None:
    """Take away a meeting that is locked and has no checklist."""
    cur.execute("DELETE FROM meeting WHERE id = %s", (meeting_id,))


def count_up(cur: Cursor, meeting_id: int) -> int:
    """A new version of a meeting that is locked, which is returned."""
    cur.execute("UPDATE meeting SET version = version + 1 WHERE id = %s RETURNING version", (meeting_id,))
    return value(cur, int)


def give_checklist(cur: Cursor, meeting_id: int, checklist_id: int) -> None:
    """Say that a draft holds what a meeting decides."""
    cur.execute("UPDATE checklist SET meeting_id = %s WHERE id = %s", (meeting_id, checklist_id))
