"""That a night's count was told, by one process."""

from __future__ import annotations

import datetime as dt

from shared.database import Cursor
from shared.limits import DATABASE
from shared.rows import has_row, value


def try_to_count(cur: Cursor) -> bool:
    """Whether this transaction is the one that counts; until its end no other is."""
    cur.execute("SELECT pg_try_advisory_xact_lock(hashtext('ledger_count')) AS is_ours")
    return value(cur, bool)


def allow_long(cur: Cursor) -> None:
    """Let the counting take as long as millions of duties."""
    cur.execute(f"SET LOCAL statement_timeout = '{DATABASE.long_statement:.0f}s'")


def note_count(cur: Cursor, day: dt.date, *, cells: int, parts: int) -> bool:
    """Keep that a day was counted; False where it was before."""
    cur.execute(
        """
        INSERT INTO ledger_count (day, cells, parts) VALUES (%s, %s, %s) ON CONFLICT (day) DO NOTHING
        RETURNING day
        """,
        (day, cells, parts),
    )
    return has_row(cur)
