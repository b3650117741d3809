"""All writes of the stats service: the projection of checklists, rows and duties, and the counters.

Every statement takes its rows in key order and `counting.apply` runs the statements in one order, so that two consumers
wait for each other and never deadlock. Pages are cut from sorted rows, which keeps that order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from psycopg2.extras import execute_values

from services.stats.completion.completion import Bucket
from services.stats.completion.records import KeptProgress, KeptUnits
from services.stats.history.store import count_days_anew
from shared.database import Cursor
from shared.events import ChecklistChanged, IssuedRow
from shared.limits import DATABASE
from shared.rows import ROWS_PER_STATEMENT, columns, many, value

CounterKey = tuple[int, int, dt.date, str]


class DutyRecord(NamedTuple):
    """A duty as the projection keeps it, its fields the columns in the order in which they are written."""

    duty_id: int
    checklist_id: int
    item_id: int
    unit_id: int
    due_on: dt.date
    done_on: dt.date | None
    version: int
    is_blocked: bool
    state: str
    bucket: Bucket
    period: str
    # The due date that is shown, where `due_on` is the one it counts by.
    told_due_on: dt.date
    paused_on: dt.date | None
    # The duty that it is a part of.
    parent_id: int | None
    # The day of the event, from which on this holds.
    since_day: dt.date


class Recount(NamedTuple):
    """A duty that was stored: where it counts now, since which day, and where before (None when it is new)."""

    duty_id: int
    version: int
    since_day: dt.date
    checklist_id: int
    item_id: int
    unit_id: int
    due_on: dt.date
    bucket: str
    was_due_on: dt.date | None
    was_bucket: str | None


def save_duties(cur: Cursor, duties: Sequence[DutyRecord]) -> list[Recount]:
    """Store the duties that are newer than what is known, and return those. `duties` has each id once, in id order.

    Each id is locked, whether or not its row changes. The old values come from that row: a change that another
        transaction makes at the same moment is waited for, and then seen.
    """
    if not duties:
        return []
    cur.execute(
        """
        INSERT INTO duty
            (id, checklist_id, item_id, unit_id, due_on, done_on, version, is_blocked, state, bucket, period,
            told_due_on, paused_on, parent_id, since_day)
        SELECT id, checklist_id, item_id, unit_id, due_on, done_on, version, is_blocked, state, bucket, period,
            nullif(told_due_on, due_on), paused_on, parent_id, since_day
        FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::date[], %s::date[], %s::integer[],
            %s::boolean[], %s::text[], %s::text[], %s::text[], %s::date[], %s::date[], %s::bigint[], %s::date[])
            AS given (id, checklist_id, item_id, unit_id, due_on, done_on, version, is_blocked, state, bucket, period,
                told_due_on, paused_on, parent_id, since_day)
        ON CONFLICT (id) DO UPDATE SET due_on = excluded.due_on, done_on = excluded.done_on,
            version = excluded.version, is_blocked = excluded.is_blocked, state = excluded.state,
            bucket = excluded.bucket, told_due_on = excluded.told_due_on, paused_on = excluded.paused_on,
            parent_id = excluded.parent_id, since_day = greatest(duty.since_day, excluded.since_day),
            was_due_on = duty.due_on, was_bucket = duty.bucket
        WHERE duty.version < excluded.version
        RETURNING id AS duty_id, version, since_day, checklist_id, item_id, unit_id, due_on, bucket, was_due_on,
            was_bucket
        """,
        columns(duties),
    )
    return many(cur, Recount)


def add_to_item_counts(cur: Cursor, deltas: Sequence[tuple[CounterKey, int]]) -> None:
    """Add to the counters by (checklist, item, due date, bucket); `deltas` is sorted by key."""
    cur.execute(
        """
        INSERT INTO item_count (checklist_id, item_id, due_on, bucket, duties)
        SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::date[], %s::text[], %s::bigint[])
        ON CONFLICT (checklist_id, item_id, due_on, bucket)
        DO UPDATE SET duties = item_count.duties + excluded.duties
        """,
        columns([(*key, delta) for key, delta in deltas]),
    )


def add_to_unit_counts(cur: Cursor, deltas: Sequence[tuple[CounterKey, int]]) -> None:
    """Add to the counters by (checklist, unit, due date, bucket); `deltas` is sorted by key."""
    cur.execute(
        """
        INSERT INTO unit_count (checklist_id, unit_id, due_on, bucket, duties)
        SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::date[], %s::text[], %s::bigint[])
        ON CONFLICT (checklist_id, unit_id, due_on, bucket)
        DO UPDATE SET duties = unit_count.duties + excluded.duties
        """,
        columns([(*key, delta) for key, delta in deltas]),
    )


def save_checklists(cur: Cursor, checklists: Sequence[ChecklistChanged]) -> None:
    """Store the checklists that are newer than what is known."""
    execute_values(
        cur,
        """
        INSERT INTO checklist (id, title, year, level_names, state, revision, version, meeting_id, dropped_on) VALUES %s
        ON CONFLICT (id) DO UPDATE SET title = excluded.title, year = excluded.year,
            level_names = excluded.level_names, state = excluded.state, revision = excluded.revision,
            version = excluded.version, meeting_id = excluded.meeting_id, dropped_on = excluded.dropped_on,
            gone_at = NULL
        WHERE checklist.version < excluded.version
        """,
        [
            (c.checklist_id, c.title, c.year, c.level_names, c.state, c.revision, c.version, c.meeting_id, c.dropped_on)
            for c in checklists
        ],
        template="(%s, %s, %s, %s, %s, %s, %s, %s::bigint, %s::date)",
        page_size=ROWS_PER_STATEMENT,
    )


def save_rows(cur: Cursor, rows: Sequence[tuple[int, int, IssuedRow]]) -> None:
    """Store (checklist id, revision, row) triples; a row of an older revision than the known one does nothing."""
    execute_values(
        cur,
        """
        INSERT INTO issued_row (id, checklist_id, parent_id, level, position, title, revision) VALUES %s
        ON CONFLICT (id) DO UPDATE SET parent_id = excluded.parent_id, level = excluded.level,
            position = excluded.position, title = excluded.title, revision = excluded.revision
        WHERE issued_row.revision < excluded.revision
        """,
        [
            (row.row_id, checklist_id, row.parent_id, row.level, row.position, row.title, revision)
            for checklist_id, revision, row in rows
        ],
        template="(%s, %s, %s::bigint, %s, %s, %s, %s)",
        page_size=ROWS_PER_STATEMENT,
    )


def advance_as_of(cur: Cursor, newest: dt.datetime) -> None:
    """Let the boards be as new as `newest`; an older time changes nothing."""
    cur.execute(
        """
        INSERT INTO as_of (newest_event_at) VALUES (%s)
        ON CONFLICT (is_only) DO UPDATE SET newest_event_at = excluded.newest_event_at
        WHERE as_of.newest_event_at < excluded.newest_event_at
        """,
        (newest,),
    )


def try_to_count(cur: Cursor) -> bool:
    """Whether this transaction is the one that counts progress; until its end no other is."""
    cur.execute("SELECT pg_try_advisory_xact_lock(hashtext('row_progress')) AS is_ours")
    return value(cur, bool)


def allow_long(cur: Cursor) -> None:
    """Let a statement of this transaction take as long as millions of duties need."""
    cur.execute(f"SET LOCAL statement_timeout = '{DATABASE.long_statement:.0f}s'")


def keep_progress(cur: Cursor, checklist_id: int, kept: KeptProgress) -> None:
    """Keep how far a row is in the place of what was kept of it."""
    cur.execute(
        """
        INSERT INTO row_progress (row_id, checklist_id, day, counted_at, seconds, stamp, units_total, units_done,
            missing, missing_more, pending, pending_more, units_asked, units_signed, signed_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s::text[], %s, %s::text[], %s, %s, %s, %s)
        ON CONFLICT (row_id) DO UPDATE SET day = excluded.day, counted_at = excluded.counted_at,
            seconds = excluded.seconds, stamp = excluded.stamp, units_total = excluded.units_total,
            units_done = excluded.units_done, missing = excluded.missing, missing_more = excluded.missing_more,
            pending = excluded.pending, pending_more = excluded.pending_more, units_asked = excluded.units_asked,
            units_signed = excluded.units_signed, signed_at = excluded.signed_at
        """,
        (kept.row_id, checklist_id, *kept[1:]),
    )


def keep_units(cur: Cursor, checklist_id: int, kept: Sequence[KeptUnits]) -> None:
    """Keep how many units a checklist asks in the place of what was kept of that."""
    cur.execute("DELETE FROM units_asked WHERE checklist_id = %s", (checklist_id,))
    execute_values(
        cur,
        "INSERT INTO units_asked (checklist_id, kind, units, units_signed, counted_at, seconds, duties) VALUES %s",
        [(checklist_id, *one) for one in kept],
    )


def forget_kept(cur: Cursor, checklist_ids: Sequence[int]) -> None:
    """Forget what is kept of all checklists but these: it is counted by nobody any more."""
    cur.execute("DELETE FROM row_progress WHERE checklist_id <> ALL (%s::bigint[])", (list(checklist_ids),))
    cur.execute("DELETE FROM units_asked WHERE checklist_id <> ALL (%s::bigint[])", (list(checklist_ids),))


def count_anew(cur: Cursor) -> int:
    """Fill the counters and the days, which must be empty, from the projection; return how many duties there are."""
    cur.execute(
        """
        INSERT INTO item_count (checklist_id, item_id, due_on, bucket, duties)
        SELECT checklist_id, item_id, due_on, bucket, count(*) FROM duty GROUP BY checklist_id, item_id, due_on, bucket
        """
    )
    cur.execute(
        """
        INSERT INTO unit_count (checklist_id, unit_id, due_on, bucket, duties)
        SELECT checklist_id, unit_id, due_on, bucket, count(*) FROM duty GROUP BY checklist_id, unit_id, due_on, bucket
        """
    )
    count_days_anew(cur)
    cur.execute("SELECT coalesce(sum(duties), 0)::bigint AS duties FROM unit_count")
    return value(cur, int)
