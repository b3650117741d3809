"""Numbered SQL migrations, `pre` before the new release starts and `post` after the old one is gone (yoyo)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from shared.rows import value

# Any constant will do; it is unique within the database.
MIGRATION_LOCK = 7_341_022

PAUSE_SECONDS = 0.2

# Without a word for this long the database ends the sessions of whoever migrates, and with them the lock: a process
# that stands still would hold up every other for ever.
SILENCE_SECONDS = 15
WORD_SECONDS = 3.0
_ENDS_WHEN_SILENT = f"""
    SET idle_session_timeout = '{SILENCE_SECONDS}s';
    SET idle_in_transaction_session_timeout = '{SILENCE_SECONDS}s'
"""

SHARED = Path(__file__).parent / "migrations"


def migrate(dsn: str, *folders: Path, stage: str | None = None) -> list[str]:
    """Apply the pending migrations of `folders` and the shared ones to `dsn`; return their ids in order.

    `stage` is "pre", "post" or None for both. Two at once do no harm: the second waits for the first. One that was
    killed, or stands still for long, leaves nothing behind, because each migration is a transaction and the lock goes
    with its session; one that commits in steps goes on at the next attempt. Raises psycopg2.OperationalError where
    it stood still and somebody else may migrate by now.
    """
    from yoyo import get_backend, read_migrations

    migrations = read_migrations(str(SHARED), *(str(folder) for folder in folders))
    with _alone(dsn) as lock:
        backend = get_backend(dsn)
        with backend.connection.cursor() as cur:
            cur.execute(_ENDS_WHEN_SILENT)
        backend.connection.commit()
        # yoyo's own lock is a committed row: whoever is killed leaves it behind.
        backend.break_lock()
        with backend.lock():
            pending = [m for m in backend.to_apply(migrations) if stage is None or f".{stage}." in m.id]
            for migration in pending:
                _say_a_word(lock)
                backend.apply_one(migration)
        backend.connection.close()
    return [migration.id for migration in pending]


def _has_lock(cur: Cursor) -> bool:
    cur.execute("SELECT pg_try_advisory_lock(%s) AS is_locked", (MIGRATION_LOCK,))
    return value(cur, bool)


@contextmanager
def _alone(dsn: str) -> Iterator[Connection]:
    connection = psycopg2.connect(dsn, connect_timeout=5)
    connection.autocommit = True
    done = threading.Event()
    try:
        with connection.cursor() as cur:
            cur.execute(_ENDS_WHEN_SILENT)
            # Asked again and again: a statement that waits for the lock holds a snapshot, and an index that is built
            # beside the running work waits until all snapshots from before are gone, this one among them.
            while not _has_lock(cur):
                time.sleep(PAUSE_SECONDS)
        threading.Thread(target=_say_words, args=(connection, done), daemon=True).start()
        yield connection
    finally:
        done.set()
        connection.close()


def _say_words(connection: Connection, done: threading.Event) -> None:
    """Keep the session that holds the lock, while another one is at work."""
    while not done.wait(WORD_SECONDS):
        try:
            _say_a_word(connection)
        except psycopg2.Error:
            return


def _say_a_word(connection: Connection) -> None:
    with connection.cursor() as cur:
        cur.execute("SELECT")
