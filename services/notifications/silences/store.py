"""All writes of silences, and of what was not said because of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from psycopg2.extras import execute_values

from services.notifications.policies.rules import Scope
from services.notifications.silences.rules import Hushed
from shared.actor import Actor
from shared.database import Cursor
from shared.retention import AgedRows
from shared.rows import ROWS_PER_STATEMENT, has_row, value
from shared.text import Text

SILENCED = AgedRows(
    name="silenced",
    table="silenced",
    at="day",
    days=400,
    least=30,
    what=Text("停止提醒期间没有发的提醒", "what was not said while reminders were silenced"),
    why=Text("期内要能说清某条提醒为什么没有发。", "within that time it can be said why a reminder was not sent."),
)


class Kept(NamedTuple):
    """That a stage of a duty or a submission was not said on a day, and because of which silence."""

    kind: Scope
    subject_id: int
    day: dt.date
    stage: str
    silence_id: int


def make(
    cur: Cursor,
    of: tuple[Scope, int],
    unit_id: int | None,
    stage: Hushed | None,
    days: tuple[dt.date, dt.date],
    *,
    by: Actor,
    reason: str,
    now: dt.datetime,
) -> int:
    """Write a silence from the first to the last of `days`; its id."""
    cur.execute(
        """
        INSERT INTO silence (scope, subject_id, unit_id, stage, from_day, until_day, reason, author_id, author, made_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
        """,
        (*of, unit_id, stage, *days, reason, by.person_id, by.seat, now),
    )
    return value(cur, int)


def end(cur: Cursor, silence_id: int, *, until: dt.date, by: Actor, reason: str, now: dt.datetime) -> bool:
    """End a silence after `until`; False when it was ended already, or was over by then."""
    cur.execute(
        """
        UPDATE silence SET until_day = least(until_day, %s), ended_by = %s, ended_at = %s, end_reason = %s
        WHERE id = %s AND ended_at IS NULL AND until_day > %s RETURNING id
        """,
        (until, by.seat, now, reason, silence_id, until),
    )
    return has_row(cur)


def keep(cur: Cursor, silenced: Sequence[Kept]) -> None:
    """Write down what was not said; what is known stays."""
    execute_values(
        cur,
        "INSERT INTO silenced (kind, subject_id, day, stage, silence_id) VALUES %s ON CONFLICT DO NOTHING",
        sorted(silenced),
        page_size=ROWS_PER_STATEMENT,
    )
