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

from services.notifications.policies import queries as policy_queries
from services.notifications.policies.rules import Policies, Scope, StageRule
from services.notifications.reminding import digest, queries, sparing, stages, store
from services.notifications.reminding.digest import Lines, Words
from services.notifications.reminding.policy import DATED, ONE_DAY, Occasion, Stage, next_day_after, occasions_on
from services.notifications.reminding.readers import Readers, by_reader
from services.notifications.reminding.stages import Due
from services.notifications.reminding.store import Claimed, Line
from shared.clock import day_of
from shared.database import Cursor
from shared.delivery import outbox
from shared.events import ReminderSent
from shared.light import OPEN_STATES, State
from shared.text import Text

log = logging.getLogger(__name__)

# Longer than the relay's tick takes to come here, or a sweep would speak of duties that were done a moment ago.
FRESH_SECONDS = 60.0
# The words of a stage, and whether mail says them, too.
OfStage = tuple[Text, frozenset[str]]


def remind(cur: Cursor, now: dt.datetime, *, limit: int) -> int:
    """Deal with up to `limit` duties and return how many; fewer than `limit` means that none is left for now."""
    if not is_fresh(queries.picture_age(cur)):
        return 0
    today = day_of(now)
    claimed = store.claim_duties_to_remind(cur, today, limit=limit)
    if not claimed:
        return 0
    readers = queries.readers(cur, sorted({duty.unit_id for duty in claimed}))
    policies = policy_queries.policies(cur, today)
    things = {duty.duty_id: _due(duty, policies) for duty in claimed}
    words = _words(cur, claimed, readers)
    occasions = [
        (duty.duty_id, occasion)
        for duty in claimed
        for occasion in _occasions(duty, things[duty.duty_id], readers, today)
    ]
    rules = stages.rules_of(occasions, things)
    recorded = store.record_reminders(cur, occasions, now) if occasions else []
    spoken = [(duty_id, stage) for duty_id, own in words.items() for stage in own]
    said = sparing.spare(cur, recorded, things, rules, today, spoken=spoken)
    lines = by_reader(stages.told(said, things, rules, readers, today))
    if lines:
        of_stages = {one: _of_stage(things[one], rule, today) for one, rule in rules.items()}
        write(cur, lines, now, words, of_stages=of_stages)
    store.set_next_days(cur, {duty.duty_id: _next_day(duty, things[duty.duty_id], readers, today) for duty in claimed})
    return len(claimed)


def is_fresh(age: float | None) -> bool:
    """Whether a picture of this age is new enough to speak of.

    Below zero it is of a database whose clock was set back since the heartbeat came: the next one says more.
    """
    if age is not None and 0 <= age <= FRESH_SECONDS:
        return True
    # Before the first heartbeat the system is starting, which is no fault.
    level = logging.INFO if age is None else logging.WARNING
    log.log(level, "reminders wait for events", extra={"age_seconds": age})
    return False


def _due(duty: Claimed, policies: Policies) -> Due:
    return Due(
        Scope.CHECKLIST,
        duty.duty_id,
        duty.checklist_id,
        duty.unit_id,
        duty.due_on,
        policies.of_checklist(duty.checklist_id),
        places={"unit": duty.unit, "item": duty.item, "period": duty.period},
        standing=duty.slips,
    )


def _of_stage(thing: Due, rule: StageRule, today: dt.date) -> OfStage:
    return stages.words_on(thing, rule, today), rule.channels


def _words(cur: Cursor, claimed: Sequence[Claimed], readers: Readers) -> Words:
    """What was said of the duties and is to be told; where nobody is there to be told, it goes on waiting."""
    words: Words = {}
    told = [duty.duty_id for duty in claimed if readers.of_unit(duty.unit_id) and not duty.is_closed]
    for one in store.take_words(cur, told):
        words.setdefault(one.duty_id, {})[one.stage] = one.words
    return words


def _occasions(duty: Claimed, thing: Due, readers: Readers, today: dt.date) -> list[Occasion]:
    """What there is to say now, said before or not."""
    if duty.is_closed:
        return []
    answer = Occasion(Stage(duty.answer), duty.answered_on) if duty.answer and duty.answered_on else None
    found = occasions_on(duty.state, duty.due_on, today, answer=answer, is_paused=duty.is_paused, policy=thing.policy)
    return stages.reaching(found, thing, readers)


def write(
    cur: Cursor,
    lines: Mapping[int, Lines],
    now: dt.datetime,
    words: Words | None = None,
    *,
    of_stages: Mapping[int, OfStage] | None = None,
) -> None:
    """Write the lines of each person into the message of the day, with the words on their duties, and announce them.

    `of_stages` is by duty what a dated stage says of it, and by which channels, too.
    """
    messages = store.open_messages(cur, list(lines), now, day=day_of(now))
    told = [(messages[person_id], *line) for person_id, own in lines.items() for line in own.items()]
    store.add_lines(cur, [as_line(*line, of_stages or {}) for line in told], words or {})
    outbox.add(
        cur,
        [
            ReminderSent(messages[person_id], person_id, now, pieces)
            for person_id, own in lines.items()
            for pieces in digest.chunks(own)
        ],
    )
    log.info("reminders written", extra={"people": len(lines), "lines": sum(map(len, lines.values()))})


def as_line(message_id: int, subject_id: int, stage: Stage, of_stages: Mapping[int, OfStage]) -> Line:
    """The line of a message; only a dated stage has words of a policy."""
    if stage not in DATED or subject_id not in of_stages:
        return Line(message_id, subject_id, stage)
    words, channels = of_stages[subject_id]
    return Line(message_id, subject_id, stage, words, channels)


def _next_day(duty: Claimed, thing: Due, readers: Readers, today: dt.date) -> dt.date | None:
    if duty.is_closed or duty.state is State.WITHDRAWN:
        return None
    if not readers.of_unit(duty.unit_id):
        # What is for the unit alone is not used up, but for a slip: tomorrow there may be somebody.
        return today + ONE_DAY
    if duty.is_paused or duty.state not in OPEN_STATES:
        return None
    return next_day_after(duty.due_on, today, thing.policy)
