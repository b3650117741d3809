"""Writes of the rule of lights."""

from __future__ import annotations

import datetime as dt

from shared.actor import Signature
from shared.database import Cursor
from shared.rows import value_or_none

# One change at a time, as with the calendar.
_LOCK = 0x6C6967


def lock(cur: Cursor) -> None:
    """Let nobody else change the rule until the commit."""
    cur.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))


def save(cur: Cursor, version: int, from_day: dt.date, workdays: int | None, reason: str, *, who: Signature) -> None:
    """Keep a version; without a number what was planned for that day is taken back."""
    cur.execute(
        """
        INSERT INTO light_rule (version, from_day, workdays, reason, person_id, person_name, post, unit_name)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (version, from_day, workdays, reason, who.person_id, who.name, who.post, who.unit),
    )


def note_told(cur: Cursor) -> None:
    """Note that the rule was told just now."""
    cur.execute("UPDATE light_table SET told_at = now()")


def claim_untold(cur: Cursor, *, seconds: int) -> int | None:
    """The version of the rule where it was not told for so long, noted as told; another replica's is left to it."""
    cur.execute(
        """
        UPDATE light_table SET told_at = now() WHERE is_only = (
            SELECT is_only FROM light_table WHERE told_at < now() - make_interval(secs => %s) FOR UPDATE SKIP LOCKED)
        RETURNING version
        """,
        (seconds,),
    )
    return value_or_none(cur, int)
