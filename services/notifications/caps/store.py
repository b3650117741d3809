"""The cap and its history: versions that never change, the newest holds."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from services.notifications.caps.rules import USUAL
from shared.actor import Actor
from shared.database import Cursor
from shared.rows import many, one


class Cap(NamedTuple):
    """The cap of a version, and who set it why; version 0 is the usual one."""

    version: int
    most: int
    author: str
    reason: str
    saved_at: dt.datetime | None


_SAVED = "SELECT version, most, author, reason, saved_at FROM weekly_cap ORDER BY version DESC"


def in_force(cur: Cursor) -> Cap:
    """What holds now."""
    cur.execute(f"{_SAVED} LIMIT 1")
    return one(cur, Cap) or Cap(0, USUAL, "", "", None)


def history(cur: Cursor) -> list[Cap]:
    """All that were set, newest first."""
    cur.execute(_SAVED)
    return many(cur, Cap)


def save(cur: Cursor, version: int, most: int, *, by: Actor, reason: str, now: dt.datetime) -> None:
    """Write a version; two of the same number cannot be."""
    cur.execute(
        """
        INSERT INTO weekly_cap (version, most, author_id, author, reason, saved_at) VALUES (%s, %s, %s, %s, %s, %s)
        """,
        (version, most, by.person_id, by.seat, reason, now),
    )


def lock(cur: Cursor) -> None:
    """Let one at a time set it, until the transaction ends."""
    cur.execute("SELECT pg_advisory_xact_lock(hashtext('weekly cap'))")
