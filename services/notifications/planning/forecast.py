"""The dry run: what the sweep would tell whom on the days to come, if nothing changes meanwhile. Pure.

It looks at each thing on the days on which the sweep would, by the functions by which the sweep does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from services.notifications.policies.rules import Policies, Policy, Scope
from services.notifications.reminding import stages
from services.notifications.reminding.policy import (
    DATED,
    ONE_DAY,
    Occasion,
    Stage,
    next_day_after,
    occasions_on,
    replanned,
)
from services.notifications.reminding.readers import Readers, by_reader
from services.notifications.reminding.stages import Due
from services.notifications.silences.rules import Silence
from shared.light import State
from shared.text import Text


@dataclass(frozen=True, slots=True)
class Waiting:
    """A duty or a report that the sweep will look at on `remind_on`, or when a policy comes into force.

    `subject_id` is its checklist or its report, `standing` how many slips stand on it, `said` the occasions that were
    used; nothing is said after `until`.
    """

    kind: Scope
    id: int
    subject_id: int | None
    unit_id: int
    due_on: dt.date
    remind_on: dt.date | None
    state: State
    answer: Occasion | None = None
    until: dt.date | None = None
    standing: int = 0
    said: frozenset[tuple[Stage, dt.date]] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Change:
    """That the days of a scope are planned anew on a day."""

    day: dt.date
    scope: Scope
    subject_id: int

    def touches(self, one: Waiting) -> bool:
        """Whether it moves the day of `one`."""
        return self.scope is Scope.ALL or (self.scope, self.subject_id) == (one.kind, one.subject_id)


@dataclass(frozen=True, slots=True)
class Foretold:
    """One line of one person's message of a day, or one that a silence keeps out of it.

    `offset` is of a dated stage, `slip` the name of the one that it issues, and `channels` those by which it leaves the
    house, None for all of them.
    """

    day: dt.date
    person_id: int
    thing: Waiting
    stage: Stage
    offset: int | None
    slip: Text | None = None
    is_silenced: bool = False
    channels: frozenset[str] | None = None


@dataclass(slots=True)
class _Used:
    """What the days before have used up of one thing."""

    said: set[tuple[Stage, dt.date]]
    standing: int


def foretell(
    one: Waiting,
    days: tuple[dt.date, dt.date],
    policies_on: Callable[[dt.date], Policies],
    changes: Sequence[Change],
    readers: Readers,
    *,
    silences: Sequence[Silence] = (),
) -> Iterator[Foretold]:
    """What is told of `one` from the first to the last of `days`, in the order of days and people."""
    today, last = days
    ahead = sorted({max(change.day, today) for change in changes if change.touches(one)})
    look = max(one.remind_on, today) if one.remind_on else None
    used = _Used(set(one.said), one.standing)
    while look is not None or ahead:
        if ahead and (look is None or ahead[0] <= look):
            look = _moved(one, look, ahead.pop(0), policies_on)
            continue
        if look is None or look > last:
            return
        policy = _policy(one, policies_on(look))
        yield from _told(one, look, policy, used, readers, silences=silences)
        look = _next(one, look, policy, readers)


def _told(
    one: Waiting, day: dt.date, policy: Policy, used: _Used, readers: Readers, *, silences: Sequence[Silence]
) -> Iterator[Foretold]:
    """The lines of the day, whose occasions and slips are used up."""
    if one.until is not None and day > one.until:
        return
    found = occasions_on(one.state, one.due_on, day, answer=one.answer, policy=policy)
    thing = Due(one.kind, one.id, one.subject_id, one.unit_id, one.due_on, policy, standing=used.standing)
    reaching = stages.reaching(found, thing, readers)
    new = [occasion for occasion in reaching if (occasion.stage, occasion.slot) not in used.said]
    used.said |= {(occasion.stage, occasion.slot) for occasion in new}
    things, recorded = {one.id: thing}, [(one.id, occasion.stage) for occasion in new]
    rules = stages.rules_of([(one.id, occasion) for occasion in new], things)
    silenced = stages.silenced(recorded, things, silences, day)
    spoken = [line for line in recorded if line not in silenced]
    used.standing += len(stages.issued(spoken, things, rules))
    offsets = {occasion.stage: occasion.offset for occasion in new}
    for lines, is_silenced in ((spoken, False), (list(silenced), True)):
        for person_id, merged in by_reader(stages.told(lines, things, rules, readers, day)).items():
            stage = merged[one.id]
            offset = offsets.get(stage, offsets.get(Stage.DUE_SOON))
            slip = rules[one.id].slip if stage in DATED and not is_silenced else None
            channels = rules[one.id].channels if stage in DATED else None
            yield Foretold(day, person_id, one, stage, offset, slip, is_silenced, channels)


def _next(one: Waiting, day: dt.date, policy: Policy, readers: Readers) -> dt.date | None:
    if readers.of_unit(one.unit_id):
        return _within(one, next_day_after(one.due_on, day, policy))
    return _within(one, day + ONE_DAY)


def _moved(
    one: Waiting, look: dt.date | None, day: dt.date, policies_on: Callable[[dt.date], Policies]
) -> dt.date | None:
    if look == day:
        return look
    return _within(one, replanned(one.due_on, look, day, _policy(one, policies_on(day))))


def _within(one: Waiting, day: dt.date | None) -> dt.date | None:
    return None if day is None or (one.until is not None and day > one.until) else day


def _policy(one: Waiting, policies: Policies) -> Policy:
    if one.kind is Scope.REPORT:
        return policies.of_report(one.subject_id)
    return policies.of_checklist(one.subject_id or 0)
