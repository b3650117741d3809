"""Writes of the chain: links are only ever added."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg2.extras import execute_values

from shared.database import Cursor
from shared.limits import DATABASE
from shared.rows import value
from shared.sealing.chain import Seal

# Any constant will do; it is unique within the database.
SEALING_LOCK = 7_341_023


def be_alone(cur: Cursor) -> bool:
    """Whether nobody else seals this database until the transaction ends, in which no statement takes long."""
    cur.execute(f"SET LOCAL statement_timeout = '{DATABASE.tidy:.0f}s'")
    cur.execute("SELECT pg_try_advisory_xact_lock(%s) AS is_alone", (SEALING_LOCK,))
    return value(cur, bool)


def add(cur: Cursor, seals: Sequence[Seal]) -> None:
    """Write links; the place of each is unique, so a chain that forks fails here."""
    execute_values(
        cur,
        """
        INSERT INTO log_seal (seq, source, row_id, at, content, previous, algorithm, sealed_at, hash) VALUES %s
        """,
        seals,
        template="(%s, %s, %s, %s, decode(%s, 'hex'), decode(%s, 'hex'), %s, %s, decode(%s, 'hex'))",
        page_size=1000,
    )


def stop_waiting(cur: Cursor, ids: Sequence[int]) -> None:
    """What was sealed waits no more."""
    cur.execute("DELETE FROM log_waiting WHERE id = ANY (%s)", (list(ids),))


def cut(cur: Cursor, table: str, at: str, days: int, at_once: int) -> int:
    """Let up to `at_once` of the oldest rows go that are older than `days` and have their seals; returns how many.

    The cut is put on record before.
    """
    cur.execute("SELECT cut_log(%s, %s, %s, %s) AS gone", (table, at, days, at_once))
    return value(cur, int)
