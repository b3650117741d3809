"""The sweep: takes duties whose day has come, writes the merged messages and announces them, in one transaction.

A duty that is done or waived is not taken, and a withdrawn one once, to say so: the claim looks at it under its lock.
What is done is taken where a leader remarked on it.
As the picture comes from events, the sweep waits when the heartbeat through them is old: what looks open may have been
done since.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping, Sequence

from services.notifications.reminding import digest, queries, store
from services.notifications.reminding.digest import Lines, Words
from services.notifications.reminding.policy import ONE_DAY, Occasion, Stage, next_day_after, occasions_on
from services.notifications.reminding.store import Claimed
from shared.clock import day_of
from shared.database import Cursor
from shared.delivery import outbox
from shared.events import ReminderSent
from shared.light import OPEN_STATES, State

log = logging.getLogger(__name__)

# Longer than the relay's tick takes to come here, or a sweep would speak of duties that were done a moment ago.
FRESH_FOR = dt.timedelta(seconds=60)


def remind(cur: Cursor, now: dt.datetime, *, limit: int) -> int:
    """Deal with up to `limit` duties and return how many; fewer than `limit` means that none is left for now."""
    if not is_fresh(cur, now):
        return 0
    today = day_of(now)
    claimed = store.claim_duties_to_remind(cur, today, limit=limit)
    if not claimed:
        return 0
    people = queries.recipients_of_units(cur, sorted({duty.unit_id for duty in claimed}))
    words = _words(cur, claimed, people)
    lines = _lines(cur, claimed, people, words, now)
    if lines:
        units = {duty.duty_id: duty.unit_id for duty in claimed}
        write(cur, digest.by_person(lines, units, people), now, words)
    store.set_next_days(cur, {duty.duty_id: _next_day(duty, people, today) for duty in claimed})
    return len(claimed)


def is_fresh(cur: Cursor, now: dt.datetime) -> bool:
    """Whether what is known of the duties is as new as the heartbeat that came with it must be."""
    ticked_at = queries.heartbeat_at(cur)
    if ticked_at is not None and now - ticked_at <= FRESH_FOR:
        return True
    # Before the first heartbeat the system is starting, which is no fault.
    level = logging.WARNING if ticked_at else logging.INFO
    log.log(level, "reminders wait for events", extra={"heartbeat_at": ticked_at.isoformat() if ticked_at else None})
    return False


def _words(cur: Cursor, claimed: Sequence[Claimed], people: Mapping[int, list[int]]) -> Words:
    """What was said of the duties and is to be told; where nobody is there to be told, it goes on waiting."""
    words: Words = {}
    told = [duty.duty_id for duty in claimed if duty.unit_id in people and not duty.is_closed]
    for one in store.take_words(cur, told):
        words.setdefault(one.duty_id, {})[one.stage] = one.words
    return words


def _lines(
    cur: Cursor, claimed: Sequence[Claimed], people: Mapping[int, list[int]], words: Words, now: dt.datetime
) -> Lines:
    """What is to be said now and was not said before."""
    today = day_of(now)
    occasions = [
        (duty.duty_id, occasion)
        for duty in claimed
        if duty.unit_id in people and not duty.is_closed
        for occasion in occasions_on(duty.state, duty.due_on, today, answer=_answer(duty), is_paused=duty.is_paused)
    ]
    recorded = store.record_reminders(cur, occasions, now) if occasions else []
    spoken = [(duty_id, stage) for duty_id, said in words.items() for stage in said]
    return digest.merge([*recorded, *spoken])


def _answer(duty: Claimed) -> Occasion | None:
    return Occasion(Stage(duty.answer), duty.answered_on) if duty.answer and duty.answered_on else None


def write(cur: Cursor, lines: Mapping[int, Lines], now: dt.datetime, words: Words | None = None) -> None:
    """Write the lines of each person into the message of the day, with the words on their duties, and announce them."""
    messages = store.open_messages(cur, list(lines), now, day=day_of(now))
    store.add_lines(
        cur,
        [(messages[person_id], duty_id, stage) for person_id, own in lines.items() for duty_id, stage in own.items()],
        words or {},
    )
    outbox.add(
        cur,
        [
            ReminderSent(messages[person_id], person_id, now, stages)
            for person_id, own in lines.items()
            for stages in digest.chunks(own)
        ],
    )
    log.info("reminders written", extra={"people": len(lines), "lines": sum(map(len, lines.values()))})


def _next_day(duty: Claimed, people: Mapping[int, list[int]], today: dt.date) -> dt.date | None:
    if duty.is_closed or duty.state is State.WITHDRAWN:
        return None
    is_done = duty.state not in OPEN_STATES
    if duty.unit_id not in people:
        # Nobody was told, so nothing is used up: tomorrow there may be somebody.
        return today + ONE_DAY
    if duty.is_paused or is_done:
        return None
    return next_day_after(duty.due_on, today)
