"""Writes of the portal's own database, which holds sign-in sessions and nothing else."""

from __future__ import annotations

import datetime as dt

from shared.database import Cursor
from shared.retention import AgedRows
from shared.rows import value_or_none
from shared.text import Text

# One that is merely idle is kept, so that its owner is recognised; after twelve hours none can be used any more.
SESSIONS = AgedRows(
    name="session",
    table="session",
    at="created_at",
    days=1,
    least=1,
    what=Text("登录会话", "sessions"),
    why=Text("登录最长十二小时。", "somebody may be signed in for twelve hours."),
)


def create_session(cur: Cursor, id_hash: bytes, person_id: int) -> None:
    """Begin a session under the hash of its id."""
    cur.execute("INSERT INTO session (id_hash, person_id) VALUES (%s, %s)", (id_hash, person_id))


def touch_session(cur: Cursor, id_hash: bytes, *, idle: dt.timedelta, longest: dt.timedelta) -> int | None:
    """Note that the session is in use and return its person; None when it does not exist or has run out."""
    cur.execute(
        """
        UPDATE session SET last_seen_at = now()
        WHERE id_hash = %s AND last_seen_at > now() - %s AND created_at > now() - %s
        RETURNING person_id
        """,
        (id_hash, idle, longest),
    )
    return value_or_none(cur, int)


def delete_session(cur: Cursor, id_hash: bytes) -> int | None:
    """End the session and return whose it was; None when there is none."""
    cur.execute("DELETE FROM session WHERE id_hash = %s RETURNING person_id", (id_hash,))
    return value_or_none(cur, int)


def delete_other_sessions(cur: Cursor, person_id: int, *, but: bytes) -> int:
    """End all sessions of the person but one; returns how many."""
    cur.execute("DELETE FROM session WHERE person_id = %s AND id_hash <> %s", (person_id, but))
    return cur.rowcount
