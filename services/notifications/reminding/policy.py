"""When a duty or a report is reminded of: at once when issued and when the lead bureau answered, and on the days that
the policy in force makes of its due date.

Only what is said at once may fall on a day off, as the issuing and the answer may. A slot names one occasion, so that
it is used once. Of stages that were missed only the latest is said.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from services.notifications.policies.rules import DEFAULT, Policy
from shared.light import OPEN_STATES, State
from shared.workdays import add_workdays, is_workday, kept_by_calendar, next_workday, workdays_between

ONE_DAY = dt.timedelta(days=1)
# The slot of what happens once in a duty's life, whatever its dates.
ONCE = dt.date(1970, 1, 1)
# A dated slot lies this many days and the offset after the due date. So it stays the same when the calendar of working
# days changes, is another when the due date moves, and none of the days that the release before wrote down.
SLOT_OF_OFFSET = dt.timedelta(days=-1000)


class Stage(StrEnum):
    """From the least to the most urgent."""

    ISSUED = "issued"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"
    URGED = "urged"
    REMARKED = "remarked"
    ASKED = "asked"
    TAKEN_ON = "taken_on"
    ANSWERED = "answered"
    REFUSED = "refused"
    EXTENDED = "extended"
    NOT_EXTENDED = "not_extended"
    RETURNED = "returned"


# Words that somebody says beside what the lead bureau answers: they stand in the line of the duty, whatever its stage.
SPOKEN = (Stage.URGED, Stage.REMARKED)
URGENCY = {stage: place for place, stage in enumerate(Stage)}
# What somebody is late with or was asked for by name; nobody chooses not to hear of it.
URGENT = frozenset({Stage.OVERDUE, Stage.URGED, Stage.RETURNED, Stage.REMARKED})
# Those that the policy makes of the due date.
DATED = frozenset({Stage.DUE_SOON, Stage.OVERDUE})


@dataclass(frozen=True, slots=True)
class Occasion:
    """One reason to write about a duty. Only a new answer of the same day uses the same stage and slot again.

    `offset` is of a dated one: how many working days after the due date it was due to be said.
    """

    stage: Stage
    slot: dt.date
    offset: int | None = None


def occasions_on(
    state: State,
    due_on: dt.date,
    today: dt.date,
    *,
    answer: Occasion | None = None,
    is_paused: bool = False,
    policy: Policy = DEFAULT,
) -> list[Occasion]:
    """What there is to say today of an open duty in `state`, whether or not it was said before.

    `answer` is the lead bureau's newest one, with the day on which it was given. Of a duty that was withdrawn, or whose
    clock is paused, nothing else is said, and of what is done or does not apply nothing at all.
    """
    if state is not State.WITHDRAWN and state not in OPEN_STATES:
        return []
    if state is State.WITHDRAWN or is_paused:
        return [answer] if answer is not None else []
    return occasions(due_on, today, is_new=state is State.ISSUED, answer=answer, policy=policy)


def occasions(
    due_on: dt.date, today: dt.date, *, is_new: bool, answer: Occasion | None = None, policy: Policy = DEFAULT
) -> list[Occasion]:
    """The same of anything that is due: `is_new` as long as nobody has begun with it."""
    found = [Occasion(Stage.ISSUED, ONCE)] if is_new else []
    if answer is not None:
        found.append(answer)
    dated = _dated_occasion(policy, due_on, today)
    if dated is not None and is_workday(today):
        found.append(dated)
    return found


@kept_by_calendar(maxsize=4096)
def next_day_after(due_on: dt.date, today: dt.date, policy: Policy = DEFAULT) -> dt.date | None:
    """The first day after `today` on which there will be something to say of a duty due on `due_on`.

    None when nothing follows any more.
    """
    if not is_workday(today) and newest_offset(policy, due_on, today) is not None:
        return next_workday(today + ONE_DAY)
    return first_day_from(policy, due_on, today + ONE_DAY)


def replanned(due_on: dt.date, remind_on: dt.date | None, today: dt.date, policy: Policy) -> dt.date | None:
    """The day instead of `remind_on`, which lies after `today` or is none, once another policy or calendar holds.

    What waits for the next working day, as nobody was there or it was a day off, goes on waiting for it. A stage that
    the new policy has and that has passed is not made up for: nobody gets all of them in one message.
    """
    following = first_day_from(policy, due_on, today)
    if remind_on is None or remind_on > next_workday(today + ONE_DAY):
        return following
    return remind_on if following is None else min(remind_on, following)


@kept_by_calendar(maxsize=4096)
def first_day_from(policy: Policy, due_on: dt.date, day: dt.date) -> dt.date | None:
    """The first day of a stage that is `day` or later."""
    for stage in policy.stages:
        if (found := stage_day(due_on, stage.offset)) >= day:
            return found
    if policy.again is None:
        return None
    last = policy.stages[-1].offset
    # The newest round that can lie before `day`; from there on it is a step or two.
    rounds = max((_reached(due_on, day) - last) // policy.again.offset, 1)
    while (found := stage_day(due_on, last + rounds * policy.again.offset)) < day:
        rounds += 1
    return found


@kept_by_calendar(maxsize=4096)
def newest_offset(policy: Policy, due_on: dt.date, today: dt.date) -> int | None:
    """The offset of the latest stage whose day has come; None before the first."""
    newest = None
    for stage in policy.stages:
        if stage_day(due_on, stage.offset) > today:
            return newest
        newest = stage.offset
    if policy.again is None or newest is None:
        return newest
    passed = max(_reached(due_on, today) - newest, 0)
    return newest + passed // policy.again.offset * policy.again.offset


@kept_by_calendar(maxsize=4096)
def stage_day(due_on: dt.date, offset: int) -> dt.date:
    """The working day that lies `offset` of them after the due date; the last one before a due date on a day off."""
    if offset == 0 and not is_workday(due_on):
        return add_workdays(due_on, -1)
    return add_workdays(due_on, offset)


def _reached(due_on: dt.date, day: dt.date) -> int:
    """The largest offset whose day is not after `day`: the other way round than `stage_day`."""
    offset = workdays_between(due_on, day)
    # Before a due date on a day off, 0 and -1 have the same working day.
    return offset - 1 if offset < 0 and not is_workday(due_on) else offset


def days_from(due_on: dt.date, today: dt.date) -> int:
    """How many working days are left or have passed: what the words of a stage count."""
    return abs(workdays_between(today, due_on))


@kept_by_calendar(maxsize=4096)
def _dated_occasion(policy: Policy, due_on: dt.date, today: dt.date) -> Occasion | None:
    offset = newest_offset(policy, due_on, today)
    if offset is None:
        return None
    stage = Stage.DUE_SOON if offset <= 0 else Stage.OVERDUE
    return Occasion(stage, due_on + SLOT_OF_OFFSET + offset * ONE_DAY, offset)
