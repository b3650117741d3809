"""What reading changes in an inbox."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from shared.database import Cursor
from shared.rows import one


class LockedMessage(NamedTuple):
    """A message with its owner."""

    id: int
    person_id: int
    day: dt.date


def lock_message(cur: Cursor, message_id: int) -> LockedMessage | None:
    """The message, kept from changing until the commit; None when there is none."""
    cur.execute("SELECT id, person_id, day FROM message WHERE id = %s FOR UPDATE", (message_id,))
    return one(cur, LockedMessage)


def mark_read(cur: Cursor, message_id: int) -> None:
    """Mark the message as read; again does nothing."""
    cur.execute("UPDATE message SET is_read = true WHERE id = %s", (message_id,))
