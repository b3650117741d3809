"""The outbox table: an event is a row in the transaction of the change it announces.

Rows stay as the event log. They are read in commit order: only rows whose transaction id lies below the oldest one
still running, by (transaction id, sequence): one that commits late is never skipped. Each reader keeps a position.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from psycopg2.extras import Json, execute_values

from shared.database import Cursor
from shared.events import Event, payload_of


@dataclass(frozen=True, slots=True)
class Position:
    """The last row that a reader is done with; (0, 0) is before the first."""

    xid: int = 0
    seq: int = 0


START = Position()


def add(cur: Cursor, events: Sequence[Event], *, correlation_id: str = "") -> None:
    """Write `events` in the caller's transaction; they travel once it commits."""
    execute_values(
        cur,
        "INSERT INTO outbox (id, type, payload, correlation_id) VALUES %s",
        [(str(uuid4()), event.TYPE, Json(payload_of(event)), correlation_id) for event in events],  # type: ignore[union-attr]
    )


def read_after(cur: Cursor, position: Position, *, limit: int) -> list[Any]:
    """Committed rows after `position`, oldest first.

    Each has xid, seq, id, type, payload (as JSON text), correlation_id and created_at.
    """
    cur.execute(
        """
        SELECT xid::text::bigint AS xid, seq, id::text AS id, type, payload::text AS payload, correlation_id, created_at
        FROM outbox
        WHERE (xid, seq) > (%s::text::xid8, %s) AND xid < pg_snapshot_xmin(pg_current_snapshot())
        ORDER BY xid, seq
        LIMIT %s
        """,
        (str(position.xid), position.seq, limit),
    )
    return cur.fetchall()


def load_position(cur: Cursor, reader: str) -> Position:
    cur.execute("SELECT xid::text::bigint AS xid, seq FROM outbox_position WHERE reader = %s", (reader,))
    row = cur.fetchone()
    return Position(row.xid, row.seq) if row else START


def save_position(cur: Cursor, reader: str, position: Position) -> None:
    cur.execute(
        """
        INSERT INTO outbox_position (reader, xid, seq, moved_at) VALUES (%s, %s::text::xid8, %s, now())
        ON CONFLICT (reader) DO UPDATE SET xid = excluded.xid, seq = excluded.seq, moved_at = now()
        """,
        (reader, str(position.xid), position.seq),
    )


def backlog(cur: Cursor, reader: str) -> tuple[int, float]:
    """Number of rows that `reader` has not passed yet and the age of the oldest in seconds (0 when none)."""
    position = load_position(cur, reader)
    cur.execute(
        """
        SELECT count(*) AS rows, coalesce(extract(epoch FROM now() - min(created_at)), 0)::float AS age
        FROM outbox WHERE (xid, seq) > (%s::text::xid8, %s)
        """,
        (str(position.xid), position.seq),
    )
    row = cur.fetchone()
    return row.rows, row.age
