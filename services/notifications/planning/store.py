"""All writes of planning: the days of what waits for a stage, and how far a planning anew has come."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from services.notifications.policies.rules import Scope
from shared.database import Cursor
from shared.rows import has_row, many, one, value, value_or_none


class Job(NamedTuple):
    """What is to be planned anew, locked by this transaction; what lies up to the two ids is."""

    id: int
    scope: Scope
    subject_id: int
    duties_after: int
    submissions_after: int


class Planned(NamedTuple):
    """A duty or a submission whose day lies ahead, or that has none, locked.

    `subject_id` is its checklist or its report; after `until` nothing is said of it.
    """

    id: int
    subject_id: int | None
    due_on: dt.date
    remind_on: dt.date | None
    until: dt.date | None


def lock_job(cur: Cursor, today: dt.date) -> Job | None:
    """The oldest of what is to be planned anew by `today`; one that another replica has is left to it."""
    cur.execute(
        """
        SELECT id, scope, subject_id, duties_after, submissions_after FROM replanning
        WHERE from_day <= %s ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
        """,
        (today,),
    )
    return one(cur, Job)


def set_progress(cur: Cursor, job: Job, *, duties_after: int, submissions_after: int) -> None:
    """Note how far it has come."""
    cur.execute(
        "UPDATE replanning SET duties_after = %s, submissions_after = %s WHERE id = %s",
        (duties_after, submissions_after, job.id),
    )


def finish(cur: Cursor, job: Job) -> None:
    """Let it go: everything was planned anew."""
    cur.execute("DELETE FROM replanning WHERE id = %s", (job.id,))


def calendar_versions(cur: Cursor) -> int:
    """How often the tables of the calendar were told: one that comes back is told anew, too."""
    cur.execute("SELECT coalesce(sum(version), 0)::bigint AS versions FROM calendar_year")
    return value(cur, int)


def see_calendar(cur: Cursor, fingerprint: str, now: dt.datetime) -> bool:
    """Whether nothing was planned by this calendar of working days before; from now on something was."""
    cur.execute("SELECT 1 FROM planned_calendar WHERE fingerprint = %s", (fingerprint,))
    if has_row(cur):
        return False
    cur.execute(
        "INSERT INTO planned_calendar (fingerprint, seen_at) VALUES (%s, %s) ON CONFLICT DO NOTHING", (fingerprint, now)
    )
    return cur.rowcount == 1


def last_duty(cur: Cursor, after: int, limit: int) -> int | None:
    """The id of the last of the next `limit` duties; None when there are no more."""
    cur.execute(
        "SELECT id FROM (SELECT id FROM duty WHERE id > %s ORDER BY id LIMIT %s) AS next ORDER BY id DESC LIMIT 1",
        (after, limit),
    )
    return value_or_none(cur, int)


def lock_duties(cur: Cursor, job: Job, last: int, today: dt.date) -> list[Planned]:
    """The duties of the job up to `last` whose day lies after `today`, or that have none any more."""
    cur.execute(
        """
        SELECT id, checklist_id AS subject_id, due_on, remind_on, NULL::date AS until FROM duty
        WHERE id > %(after)s AND id <= %(last)s AND (remind_on > %(today)s OR remind_on IS NULL)
            AND is_open AND NOT is_paused AND NOT EXISTS (
                SELECT FROM checklist WHERE checklist.id = duty.checklist_id AND checklist.state = 'closed')
            AND (%(scope)s = 'all' OR %(scope)s = 'checklist' AND checklist_id = %(subject)s)
        ORDER BY id FOR NO KEY UPDATE OF duty
        """,
        _asked(job, job.duties_after, last, today),
    )
    return many(cur, Planned)


def last_submission(cur: Cursor, after: int, limit: int) -> int | None:
    """The id of the last of the next `limit` submissions; None when there are no more."""
    cur.execute(
        """
        SELECT id FROM (SELECT id FROM submission WHERE id > %s ORDER BY id LIMIT %s) AS next ORDER BY id DESC LIMIT 1
        """,
        (after, limit),
    )
    return value_or_none(cur, int)


def lock_submissions(cur: Cursor, job: Job, last: int, today: dt.date) -> list[Planned]:
    """The submissions of the job up to `last` whose day lies after `today`, or that have none any more."""
    cur.execute(
        """
        SELECT submission.id, coalesce(report_round.report_id, submission.report_id) AS subject_id,
            coalesce(report_round.due_on, submission.due_on) AS due_on, submission.remind_on,
            coalesce(report_round.lock_on, submission.lock_on) AS until
        FROM submission LEFT JOIN report_round ON report_round.id = round_id
        WHERE submission.id > %(after)s AND submission.id <= %(last)s AND (remind_on > %(today)s OR remind_on IS NULL)
            AND is_open AND NOT is_correction
            AND (%(scope)s = 'all' OR %(scope)s = 'report'
                AND coalesce(report_round.report_id, submission.report_id) = %(subject)s)
        ORDER BY submission.id FOR NO KEY UPDATE OF submission
        """,
        _asked(job, job.submissions_after, last, today),
    )
    return many(cur, Planned)


def _asked(job: Job, after: int, last: int, today: dt.date) -> dict[str, object]:
    return {"after": after, "last": last, "today": today, "scope": job.scope.value, "subject": job.subject_id}
