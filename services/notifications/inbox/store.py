"""What reading changes in an inbox."""

from __future__ import annotations

import datetime as dt

from shared.database import Cursor


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
