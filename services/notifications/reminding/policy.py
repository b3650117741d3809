"""When a duty or a report is reminded of: at once when issued, three working days before it is due, on the first
working day after, then every five working days; and at once what the lead bureau answered.

Only what is said at once may fall on a day off, as the issuing and the answer may. A slot names one occasion, so that
it is used once.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from shared.light import DUE_SOON_WORKDAYS, OPEN_STATES, State
from shared.workdays import add_workdays, is_workday, next_workday, workdays_between

# A week of work: often enough to be felt, seldom enough to be read.
OVERDUE_EVERY_WORKDAYS = 5
ONE_DAY = dt.timedelta(days=1)
# The slot of what happens once in a duty's life, whatever its dates.
ONCE = dt.date(1970, 1, 1)


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


@dataclass(frozen=True, slots=True)
class Occasion:
    """One reason to write about a duty. Only a new answer of the same day uses the same stage and slot again."""

    stage: Stage
    slot: dt.date


def occasions_on(
    state: State, due_on: dt.date, today: dt.date, *, answer: Occasion | None = None, is_paused: bool = False
) -> list[Occasion]:
    """What there is to say today of an open duty in `state`, whether or not it was said before.

    `answer` is the lead bureau's newest one, with the day on which it was given. Of a duty that was withdrawn, or whose
    clock is paused, nothing else is said, and of what is done or does not apply nothing at all.
    """
    if state is not State.WITHDRAWN and state not in OPEN_STATES:
        return []
    if state is State.WITHDRAWN or is_paused:
        return [answer] if answer is not None else []
    return occasions(due_on, today, is_new=state is State.ISSUED, answer=answer)


def occasions(due_on: dt.date, today: dt.date, *, is_new: bool, answer: Occasion | None = None) -> list[Occasion]:
    """The same of anything that is due: `is_new` as long as nobody has begun with it."""
    found = [Occasion(Stage.ISSUED, ONCE)] if is_new else []
    if answer is not None:
        found.append(answer)
    dated = _dated_occasion(due_on, today)
    if dated is not None and is_workday(today):
        found.append(dated)
    return found


@lru_cache(maxsize=4096)
def next_day_after(due_on: dt.date, today: dt.date) -> dt.date:
    """The first day after `today` on which there will be something to say of a duty due on `due_on`."""
    soon, late = _soon_from(due_on), _late_from(due_on)
    tomorrow = today + ONE_DAY
    if not is_workday(today) and _dated_occasion(due_on, today) is not None:
        return next_workday(tomorrow)
    if today < soon:
        return soon
    if today < late:
        return late
    return add_workdays(_overdue_slot(due_on, today), OVERDUE_EVERY_WORKDAYS)


@lru_cache(maxsize=4096)
def _dated_occasion(due_on: dt.date, today: dt.date) -> Occasion | None:
    if _soon_from(due_on) <= today <= due_on:
        return Occasion(Stage.DUE_SOON, due_on)
    if today >= _late_from(due_on):
        return Occasion(Stage.OVERDUE, _overdue_slot(due_on, today))
    return None


def _soon_from(due_on: dt.date) -> dt.date:
    return add_workdays(due_on, -DUE_SOON_WORKDAYS)


def _late_from(due_on: dt.date) -> dt.date:
    return next_workday(due_on + ONE_DAY)


def _overdue_slot(due_on: dt.date, today: dt.date) -> dt.date:
    """The newest overdue day up to `today`; when some were missed, only this one is still worth a message."""
    first = _late_from(due_on)
    rounds = workdays_between(first, today) // OVERDUE_EVERY_WORKDAYS
    return add_workdays(first, rounds * OVERDUE_EVERY_WORKDAYS)
