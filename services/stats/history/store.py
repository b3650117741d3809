"""Writes what was known of duties before, and by how much each day changed the counters.

Every statement takes its rows in key order, as the counters do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from psycopg2.extras import execute_values

from services.stats.history.queries import STEPS
from services.stats.history.records import DayCounts, DayKey
from services.stats.history.timeline import Version
from shared.database import Cursor
from shared.rows import ROWS_PER_STATEMENT, columns


def keep(cur: Cursor, versions: Sequence[Version]) -> None:
    """Keep versions that came after a newer one of their duty. Whoever calls holds the rows of these duties."""
    execute_values(
        cur,
        """
        INSERT INTO duty_past
            (duty_id, version, since_day, due_on, told_due_on, done_on, paused_on, is_blocked, state, bucket)
        VALUES %s
        """,
        sorted(versions),
        template="(%s, %s, %s::date, %s, %s::date, %s::date, %s::date, %s, %s, %s)",
        page_size=ROWS_PER_STATEMENT,
    )


def add_to_item_days(cur: Cursor, deltas: Sequence[tuple[DayKey, int]]) -> None:
    """Add to what a day changed in the counters of items; `deltas` is sorted by key."""
    cur.execute(
        """
        INSERT INTO item_day (checklist_id, item_id, day, due_on, bucket, duties)
        SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::date[], %s::date[], %s::text[], %s::bigint[])
        ON CONFLICT (checklist_id, day, item_id, due_on, bucket)
        DO UPDATE SET duties = item_day.duties + excluded.duties
        """,
        columns([(*key, delta) for key, delta in deltas]),
    )


def add_to_unit_days(cur: Cursor, deltas: Sequence[tuple[DayKey, int]]) -> None:
    """Add to what a day changed in the counters of units; `deltas` is sorted by key."""
    cur.execute(
        """
        INSERT INTO unit_day (checklist_id, unit_id, day, due_on, bucket, duties)
        SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::date[], %s::date[], %s::text[], %s::bigint[])
        ON CONFLICT (checklist_id, unit_id, day, due_on, bucket)
        DO UPDATE SET duties = unit_day.duties + excluded.duties
        """,
        columns([(*key, delta) for key, delta in deltas]),
    )


def count_days_anew(cur: Cursor) -> None:
    """Fill what each day changed, which must be empty, from all versions of all duties."""
    for table, key in (("item_day", "item_id"), ("unit_day", "unit_id")):
        cur.execute(
            f"""
            INSERT INTO {table} (checklist_id, {key}, day, due_on, bucket, duties)
            SELECT duty.checklist_id, duty.{key}, day, changed.due_on, changed.bucket, sum(number)
            FROM ({STEPS}) AS changed JOIN duty ON duty.id = duty_id WHERE day IS NOT NULL
            GROUP BY duty.checklist_id, duty.{key}, day, changed.due_on, changed.bucket HAVING sum(number) <> 0
            """
        )


def keep_days(cur: Cursor, days: Sequence[DayCounts]) -> None:
    """Keep how far rows were at the end of days; what is kept already stays."""
    execute_values(
        cur,
        """
        INSERT INTO completion_day
            (checklist_id, day, row_id, due, due_done, done, done_late, awaiting_review, blocked, overdue, due_soon,
            on_track, not_applicable, overdue_blocked)
        VALUES %s ON CONFLICT DO NOTHING
        """,
        sorted(days),
        page_size=ROWS_PER_STATEMENT,
    )


def forget_days(cur: Cursor, since: Mapping[int, dt.date | None]) -> None:
    """Forget the kept days of each checklist from a day on, or all of them for None: they are to be kept anew."""
    execute_values(
        cur,
        """
        DELETE FROM completion_day USING (VALUES %s) AS since (checklist_id, day)
        WHERE completion_day.checklist_id = since.checklist_id
            AND (since.day IS NULL OR completion_day.day >= since.day)
        """,
        sorted(since.items(), key=lambda found: found[0]),
        template="(%s::bigint, %s::date)",
    )
