"""What the notifications service reads: the inbox, who is to be told, and how fresh its picture is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from shared.actor import UNIT_ROLES
from shared.database import Cursor


def heartbeat_at(cur: Cursor) -> dt.datetime | None:
    cur.execute("SELECT ticked_at FROM heartbeat")
    found = cur.fetchone()
    return found.ticked_at if found else None


def waiting_for_sweep(cur: Cursor, today: dt.date) -> tuple[int, dt.date | None]:
    """How many open duties a sweep would take on `today`, and the first of their days."""
    cur.execute(
        "SELECT count(*) AS duties, min(remind_on) AS first_day FROM duty WHERE remind_on <= %s AND is_open", (today,)
    )
    found = cur.fetchone()
    return found.duties, found.first_day


def recipients_of_units(cur: Cursor, unit_ids: Sequence[int]) -> dict[int, list[int]]:
    """The active staff and heads of each unit, as {unit id: person ids}; a unit without any is left out."""
    cur.execute(
        """
        SELECT unit_id, array_agg(id ORDER BY id) AS person_ids FROM person
        WHERE unit_id = ANY(%s::bigint[]) AND is_active AND roles && %s::text[]
        GROUP BY unit_id
        """,
        (list(unit_ids), sorted(UNIT_ROLES)),
    )
    return {row.unit_id: row.person_ids for row in cur.fetchall()}


def messages_newest_first(cur: Cursor, person_id: int, *, limit: int, offset: int) -> list[Any]:
    """Messages with the number of their lines by stage."""
    cur.execute(
        """
        SELECT message.id AS message_id, message.day, message.is_read,
            count(*) FILTER (WHERE line.stage = 'issued') AS issued,
            count(*) FILTER (WHERE line.stage = 'due_soon') AS due_soon,
            count(*) FILTER (WHERE line.stage = 'overdue') AS overdue
        FROM (
            SELECT * FROM message WHERE person_id = %s ORDER BY day DESC LIMIT %s OFFSET %s
        ) AS message
        LEFT JOIN message_line line ON line.message_id = message.id
        GROUP BY message.id, message.day, message.is_read
        ORDER BY message.day DESC
        """,
        (person_id, limit, offset),
    )
    return cur.fetchall()


def message_count(cur: Cursor, person_id: int) -> int:
    cur.execute("SELECT count(*) AS messages FROM message WHERE person_id = %s", (person_id,))
    found: int = cur.fetchone().messages
    return found


def unread_count(cur: Cursor, person_id: int) -> int:
    cur.execute("SELECT count(*) AS unread FROM message WHERE person_id = %s AND NOT is_read", (person_id,))
    found: int = cur.fetchone().unread
    return found


def lines_of_message(cur: Cursor, message_id: int, *, limit: int) -> tuple[list[Any], int]:
    """Lines with what is known of their duties now, open and early ones first; and the number of all lines."""
    cur.execute(
        """
        SELECT line.duty_id, line.stage, coalesce(item.title, '') AS item, duty.period, duty.due_on, duty.is_open,
            count(*) OVER () AS lines
        FROM message_line line
        JOIN duty ON duty.id = line.duty_id
        LEFT JOIN item ON item.id = duty.item_id
        WHERE line.message_id = %s
        ORDER BY duty.is_open DESC, duty.due_on, line.duty_id
        LIMIT %s
        """,
        (message_id, limit),
    )
    rows = cur.fetchall()
    return rows, rows[0].lines if rows else 0
