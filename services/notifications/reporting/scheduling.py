"""The sweep over reports: takes submissions whose day has come and writes them into the day's merged message.

What a unit owes of figures and what it owes of duties stand in one message. A submission that is in is not taken: the
claim looks at it under its lock. After the lock day nobody is reminded: only an exception lets the unit go on, and who
grants it tells the unit.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping

from services.notifications.policies import queries as policy_queries
from services.notifications.policies.rules import Policies, Scope
from services.notifications.reminding import queries as reminding_queries
from services.notifications.reminding import sparing, stages
from services.notifications.reminding import store as messages_store
from services.notifications.reminding.digest import Lines
from services.notifications.reminding.policy import ONE_DAY, Occasion, Stage, next_day_after, occasions
from services.notifications.reminding.readers import Readers, by_reader
from services.notifications.reminding.scheduling import OfStage, as_line, is_fresh
from services.notifications.reminding.stages import Due
from services.notifications.reporting import store
from services.notifications.reporting.store import Claimed
from shared.clock import day_of
from shared.database import Cursor

log = logging.getLogger(__name__)

NOT_BEGUN = "open"


def remind(cur: Cursor, now: dt.datetime, *, limit: int) -> int:
    """Deal with up to `limit` submissions and return how many; fewer means that none is left for now.

    It waits while the heartbeat of stats is old: what looks open may have come in since.
    """
    if not is_fresh(reminding_queries.picture_age(cur, table="stats_heartbeat")):
        return 0
    today = day_of(now)
    claimed = store.claim_submissions(cur, today, limit=limit)
    if not claimed:
        return 0
    readers = reminding_queries.readers(cur, sorted({submission.unit_id for submission in claimed}))
    policies = policy_queries.policies(cur, today)
    things = {submission.submission_id: _due(submission, policies) for submission in claimed}
    found = [
        (submission.submission_id, occasion)
        for submission in claimed
        if today <= submission.lock_on
        for occasion in _occasions(submission, things[submission.submission_id], readers, today)
    ]
    rules = stages.rules_of(found, things)
    recorded = store.record_reminders(cur, found, now) if found else []
    spoken = sparing.spare(cur, recorded, things, rules, today)
    if lines := by_reader(stages.told(spoken, things, rules, readers, today)):
        said = {one: (stages.words_on(things[one], rule, today), rule.channels) for one, rule in rules.items()}
        _write(cur, lines, now, said)
    store.set_next_days(
        cur,
        {one.submission_id: _next_day(one, things[one.submission_id], readers, today) for one in claimed},
    )
    return len(claimed)


def _due(submission: Claimed, policies: Policies) -> Due:
    return Due(
        Scope.REPORT,
        submission.submission_id,
        submission.report_id,
        submission.unit_id,
        submission.due_on,
        policies.of_report(submission.report_id),
        places={"unit": submission.unit, "item": submission.report_name, "period": submission.period},
        standing=submission.slips,
    )


def _occasions(submission: Claimed, thing: Due, readers: Readers, today: dt.date) -> list[Occasion]:
    """A correction is never late, what it corrects was in before: only that it was returned is told."""
    returned = _returned(submission)
    if submission.is_correction:
        return stages.reaching([returned] if returned else [], thing, readers)
    is_new = submission.state == NOT_BEGUN
    found = occasions(submission.due_on, today, is_new=is_new, answer=returned, policy=thing.policy)
    return stages.reaching(found, thing, readers)


def _returned(submission: Claimed) -> Occasion | None:
    return Occasion(Stage.RETURNED, submission.returned_on) if submission.returned_on else None


def _write(cur: Cursor, lines: Mapping[int, Lines], now: dt.datetime, of_stages: Mapping[int, OfStage]) -> None:
    messages = messages_store.open_messages(cur, list(lines), now, day=day_of(now))
    told = [(messages[person_id], *line) for person_id, own in lines.items() for line in own.items()]
    store.add_lines(cur, [as_line(*line, of_stages) for line in told])
    log.info("reminders of reports written", extra={"people": len(lines), "lines": sum(map(len, lines.values()))})


def _next_day(submission: Claimed, thing: Due, readers: Readers, today: dt.date) -> dt.date | None:
    if not readers.of_unit(submission.unit_id):
        # What is for the unit alone is not used up, but for a slip: tomorrow there may be somebody.
        return today + ONE_DAY if today < submission.lock_on else None
    if submission.is_correction:
        return None
    following = next_day_after(submission.due_on, today, thing.policy)
    return following if following is not None and following <= submission.lock_on else None
