"""What was known of duties before: their versions, and the duties as they were at the end of a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from services.stats.history.records import DayCounts, Recorded
from services.stats.history.timeline import Version
from shared.database import Cursor
from shared.rows import many

# The duties as of the end of the day that the statement gets as `day`, with what of `duty` changes with time.
# The newest version is in the row itself, so only of what changed since is an earlier one looked for.
DUTY_THEN = """(
    SELECT duty.id, duty.checklist_id, duty.item_id, duty.unit_id, duty.period, duty.parent_id, held.*
    FROM duty CROSS JOIN LATERAL (
        SELECT duty.due_on, duty.told_due_on, duty.done_on, duty.paused_on, duty.is_blocked, duty.state, duty.bucket
        WHERE duty.since_day IS NULL OR duty.since_day <= %(day)s
        UNION ALL (
            SELECT past.due_on, past.told_due_on, past.done_on, past.paused_on, past.is_blocked, past.state, past.bucket
            FROM duty_past AS past
            WHERE duty.since_day > %(day)s AND past.duty_id = duty.id
                AND (past.since_day IS NULL OR past.since_day <= %(day)s)
            ORDER BY past.version DESC LIMIT 1
        )
    ) AS held
)"""

# What each version of each duty changed on its day, from all versions there are.
STEPS = """
    WITH held AS (
        SELECT duty_id, version, since_day, due_on, bucket FROM duty_past
        UNION ALL SELECT id, version, since_day, due_on, bucket FROM duty
    ), moved AS (
        SELECT duty_id, since_day AS day, due_on, bucket, lag(due_on) OVER earlier AS was_due_on,
            lag(bucket) OVER earlier AS was_bucket
        FROM held WINDOW earlier AS (PARTITION BY duty_id ORDER BY version)
    )
    SELECT duty_id, day, due_on, bucket, 1 AS number FROM moved
    UNION ALL SELECT duty_id, day, was_due_on, was_bucket, -1 FROM moved WHERE was_bucket IS NOT NULL
"""


def versions_of(cur: Cursor, duty_ids: Sequence[int]) -> list[Version]:
    """All that is known of these duties, the newest version included, in no order."""
    cur.execute(
        """
        SELECT duty_id, version, since_day, due_on, told_due_on, done_on, paused_on, is_blocked, state, bucket
        FROM duty_past WHERE duty_id = ANY (%(duty_ids)s::bigint[])
        UNION ALL
        SELECT id, version, since_day, due_on, told_due_on, done_on, paused_on, is_blocked, state, bucket
        FROM duty WHERE id = ANY (%(duty_ids)s::bigint[])
        """,
        {"duty_ids": list(duty_ids)},
    )
    return many(cur, Version)


_KEPT = """
    SELECT checklist_id, day, row_id, due, due_done, done, done_late, awaiting_review, blocked, overdue, due_soon,
        on_track, not_applicable, overdue_blocked
    FROM completion_day
"""


def kept_on(cur: Cursor, checklist_id: int, day: dt.date) -> list[DayCounts]:
    """How far the rows of a checklist were at the end of a day; none when that is not kept."""
    cur.execute(f"{_KEPT} WHERE checklist_id = %s AND day = %s", (checklist_id, day))
    return many(cur, DayCounts)


def kept_of(cur: Cursor, checklist_id: int, row_id: int, days: Sequence[dt.date]) -> list[DayCounts]:
    """How far one row was at the ends of those days that are kept, in their order."""
    cur.execute(
        f"{_KEPT} WHERE checklist_id = %s AND row_id = %s AND day = ANY (%s::date[]) ORDER BY day",
        (checklist_id, row_id, list(days)),
    )
    return many(cur, DayCounts)


class _Day(NamedTuple):
    day: dt.date


def kept_days(cur: Cursor, checklist_id: int) -> frozenset[dt.date]:
    """Which days of a checklist are kept."""
    cur.execute("SELECT DISTINCT day FROM completion_day WHERE checklist_id = %s", (checklist_id,))
    return frozenset(found.day for found in many(cur, _Day))


def recorded_checklists(cur: Cursor) -> list[Recorded]:
    """The checklists of which there are changes, with the days of these."""
    cur.execute(
        """
        SELECT checklist.id AS checklist_id, first.day AS first, CASE WHEN state = 'closed' THEN last.day END AS last
        FROM checklist
        CROSS JOIN LATERAL (SELECT day FROM item_day WHERE checklist_id = checklist.id ORDER BY day LIMIT 1) AS first
        CROSS JOIN LATERAL (
            SELECT day FROM item_day WHERE checklist_id = checklist.id ORDER BY day DESC LIMIT 1
        ) AS last
        ORDER BY checklist.id
        """
    )
    return many(cur, Recorded)
