"""What reading changes in an inbox."""

from __future__ import annotations

import datetime as dt

from shared.database import Cursor
from shared.retention import AgedRows
from shared.text import Text

_PARTS = (
    ("message_line", "message_id"),
    ("message_checklist", "message_id"),
    ("message_submission", "message_id"),
    ("remark_answer", "message_id"),
    ("message_offer", "message_id"),
)
READ_MESSAGES = AgedRows(
    name="message",
    table="message",
    at="changed_at",
    where="is_read",
    parts=_PARTS,
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
    parts=_PARTS,
    days=1095,
    least=365,
    what=Text("未读的消息", "messages that nobody read"),
    why=Text("长期离岗的人回来还要看。", "somebody may be away for months."),
    at_once=100,
)


def mark_read(cur: Cursor, person_id: int, *, until: dt.datetime, message_id: int | None = None) -> None:
    """Mark the person's messages as read, or the one: those that nothing was added to after `until`.

    Rows are taken by id, so that two of the same person's browsers wait for each other.
    """
    cur.execute(
        """
        UPDATE message SET is_read = true WHERE id IN (
            SELECT id FROM message
            WHERE person_id = %(person)s AND NOT is_read AND changed_at <= %(until)s
                AND (%(message)s::bigint IS NULL OR id = %(message)s)
            ORDER BY id FOR NO KEY UPDATE)
        """,
        {"person": person_id, "until": until, "message": message_id},
    )
