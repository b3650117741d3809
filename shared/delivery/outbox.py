"""The outbox table: an event is a row in the transaction of the change it announces.

Rows stay as the event log. They are read in commit order: only rows whose transaction id lies below the oldest one
still running in this database, by (transaction id, sequence): one that commits late is never skipped. Each reader keeps
a position. `shared/commit_order.py` says which transaction is the oldest; decision 37 says why it is no other.

To order by `xid` alone would mean the column that is returned under that name, for which there is no index: each batch
would sort all that waits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple
from uuid import uuid4

from psycopg2.extras import Json, execute_values

from shared import commit_order
from shared.database import Cursor
from shared.events import Event, RelayTicked, payload_of
from shared.hearing.spans import START, Position, Span
from shared.rows import Row, many, one, the, value

# Above every sequence of a transaction.
LAST = 2**63 - 1


class Stored(NamedTuple):
    """An event as the outbox keeps it; `payload` is JSON text."""

    xid: int
    seq: int
    id: str
    type: str
    payload: str
    correlation_id: str
    created_at: dt.datetime


class Named(NamedTuple):
    """An event as a heartbeat names it."""

    xid: int
    seq: int
    type: str
    id: str
    created_at: dt.datetime

    @property
    def position(self) -> Position:
        return Position(self.xid, self.seq)


class _Stretch(NamedTuple):
    after_xid: int
    after_seq: int
    until_xid: int
    until_seq: int


class Backlog(NamedTuple):
    """The number of rows that a reader has not passed yet, and the age of the oldest in seconds (0 when none)."""

    rows: int
    age: float


def add(cur: Cursor, events: Sequence[Event], *, correlation_id: str = "") -> None:
    """Write `events` in the caller's transaction; they travel once it commits."""
    execute_values(
        cur,
        "INSERT INTO outbox (id, type, payload, correlation_id) VALUES %s",
        [(str(uuid4()), event.TYPE, Json(payload_of(event)), correlation_id) for event in events],  # type: ignore[union-attr]
    )


def read_after(cur: Cursor, position: Position, *, limit: int) -> list[Stored]:
    """Committed rows after `position`, oldest first."""
    return look_after(cur, position, limit=limit).rows


class Looked(NamedTuple):
    """What was found; `is_hidden` where there is nothing, but a row that an older transaction still hides."""

    rows: list[Stored]
    is_hidden: bool


def look_after(cur: Cursor, position: Position, *, limit: int) -> Looked:
    """Committed rows after `position`, oldest first, and whether there will be some without any further word.

    Which transactions are of another database is asked only where something waits: to ask costs more than to read.
    """
    everywhere = commit_order.everywhere(cur)
    rows = _read_below(cur, position, everywhere, limit)
    if rows or not _has_row_after(cur, position):
        return Looked(rows, is_hidden=False)
    own = commit_order.horizon(cur)
    rows = _read_below(cur, position, own, limit) if own > everywhere else []
    return Looked(rows, is_hidden=not rows)


def _read_below(cur: Cursor, position: Position, horizon: int, limit: int) -> list[Stored]:
    return in_order(
        cur,
        Stored,
        """
        SELECT xid::text::bigint AS xid, seq, id::text AS id, type, payload::text AS payload, correlation_id, created_at
        FROM outbox
        WHERE (xid, seq) > (%s::text::xid8, %s) AND xid < %s::text::xid8
        ORDER BY outbox.xid, outbox.seq
        LIMIT %s
        """,
        (str(position.xid), position.seq, str(horizon), limit),
    )


def in_order(cur: Cursor, row_type: type[Row], statement: str, values: Sequence[object]) -> list[Row]:
    """The rows of a statement that reads the outbox in the order of its index.

    PostgreSQL takes all rows of a transaction for a few, once it has counted that they have the same id, and would
    rather sort them: for each batch all that are left. Whatever else the caller does sorts as ever.
    """
    # In one message to the server: a lone event waits for each.
    cur.execute(f"SET LOCAL enable_sort = off; {statement}", values)
    found = many(cur, row_type)
    cur.execute("SET LOCAL enable_sort = on")
    return found


def _has_row_after(cur: Cursor, position: Position) -> bool:
    cur.execute(
        "SELECT EXISTS (SELECT FROM outbox WHERE (xid, seq) > (%s::text::xid8, %s)) AS found",
        (str(position.xid), position.seq),
    )
    return value(cur, bool)


def read_between(
    cur: Cursor,
    position: Position,
    until: Position,
    *,
    types: Sequence[str],
    since: dt.datetime | None = None,
    event_ids: Sequence[str] | None = None,
    limit: int,
) -> list[Stored]:
    """The events of these types after `position` up to `until`, told at `since` or later, oldest first.

    With `event_ids` those alone.
    """
    return in_order(
        cur,
        Stored,
        """
        SELECT xid::text::bigint AS xid, seq, id::text AS id, type, payload::text AS payload, correlation_id, created_at
        FROM outbox
        WHERE (xid, seq) > (%s::text::xid8, %s) AND (xid, seq) <= (%s::text::xid8, %s) AND type = ANY (%s)
            AND created_at >= coalesce(%s, '-infinity'::timestamptz) AND (%s::uuid[] IS NULL OR id = ANY (%s::uuid[]))
        ORDER BY outbox.xid, outbox.seq
        LIMIT %s
        """,
        (
            *(str(position.xid), position.seq, str(until.xid), until.seq, list(types), since),
            *([None if event_ids is None else list(event_ids)] * 2),
            limit,
        ),
    )


def newest_of(cur: Cursor, event_type: str, until: Position) -> list[Stored]:
    """The last event of a type up to `until`, if there is one."""
    cur.execute(
        """
        SELECT xid::text::bigint AS xid, seq, id::text AS id, type, payload::text AS payload, correlation_id, created_at
        FROM outbox WHERE (xid, seq) <= (%s::text::xid8, %s) AND type = %s
        ORDER BY outbox.xid DESC, outbox.seq DESC
        LIMIT 1
        """,
        (str(until.xid), until.seq, event_type),
    )
    return many(cur, Stored)


def names_between(cur: Cursor, span: Span | Position, *, limit: int) -> list[Named]:
    """What lies in `span`, or after a position and may be seen by readers, oldest first."""
    after, until = span if isinstance(span, Span) else (span, Position(commit_order.horizon(cur) - 1, LAST))
    return in_order(
        cur,
        Named,
        """
        SELECT xid::text::bigint AS xid, seq, type, id::text AS id, created_at FROM outbox
        WHERE (xid, seq) > (%s::text::xid8, %s) AND (xid, seq) <= (%s::text::xid8, %s)
        ORDER BY outbox.xid, outbox.seq LIMIT %s
        """,
        (str(after.xid), after.seq, str(until.xid), until.seq, limit),
    )


def newest_told(cur: Cursor) -> Position | None:
    """Up to where the newest heartbeat that names events has named them; None where none has, or after a restore.

    Such a heartbeat lies after what it names. Where it does not, the rows have other numbers since.
    """
    cur.execute(
        """
        SELECT xid::text::bigint AS after_xid, seq AS after_seq,
            (payload -> 'until' ->> 0)::bigint AS until_xid, (payload -> 'until' ->> 1)::bigint AS until_seq
        FROM outbox WHERE type = %s AND payload ? 'until' ORDER BY outbox.xid DESC, outbox.seq DESC LIMIT 1
        """,
        (RelayTicked.TYPE,),
    )
    found = one(cur, _Stretch)
    if found is None or (found.until_xid, found.until_seq) >= (found.after_xid, found.after_seq):
        return None
    return Position(found.until_xid, found.until_seq)


def before(cur: Cursor, moment: dt.datetime) -> Position:
    """The row before the first that was told at `moment` or later; the end where there is none such."""
    cur.execute(
        """
        SELECT xid::text::bigint AS xid, seq - 1 AS seq FROM outbox WHERE created_at >= %s
        ORDER BY outbox.xid, outbox.seq LIMIT 1
        """,
        (moment,),
    )
    return one(cur, Position) or end(cur)


def end(cur: Cursor) -> Position:
    """The last row that readers may see by now; (0, 0) when there is none."""
    horizon = commit_order.horizon(cur)
    cur.execute(
        """
        SELECT xid::text::bigint AS xid, seq FROM outbox WHERE xid < %s::text::xid8
        ORDER BY outbox.xid DESC, outbox.seq DESC LIMIT 1
        """,
        (str(horizon),),
    )
    return one(cur, Position) or START


def may_travel_together(cur: Cursor) -> bool:
    """Whether several events may share a message: whoever hears of them takes such a message apart by now.

    The release before does not. It is gone when the `post` migrations of this one run.
    """
    cur.execute("SELECT to_regproc('events_may_travel_together') IS NOT NULL AS found")
    return value(cur, bool)


def load_position(cur: Cursor, reader: str) -> Position:
    """How far `reader` has come; the start for one that never read."""
    cur.execute("SELECT xid::text::bigint AS xid, seq FROM outbox_position WHERE reader = %s", (reader,))
    return one(cur, Position) or START


def save_position(cur: Cursor, reader: str, position: Position) -> None:
    """Note how far `reader` has come."""
    cur.execute(
        """
        INSERT INTO outbox_position (reader, xid, seq, moved_at) VALUES (%s, %s::text::xid8, %s, now())
        ON CONFLICT (reader) DO UPDATE SET xid = excluded.xid, seq = excluded.seq, moved_at = now()
        """,
        (reader, str(position.xid), position.seq),
    )


def backlog(cur: Cursor, reader: str) -> Backlog:
    """How many rows `reader` has not passed yet, and the age of the oldest in seconds (0 when none)."""
    position = load_position(cur, reader)
    cur.execute(
        """
        SELECT count(*) AS rows, coalesce(extract(epoch FROM now() - min(created_at)), 0)::float AS age
        FROM outbox WHERE (xid, seq) > (%s::text::xid8, %s)
        """,
        (str(position.xid), position.seq),
    )
    return the(cur, Backlog)
