"""What a command writes into the database of any service."""

from __future__ import annotations

from pathlib import Path

from shared.database import Cursor

# What holds after each restore, whichever way the data came back.
RESTORED = Path(__file__).with_name("restored.sql")


def note_restored(cur: Cursor) -> None:
    """Say in a database that it was put back to an earlier moment."""
    cur.execute(RESTORED.read_text("utf-8"))
