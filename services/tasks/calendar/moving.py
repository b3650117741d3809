"""The step by which due dates follow another calendar; each is a transaction of its own."""

from __future__ import annotations

import datetime as dt
import logging

from services.tasks.calendar import queries, store
from services.tasks.calendar.following import due_on_of, kept_on
from services.tasks.calendar.records import Job, Moved
from shared import clock
from shared.database import Cursor
from shared.workdays import is_settled, next_workday

log = logging.getLogger(__name__)

# The rows of a step are locked until its commit, and a unit that marks one of them done waits so long.
PER_STEP = 500
WORDS = "放假安排调整："


def move_a_chunk(cur: Cursor) -> bool:
    """Let the next duties follow; False when there is nothing to do.

    Whatever was moved stays so when it is gone over again: the day is counted from what was written.
    """
    job = queries.open_job(cur)
    if job is None:
        return False
    if job.duties_after == 0:
        _move_periods(cur, job)
    found = queries.candidates(cur, job, PER_STEP)
    if not found:
        store.finish_pass(cur, job)
        log.info("due dates follow the calendar", extra={"move": job.id, "is_again": job.is_again})
        return True
    today = clock.today()
    days = {one.id: due_on_of(one, today) for one in found}
    kept = {one.id: kept_on(one, today) for one in found}
    moved = {
        one.id: Moved(days[one.id], not is_settled(days[one.id]), kept[one.id])
        for one in found
        if days[one.id] != one.due_on
    }
    if moved:
        store.move_duties(cur, job, moved, WORDS + job.reason)
    if staying := {one: day for one, day in kept.items() if day is not None and one not in moved}:
        store.keep_days(cur, staying)
    store.set_progress(cur, job, duties_after=found[-1].id, moved=len(moved))
    return True


def _move_periods(cur: Cursor, job: Job) -> None:
    """Duties that are still being made get the dates of now at once."""
    periods = [
        one._replace(due_on=due_on, is_provisional=not is_settled(one.written_due_on, due_on))
        for one in queries.unfinished_periods(cur, job)
        if (due_on := next_workday(one.written_due_on)) != one.due_on
    ]
    if periods:
        store.move_periods(cur, periods)


def span_around(today: dt.date) -> tuple[dt.date, dt.date]:
    """The days for which due dates may be written that a calendar of another release moves."""
    return dt.date(today.year - 1, 12, 1), dt.date(today.year + 3, 12, 31)
