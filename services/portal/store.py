"""Statements of the portal's own database: sign-in sessions, and files that may belong to no duty."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from shared.database import Cursor
from shared.retention import AgedRows
from shared.rows import one, the, value_or_none, values
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


class SignedIn(NamedTuple):
    """Who is signed in, as which holder of the post, and the own account of who stands in for somebody."""

    person_id: int
    holder: int
    own_person_id: int | None


def create_session(cur: Cursor, id_hash: bytes, signed_in: SignedIn, *, begun_at: dt.datetime | None = None) -> None:
    """Begin a session under the hash of its id; one that takes another's place began with that."""
    cur.execute(
        """
        INSERT INTO session (id_hash, person_id, holder, own_person_id, created_at)
        VALUES (%s, %s, %s, %s, coalesce(%s, now()))
        """,
        (id_hash, *signed_in, begun_at),
    )


class _Found(NamedTuple):
    person_id: int
    holder: int
    own_person_id: int | None
    is_noted: bool


def touch_session(cur: Cursor, id_hash: bytes, *, idle: dt.timedelta, longest: dt.timedelta) -> SignedIn | None:
    """Note that the session is in use and return who it is; None when it does not exist or has run out.

    What was noted less than a hundredth of `idle` ago stands: a change for each page waits for the disk.
    """
    cur.execute(
        """
        SELECT person_id, holder, own_person_id, last_seen_at > now() - %s AS is_noted FROM session
        WHERE id_hash = %s AND last_seen_at > now() - %s AND created_at > now() - %s
        """,
        (idle / 100, id_hash, idle, longest),
    )
    found = one(cur, _Found)
    if found is None:
        return None
    if not found.is_noted:
        cur.execute("UPDATE session SET last_seen_at = now() WHERE id_hash = %s", (id_hash,))
    return SignedIn(*found[:3])


def delete_session(cur: Cursor, id_hash: bytes) -> dt.datetime | None:
    """End the session and return when it had begun; None when there is none."""
    cur.execute("DELETE FROM session WHERE id_hash = %s RETURNING created_at", (id_hash,))
    return value_or_none(cur, dt.datetime)


def delete_other_sessions(cur: Cursor, person_id: int, *, but: bytes) -> int:
    """End all sessions of the person but one; returns how many."""
    cur.execute("DELETE FROM session WHERE %s IN (person_id, own_person_id) AND id_hash <> %s", (person_id, but))
    return cur.rowcount


class Unsettled(NamedTuple):
    """Files of the store of which it is not known whether a duty has them."""

    files: int
    oldest_seconds: float


def begin_upload(cur: Cursor, key: UUID) -> None:
    """Note that what lies under the key may belong to no duty: before it is stored, and before it is removed."""
    cur.execute(
        "INSERT INTO upload (object_key) VALUES (%s) ON CONFLICT (object_key) DO UPDATE SET begun_at = now()",
        (str(key),),
    )


def settle_uploads(cur: Cursor, keys: Sequence[UUID]) -> None:
    """Forget the notes of what a duty has, or what is gone from the store."""
    cur.execute("DELETE FROM upload WHERE object_key = ANY (%s::uuid[])", ([str(key) for key in keys],))


def uploads_left(cur: Cursor, *, older_than: dt.timedelta, most: int) -> list[UUID]:
    """Keys that have been noted for so long that no upload is under way any more, oldest first."""
    cur.execute(
        "SELECT object_key::text AS key FROM upload WHERE begun_at < now() - %s ORDER BY begun_at LIMIT %s",
        (older_than, most),
    )
    return [UUID(key) for key in values(cur, str)]


def unsettled(cur: Cursor) -> Unsettled:
    """How many are noted, and for how long the oldest of them."""
    cur.execute(
        """
        SELECT count(*) AS files, coalesce(extract(epoch FROM now() - min(begun_at)), 0)::float8 AS oldest_seconds
        FROM upload
        """
    )
    return the(cur, Unsettled)
