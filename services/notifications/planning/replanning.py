"""Planning anew, bit by bit, what waits for a stage: by another policy, another calendar, or other rules of lights.

What moves a single due date, such as an extension, has its duty looked at by the next sweep; see `reminding.listening`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache

from services.notifications.planning import store
from services.notifications.planning.store import Job, Planned
from services.notifications.policies import queries
from services.notifications.policies import store as policy_store
from services.notifications.policies.rules import Policy, Scope
from services.notifications.reminding import store as duty_store
from services.notifications.reminding.policy import ONE_DAY, replanned
from services.notifications.reporting import store as report_store
from shared import light_rules, light_tables
from shared.clock import day_of
from shared.database import Cursor
from shared.events import Received
from shared.workdays import in_force, is_announced, is_workday


def replan(cur: Cursor, now: dt.datetime, *, limit: int) -> int:
    """Look at up to `limit` duties and as many submissions; return `limit` as long as there is more to do, else 0."""
    today = day_of(now)
    calendar, versions = fingerprint_of_calendar(today.year), store.calendar_versions(cur)
    if store.see_calendar(cur, f"{calendar} {versions}" if versions else calendar, now):
        policy_store.plan_anew(cur, Scope.ALL, 0, from_day=today)
    job = store.lock_job(cur, today)
    if job is None:
        return 0
    policies = queries.policies(cur, today)
    duties = store.last_duty(cur, job.duties_after, limit)
    submissions = store.last_submission(cur, job.submissions_after, limit)
    if duties is None and submissions is None:
        store.finish(cur, job)
        return limit
    if duties is not None:
        moved = _moved(store.lock_duties(cur, job, duties, today), policies.of_checklist, today)
        duty_store.set_next_days(cur, moved)
    if submissions is not None:
        moved = _moved(store.lock_submissions(cur, job, submissions, today), policies.of_report, today)
        report_store.set_next_days(cur, moved)
    _go_on(cur, job, duties, submissions)
    return limit


def follow_lights(cur: Cursor, events: Sequence[Received]) -> None:
    """Take over the rules of lights among `events`: the usual policy is another one from the days of theirs on."""
    taken = light_tables.apply(cur, events)
    for day in light_rules.changed_days(*taken) if taken else ():
        policy_store.plan_anew(cur, Scope.ALL, 0, from_day=day)


def fingerprint_of_calendar(year: int) -> str:
    """What tells one calendar of working days from another, for `year` and the two beside it: that in force."""
    return _fingerprint(in_force().fingerprint, year)


@lru_cache(maxsize=16)
def _fingerprint(_calendar: str, year: int) -> str:
    first = dt.date(year - 1, 1, 1)
    days = (first + offset * ONE_DAY for offset in range(3 * 366))
    worked = "".join(str(int(is_workday(day))) for day in days)
    announced = "".join(str(int(is_announced(one))) for one in (year - 1, year, year + 1))
    return hashlib.sha256(f"{year} {announced} {worked}".encode()).hexdigest()


def _go_on(cur: Cursor, job: Job, duties: int | None, submissions: int | None) -> None:
    store.set_progress(
        cur,
        job,
        duties_after=job.duties_after if duties is None else duties,
        submissions_after=job.submissions_after if submissions is None else submissions,
    )


def _moved(
    found: list[Planned], policy_of: Callable[[int | None], Policy], today: dt.date
) -> dict[int, dt.date | None]:
    """The days that are others now; none after that on which the last may be said."""
    days = {one.id: replanned(one.due_on, one.remind_on, today, policy_of(one.subject_id)) for one in found}
    for one in found:
        day = days[one.id]
        if day is not None and one.until is not None and day > one.until:
            days[one.id] = None
    return {one.id: days[one.id] for one in found if days[one.id] != one.remind_on}
