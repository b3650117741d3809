"""A reader's own connection to an outbox: the lock of the one active relay, the wake-up, short transactions.

It is no connection of the pool, because LISTEN and the advisory lock belong to the session: when it breaks, both are
gone and the reader starts over.
"""

from __future__ import annotations

import select
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from psycopg2.extensions import connection as Connection

from shared.database import AWAY, SESSION_OPTIONS, Cursor, is_away
from shared.errors import DatabaseAway
from shared.limits import DATABASE, RELAY
from shared.rows import value

# Any constant will do; it is unique within the database.
RELAY_LOCK = 7_341_021

# Without a word for this long the database itself ends the session that leads, and with it the lock and what it is in
# the middle of, so that a process which stands still holds nobody up: between two transactions, within one, and where
# it does not take in what it asked for.
_LEASE = f"{RELAY.silence:.0f}s"
_ENDS_WHEN_SILENT = f"""
    SET idle_session_timeout = '{_LEASE}';
    SET idle_in_transaction_session_timeout = '{_LEASE}';
    SET tcp_user_timeout = '{_LEASE}'
"""


class OutboxSession:
    """Connected while it exists; every method raises DatabaseAway when the connection is gone."""

    def __init__(self, dsn: str) -> None:
        with _translated():
            self._connection: Connection = psycopg2.connect(
                dsn,
                options=SESSION_OPTIONS,
                connect_timeout=DATABASE.connect,
                keepalives_idle=10,
                tcp_user_timeout=int(DATABASE.silence * 1000),
            )
        with self.transaction() as cur:
            cur.execute("LISTEN outbox")

    def lead(self) -> bool:
        """Whether this session is the one that relays; asking again keeps the lock once.

        From then on it must be heard of, by `say_a_word` or any transaction, or the database ends it. What it writes is
        fenced by that: a session that lost the lock is no more, so no position is moved by one that led before.
        """
        with self.transaction() as cur:
            cur.execute(
                """
                SELECT EXISTS (
                    SELECT 1 FROM pg_locks
                    WHERE locktype = 'advisory' AND objid = %s AND pid = pg_backend_pid() AND granted
                ) OR pg_try_advisory_lock(%s) AS leads
                """,
                (RELAY_LOCK, RELAY_LOCK),
            )
            leads = value(cur, bool)
            if leads:
                cur.execute(_ENDS_WHEN_SILENT)
        if not leads:
            # Who stands by for days hears of every commit and asks for none of it.
            self._connection.notifies.clear()
        return leads

    @contextmanager
    def transaction(self) -> Iterator[Cursor]:
        """A cursor in a short transaction of this session."""
        with _translated(), self._connection, self._connection.cursor(cursor_factory=Cursor) as cur:
            yield cur

    def say_a_word(self) -> None:
        """Keep the session that leads from being ended."""
        with self.transaction() as cur:
            cur.execute("SELECT")

    def fileno(self) -> int:
        """The socket to wait on, for `select`."""
        return int(self._connection.fileno())

    def was_notified(self) -> bool:
        """Whether the outbox was written since the last time this was asked; does not wait."""
        with _translated():
            self._connection.poll()
        notified = bool(self._connection.notifies)
        self._connection.notifies.clear()
        return notified

    def wait(self, seconds: float) -> bool:
        """Wait until something arrives, at most `seconds`; whether something did."""
        return bool(self._connection.notifies or select.select([self], [], [], seconds)[0])

    def close(self) -> None:
        """Hang up; the lock of the active relay goes with it."""
        self._connection.close()


@contextmanager
def _translated() -> Iterator[None]:
    # Statement limits count as away too: a reader holds nothing and simply starts over.
    try:
        yield
    except psycopg2.Error as error:
        if not is_away(error):
            raise
        raise DatabaseAway(AWAY) from error
