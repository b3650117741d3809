"""The sweep over reports: takes submissions whose day has come and writes them into the day's merged message.

What a unit owes of figures and what it owes of duties stand in one message. A submission that is in is not taken: the
claim looks at it under its lock. After the lock day nobody is reminded: only an exception lets the unit go on, and who
grants it tells the unit.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping, Sequence

from services.notifications.reminding import digest
from services.notifications.reminding import queries as reminding_queries
from services.notifications.reminding import store as messages_store
from services.notifications.reminding.digest import Lines
from services.notifications.reminding.policy import ONE_DAY, Occasion, Stage, next_day_after, occasions
from services.notifications.reminding.scheduling import FRESH_FOR
from services.notifications.reporting import queries, store
from services.notifications.reporting.store import Claimed
from shared.clock import day_of
from shared.database import Cursor

log = logging.getLogger(__name__)

NOT_BEGUN = "open"


def remind(cur: Cursor, now: dt.datetime, *, limit: int) -> int:
    """Deal with up to `limit` submissions and return how many; fewer means that none is left for now.

    It waits while the heartbeat of stats is old: what looks open may have come in since.
    """
    ticked_at = queries.heartbeat_at(cur)
    if ticked_at is None or now - ticked_at > FRESH_FOR:
        return 0
    today = day_of(now)
    claimed = store.claim_submissions(cur, today, limit=limit)
    if not claimed:
        return 0
    people = reminding_queries.recipients_of_units(cur, sorted({submission.unit_id for submission in claimed}))
    lines = _lines(cur, claimed, people, now)
    if lines:
        units = {submission.submission_id: submission.unit_id for submission in claimed}
        _write(cur, digest.by_person(lines, units, people), now)
    store.set_next_days(cur, {found.submission_id: _next_day(found, people, today) for found in claimed})
    return len(claimed)


def _lines(cur: Cursor, claimed: Sequence[Claimed], people: Mapping[int, list[int]], now: dt.datetime) -> Lines:
    today = day_of(now)
    found = [
        (submission.submission_id, occasion)
        for submission in claimed
        if submission.unit_id in people and today <= submission.lock_on
        for occasion in _occasions(submission, today)
    ]
    return digest.merge(store.record_reminders(cur, found, now)) if found else {}


def _occasions(submission: Claimed, today: dt.date) -> list[Occasion]:
    """A correction is never late, what it corrects was in before: only that it was returned is told."""
    returned = _returned(submission)
    if submission.is_correction:
        return [returned] if returned else []
    return occasions(submission.due_on, today, is_new=submission.state == NOT_BEGUN, answer=returned)


def _returned(submission: Claimed) -> Occasion | None:
    return Occasion(Stage.RETURNED, submission.returned_on) if submission.returned_on else None


def _write(cur: Cursor, lines: Mapping[int, Lines], now: dt.datetime) -> None:
    messages = messages_store.open_messages(cur, list(lines), now, day=day_of(now))
    store.add_lines(
        cur,
        [
            (messages[person_id], submission_id, stage)
            for person_id, own in lines.items()
            for submission_id, stage in own.items()
        ],
    )
    log.info("reminders of reports written", extra={"people": len(lines), "lines": sum(map(len, lines.values()))})


def _next_day(submission: Claimed, people: Mapping[int, list[int]], today: dt.date) -> dt.date | None:
    if submission.unit_id not in people:
        # Nobody was told, so nothing is used up: tomorrow there may be somebody.
        return today + ONE_DAY if today < submission.lock_on else None
    if submission.is_correction:
        return None
    following = next_day_after(submission.due_on, today)
    return following if following <= submission.lock_on else None
