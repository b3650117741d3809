"""That a sweep came to its end."""

from __future__ import annotations

from shared.database import Cursor


def note_sweep(cur: Cursor) -> None:
    """Note it by the clock of the database: those of processes differ, and nothing is told from comparing them."""
    cur.execute(
        "INSERT INTO sweep (ended_at) VALUES (now()) ON CONFLICT (is_only) DO UPDATE SET ended_at = excluded.ended_at"
    )
