"""What the stage of a policy says of one thing on a day: to whom, in which words, and whether by mail. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.notifications.policies.rules import Policy, StageRule, filled
from services.notifications.reminding.policy import DATED, Occasion, Stage, days_from
from services.notifications.reminding.readers import Readers, Told
from shared.text import Text


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is due, a duty or a report, as far as its words name it, and the policy that holds for it."""

    subject_id: int
    unit_id: int
    due_on: dt.date
    policy: Policy
    places: Mapping[str, str] = field(default_factory=dict)


def rules_of(occasions: Iterable[tuple[int, Occasion]], things: Mapping[int, Due]) -> dict[int, StageRule]:
    """The stage of each thing that has a dated occasion."""
    return {
        subject_id: things[subject_id].policy.at(occasion.offset)
        for subject_id, occasion in occasions
        if occasion.offset is not None
    }


def told(
    recorded: Iterable[tuple[int, Stage]],
    things: Mapping[int, Due],
    rules: Mapping[int, StageRule],
    readers: Readers,
    today: dt.date,
) -> list[Told]:
    """To whom each is told: a dated stage to those whom its policy names, everything else to the unit.

    Of what has passed its due date nobody is told that it is due soon, where the sweep was away on the day for that.
    """
    found: list[Told] = []
    for subject_id, stage in recorded:
        thing = things[subject_id]
        shown = Stage.OVERDUE if stage is Stage.DUE_SOON and thing.due_on < today else stage
        found.append((subject_id, shown, _people(thing, shown, rules, readers)))
    return found


def words_on(thing: Due, rule: StageRule, today: dt.date) -> Text:
    """The words of the stage, with their places filled as of `today`."""
    values = {"due": thing.due_on.isoformat(), "days": str(days_from(thing.due_on, today)), **thing.places}
    return filled(rule.words, values)


def _people(thing: Due, stage: Stage, rules: Mapping[int, StageRule], readers: Readers) -> Sequence[int]:
    if stage in DATED and thing.subject_id in rules:
        return readers.of(thing.unit_id, rules[thing.subject_id].audience)
    return readers.of_unit(thing.unit_id)
