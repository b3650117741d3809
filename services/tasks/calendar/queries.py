"""Reads of the calendar, and of the duties whose dates depend on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from services.tasks.calendar.records import AnnouncedRow, Candidate, Group, Job, OwnDayRow, UnfinishedPeriod
from shared.database import Cursor
from shared.rows import has_row, many, one, value_or_none
from shared.workdays import base_table

# Duties whose date may follow: what is open, and what waits for a review, of what is not ended. A part may be due later
# than the whole has become.
_FOLLOWING = """
    FROM duty JOIN checklist ON checklist.id = duty.checklist_id LEFT JOIN duty AS whole ON whole.id = duty.parent_id
    WHERE duty.state IN ('issued', 'acknowledged', 'returned', 'submitted') AND checklist.state <> 'closed'
        AND (duty.written_due_on BETWEEN %(from_day)s AND %(until_day)s
            OR duty.due_on BETWEEN %(from_day)s AND %(until_day)s OR duty.due_on > whole.due_on
            OR duty.extended_on BETWEEN %(from_day)s AND %(until_day)s)
"""
# Where it is missing, the release before gave the time: it is the due date.
_EXTENDED = "CASE WHEN duty.first_due_on IS NOT NULL THEN coalesce(duty.extended_on, duty.due_on) END AS extended_on"
_WHOLE = """
    whole.written_due_on AS whole_written_on, whole.due_on AS whole_due_on,
    CASE WHEN whole.first_due_on IS NOT NULL THEN coalesce(whole.extended_on, whole.due_on) END AS whole_extended_on
"""


class YearVersion(NamedTuple):
    """A year and the version of its table."""

    year: int
    version: int


def versions(cur: Cursor, years: Sequence[int]) -> dict[int, int]:
    """The versions of the tables of these years; 0 for one that nobody has changed."""
    cur.execute("SELECT year, version FROM calendar_year WHERE year = ANY (%s)", (list(years),))
    found = {row.year: row.version for row in many(cur, YearVersion)}
    return {year: found.get(year, 0) for year in years}


def is_announced(cur: Cursor, year: int) -> bool:
    """Whether the days off of a year are known, by the package or by what was imported: for monitoring."""
    cur.execute("SELECT is_announced FROM calendar_year WHERE year = %s", (year,))
    return value_or_none(cur, bool) or base_table(year).is_announced


def announced_years(cur: Cursor, years: Sequence[int]) -> list[AnnouncedRow]:
    """What was imported for these years."""
    cur.execute(
        """
        SELECT year, off, worked, reason, post, unit_name, at FROM announced_year
        WHERE year = ANY (%s) ORDER BY year
        """,
        (list(years),),
    )
    return many(cur, AnnouncedRow)


def own_days(cur: Cursor, first: dt.date, last: dt.date) -> list[OwnDayRow]:
    """The single days from `first` to `last` that are different."""
    cur.execute(
        """
        SELECT day, is_worked, name, reason, post, unit_name, at FROM own_day
        WHERE day BETWEEN %s AND %s ORDER BY day
        """,
        (first, last),
    )
    return many(cur, OwnDayRow)


def groups(cur: Cursor, span: tuple[dt.date, dt.date]) -> list[Group]:
    """The duties that a change of days within a span may move, put together where they are alike."""
    cur.execute(
        f"""
        WITH alike AS (
            SELECT duty.checklist_id, checklist.title AS checklist, duty.item_id, duty.period, duty.written_due_on,
                duty.due_on, {_EXTENDED}, duty.state = 'submitted' AS is_submitted,
                {_WHOLE}, count(*)::integer AS duties
            {_FOLLOWING} GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        )
        SELECT alike.checklist_id, checklist, alike.item_id, item.title AS item, period, written_due_on, alike.due_on,
            extended_on, is_submitted, whole_written_on, whole_due_on, whole_extended_on, duties
        FROM alike JOIN checklist_row AS item ON item.id = alike.item_id
        """,
        {"from_day": span[0], "until_day": span[1]},
    )
    return many(cur, Group)


def candidates(cur: Cursor, job: Job, limit: int) -> list[Candidate]:
    """The next duties that may move, locked in the order of their ids."""
    cur.execute(
        f"""
        SELECT duty.id, duty.written_due_on, duty.due_on, {_EXTENDED},
            duty.state = 'submitted' AS is_submitted, {_WHOLE}
        {_FOLLOWING} AND duty.id > %(duties_after)s ORDER BY duty.id LIMIT %(limit)s FOR NO KEY UPDATE OF duty
        """,
        job._asdict() | {"limit": limit},
    )
    return many(cur, Candidate)


def unfinished_periods(cur: Cursor, job: Job) -> list[UnfinishedPeriod]:
    """The dates of which duties are still being made, within what may move."""
    cur.execute(
        """
        SELECT run_id, item_id, period, written_due_on, due_on, is_provisional
        FROM item_period JOIN issue_run ON issue_run.id = run_id
        WHERE written_due_on BETWEEN %(from_day)s AND %(until_day)s AND (issue_run.state <> 'done'
            OR EXISTS (SELECT FROM amendment WHERE amendment.run_id = issue_run.id AND amendment.state <> 'done'))
        """,
        job._asdict(),
    )
    return many(cur, UnfinishedPeriod)


def open_job(cur: Cursor) -> Job | None:
    """The oldest of what is to follow, locked; one that another issuer has is left to it.

    What was gone over once waits: whoever began before the change has ended by then.
    """
    cur.execute(
        """
        SELECT id, from_day, until_day, reason, duties_after, is_again, asked_by, asked_by_name, asked_by_post,
            asked_by_unit, correlation_id
        FROM calendar_move
        WHERE done_at IS NULL AND (NOT is_again OR asked_at < now() - interval '3 minutes')
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
        """
    )
    return one(cur, Job)


def is_moving(cur: Cursor) -> bool:
    """Whether due dates still follow a change, for the first time."""
    cur.execute("SELECT 1 FROM calendar_move WHERE done_at IS NULL AND NOT is_again")
    return has_row(cur)
