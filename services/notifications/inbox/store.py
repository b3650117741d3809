"""What reading changes in an inbox."""

from __future__ import annotations

from typing import Any

from shared.database import Cursor


def lock_message(cur: Cursor, message_id: int) -> Any:
    """The message with its owner, kept from changing until the commit; None when there is none."""
    cur.execute("SELECT id, person_id, day FROM message WHERE id = %s FOR UPDATE", (message_id,))
    return cur.fetchone()


def mark_read(cur: Cursor, message_id: int) -> None:
    cur.execute("UPDATE message SET is_read = true WHERE id = %s", (message_id,))
