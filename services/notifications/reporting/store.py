"""All writes of reminding of reports: what was learnt, what was said, and when to look again.

Rows go in key order, as in `reminding.store`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from psycopg2.extras import execute_values

from services.notifications.reminding.policy import Occasion, Stage
from services.notifications.reminding.store import Line, merged_channels
from shared.database import Cursor
from shared.retention import AgedRows
from shared.rows import ROWS_PER_STATEMENT, many, returned
from shared.text import Text

# A dated occasion lies weeks back when its row goes; that a report was opened or returned is said of it for as long as
# the unit has not gone on, so such a row stays until then.
REMINDERS = AgedRows(
    name="submission_reminder",
    table="submission_reminder",
    at="reminded_at",
    where="""
        stage IN ('due_soon', 'overdue')
        OR NOT EXISTS (SELECT FROM submission WHERE submission.id = submission_id AND submission.remind_on IS NOT NULL)
    """,
    days=400,
    least=120,
    what=Text("报表提醒的记录", "what people were reminded of about reports"),
    why=Text("期内的提醒不能再发一次。", "within that time the same reminder could come again."),
)


@dataclass(frozen=True, slots=True)
class RoundRecord:
    """A round as the projection keeps it."""

    round_id: int
    report_name: str
    period: str
    due_on: dt.date
    lock_on: dt.date
    version: int
    report_id: int | None = None


@dataclass(frozen=True, slots=True)
class SubmissionRecord:
    """What a unit owes for a round; `is_open` as long as it is the unit's turn."""

    submission_id: int
    round_id: int
    unit_id: int
    report_name: str
    period: str
    due_on: dt.date
    lock_on: dt.date
    state: str
    is_open: bool
    is_correction: bool
    returned_on: dt.date | None
    remind_on: dt.date | None
    version: int
    report_id: int | None = None


class Claimed(NamedTuple):
    """A submission whose day has come, locked by this transaction, with the days of its round as they are now."""

    submission_id: int
    unit_id: int
    state: str
    is_correction: bool
    returned_on: dt.date | None
    due_on: dt.date
    lock_on: dt.date
    report_id: int | None
    unit: str
    report_name: str
    period: str
    slips: int


class Reminder(NamedTuple):
    """That there was something to say of a submission."""

    submission_id: int
    stage: Stage


class _Moved(NamedTuple):
    id: int


def save_rounds(cur: Cursor, rounds: Sequence[RoundRecord], *, day: dt.date) -> None:
    """Store the rounds that are newer than what is known; what is open of them is looked at on `day`."""
    moved = returned(
        cur,
        _Moved,
        """
        INSERT INTO report_round (id, report_name, period, due_on, lock_on, version, report_id) VALUES %s
        ON CONFLICT (id) DO UPDATE SET report_name = excluded.report_name, due_on = excluded.due_on,
            lock_on = excluded.lock_on, version = excluded.version, report_id = excluded.report_id
        WHERE report_round.version < excluded.version
        RETURNING id
        """,
        [(r.round_id, r.report_name, r.period, r.due_on, r.lock_on, r.version, r.report_id) for r in rounds],
        template="(%s, %s, %s, %s::date, %s::date, %s, %s::bigint)",
        page_size=ROWS_PER_STATEMENT,
    )
    cur.execute(
        """
        UPDATE submission SET remind_on = %s WHERE id IN (
            SELECT id FROM submission WHERE round_id = ANY (%s) AND is_open ORDER BY id FOR NO KEY UPDATE
        )
        """,
        (day, [round_.id for round_ in moved]),
    )


def save_submissions(cur: Cursor, submissions: Sequence[SubmissionRecord]) -> None:
    """Store the submissions that are newer than what is known; what the unit has now is looked at by the next sweep."""
    execute_values(
        cur,
        """
        INSERT INTO submission (id, round_id, unit_id, report_name, period, due_on, lock_on, state, is_open,
            is_correction, returned_on, remind_on, version, report_id)
        VALUES %s
        ON CONFLICT (id) DO UPDATE SET report_name = excluded.report_name, due_on = excluded.due_on,
            lock_on = excluded.lock_on, state = excluded.state, is_open = excluded.is_open,
            is_correction = excluded.is_correction, returned_on = excluded.returned_on, version = excluded.version,
            report_id = excluded.report_id,
            remind_on = CASE
                WHEN excluded.is_open AND submission.is_open AND excluded.state <> 'returned' THEN submission.remind_on
                ELSE excluded.remind_on
            END
        WHERE submission.version < excluded.version
        """,
        [
            (
                s.submission_id,
                s.round_id,
                s.unit_id,
                s.report_name,
                s.period,
                s.due_on,
                s.lock_on,
                s.state,
                s.is_open,
                s.is_correction,
                s.returned_on,
                s.remind_on,
                s.version,
                s.report_id,
            )
            for s in submissions
        ],
        template="(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::date, %s::date, %s, %s::bigint)",
        page_size=ROWS_PER_STATEMENT,
    )


def claim_submissions(cur: Cursor, today: dt.date, *, limit: int) -> list[Claimed]:
    """Lock submissions whose day has come, unit by unit. Those that another sweep or consumer holds are left to it."""
    cur.execute(
        """
        SELECT submission.id AS submission_id, submission.unit_id, submission.state,
            submission.is_correction, submission.returned_on,
            coalesce(report_round.due_on, submission.due_on) AS due_on,
            coalesce(report_round.lock_on, submission.lock_on) AS lock_on,
            coalesce(report_round.report_id, submission.report_id) AS report_id,
            coalesce((SELECT name FROM unit WHERE unit.id = submission.unit_id), '') AS unit,
            submission.report_name, submission.period,
            (SELECT count(*) FROM slip WHERE kind = 'report' AND subject_id = submission.id AND settled_on IS NULL)
                AS slips
        FROM submission LEFT JOIN report_round ON report_round.id = submission.round_id
        WHERE submission.remind_on <= %s AND submission.is_open
        ORDER BY submission.remind_on, submission.unit_id, submission.id
        LIMIT %s
        FOR UPDATE OF submission SKIP LOCKED
        """,
        (today, limit),
    )
    return many(cur, Claimed)


def record_reminders(cur: Cursor, reminders: Sequence[tuple[int, Occasion]], now: dt.datetime) -> list[Reminder]:
    """Note the occasions, by submission id, as used and return those that were not used before."""
    return returned(
        cur,
        Reminder,
        """
        INSERT INTO submission_reminder (submission_id, stage, slot, reminded_at) VALUES %s
        ON CONFLICT DO NOTHING RETURNING submission_id, stage
        """,
        [(submission_id, occasion.stage.value, occasion.slot, now) for submission_id, occasion in reminders],
        page_size=ROWS_PER_STATEMENT,
    )


def add_lines(cur: Cursor, lines: Sequence[Line]) -> None:
    """Write lines; a later stage of the same day takes the earlier one's place."""
    execute_values(
        cur,
        f"""
        INSERT INTO message_submission (message_id, submission_id, stage, words_zh, words_en, by_mail,
            channels) VALUES %s
        ON CONFLICT (message_id, submission_id) DO UPDATE SET stage = excluded.stage, words_zh = excluded.words_zh,
            words_en = excluded.words_en, by_mail = message_submission.by_mail OR excluded.by_mail,
            channels = {merged_channels("message_submission")}
        """,
        [(line.message_id, line.subject_id, line.stage.value, *line.said) for line in lines],
        page_size=ROWS_PER_STATEMENT,
    )


def set_next_days(cur: Cursor, days: Mapping[int, dt.date | None]) -> None:
    """Set on which day each submission, by its id, is looked at again; None for never."""
    if not days:
        return
    execute_values(
        cur,
        """
        UPDATE submission SET remind_on = next.remind_on
        FROM (VALUES %s) AS next(id, remind_on) WHERE submission.id = next.id
        """,
        list(days.items()),
        template="(%s, %s::date)",
        page_size=ROWS_PER_STATEMENT,
    )
