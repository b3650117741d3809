"""What a peer does for an event, in plain SQL of its own: claim it, keep the duty, count it; one transaction.

Less than the stats service does, which also counts by day, says as of when its boards are and keeps what was before.
Imported in the environment of the peers, so it knows nothing but psycopg2.
"""

from __future__ import annotations

import os
import select
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg2
from psycopg2.pool import ThreadedConnectionPool

BROKER_URL = os.environ.get("PEERS_BROKER_URL", "")
SOURCE_DSN = os.environ.get("PEERS_SOURCE_DSN", "")
TARGET_DSN = os.environ.get("PEERS_TARGET_DSN", "")
QUEUE = "duties"
WORKERS = 8
PREFETCH = 100
# What the relay reads at a time, too.
PIECE = 500
IDLE_SECONDS = 0.5

CLAIM = "INSERT INTO inbox (queue, event_id) VALUES (%(queue)s, %(id)s) ON CONFLICT DO NOTHING"
KEEP = """
    INSERT INTO duty (id, checklist_id, item_id, unit_id, due_on, done_on, version, is_blocked, state, bucket, period)
    VALUES (%(duty_id)s, %(checklist_id)s, %(item_id)s, %(unit_id)s, %(due_on)s, %(done_on)s, %(version)s,
        %(is_blocked)s, %(state)s, 'done', %(period)s)
    ON CONFLICT (id) DO UPDATE SET done_on = excluded.done_on, version = excluded.version, state = excluded.state
    WHERE duty.version < excluded.version
"""
COUNT = """
    INSERT INTO {kind}_count (checklist_id, {kind}_id, due_on, bucket, duties)
    VALUES (%(checklist_id)s, %({kind}_id)s, %(due_on)s, 'done', 1)
    ON CONFLICT (checklist_id, {kind}_id, due_on, bucket) DO UPDATE SET duties = {kind}_count.duties + 1
"""
COUNT_ITEM, COUNT_UNIT = (COUNT.format(kind=kind) for kind in ("item", "unit"))

Event = dict[str, Any]


class Counting:
    """As many connections as there are workers, made at the first event: some frameworks fork before."""

    def __init__(self, dsn: str) -> None:
        self._pool = cache(lambda: ThreadedConnectionPool(WORKERS, WORKERS, dsn))

    def take(self, event: Event) -> None:
        """Take an event into effect, once."""
        with self._connection() as connection, connection, connection.cursor() as cur:
            cur.execute(CLAIM, {"queue": QUEUE, "id": event["id"]})
            if cur.rowcount == 0:
                return
            for statement in (KEEP, COUNT_ITEM, COUNT_UNIT):
                cur.execute(statement, event["data"])

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        connection = self._pool().getconn()
        try:
            yield connection
        finally:
            self._pool().putconn(connection)


class Outbox:
    """What is not published yet, oldest first, for the one process that publishes."""

    def __init__(self, dsn: str) -> None:
        self._connection = psycopg2.connect(dsn)
        self._after = (0, 0)
        with self._connection, self._connection.cursor() as cur:
            cur.execute("LISTEN outbox")

    def wait(self) -> list[Event]:
        """The next events, as soon as there are some."""
        while not (found := self._read()):
            select.select([self._connection], [], [], IDLE_SECONDS)
            self._connection.poll()
            self._connection.notifies.clear()
        return found

    def confirmed(self) -> None:
        """Note that what was read last is at the broker."""
        with self._connection, self._connection.cursor() as cur:
            cur.execute(
                """
                INSERT INTO outbox_position (reader, xid, seq, moved_at) VALUES ('peer', %s::text::xid8, %s, now())
                ON CONFLICT (reader) DO UPDATE SET xid = excluded.xid, seq = excluded.seq, moved_at = now()
                """,
                (str(self._after[0]), self._after[1]),
            )

    def _read(self) -> list[Event]:
        with self._connection, self._connection.cursor() as cur:
            cur.execute(
                """
                SELECT xid::text::bigint, seq, id::text, type, payload FROM outbox
                WHERE (xid, seq) > (%s::text::xid8, %s) ORDER BY xid, seq LIMIT %s
                """,
                (str(self._after[0]), self._after[1], PIECE),
            )
            rows = cur.fetchall()
        if rows:
            self._after = rows[-1][:2]
        return [{"id": event_id, "type": event_type, "data": payload} for *_, event_id, event_type, payload in rows]


def publish_all(publish: Callable[[Event], object]) -> None:
    """Publish for ever what the outbox holds, each event by `publish`, which returns when the broker has confirmed it.

    Several at a time: else each would wait for the confirm of the one before.
    """
    outbox = Outbox(SOURCE_DSN)
    with ThreadPoolExecutor(WORKERS) as pool:
        while True:
            # The list has every error, too.
            list(pool.map(publish, outbox.wait()))
            outbox.confirmed()
