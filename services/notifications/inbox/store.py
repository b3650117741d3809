"""What reading changes in an inbox."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from shared.database import Cursor
from shared.retention import AgedRows
from shared.rows import one
from shared.text import Text

READ_MESSAGES = AgedRows(
    name="message",
    table="message",
    at="changed_at",
    where="is_read",
    parts=(("message_line", "message_id"),),
    days=400,
    least=30,
    what=Text("已读的消息", "messages that were read"),
    why=Text("人们会回头查看。", "people look back at them."),
    at_once=100,
)
UNREAD_MESSAGES = AgedRows(
    name="unread_message",
    table="message",
    at="changed_at",
    where="NOT is_read",
    parts=(("message_line", "message_id"),),
    days=1095,
    least=365,
    what=Text("未读的消息", "messages that nobody read"),
    why=Text("长期离岗的人回来还要看。", "somebody may be away for months."),
    at_once=100,
)


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
    cur.execute("UPDATE message SET is_read = true WHERE id = %s", (message_id,))
