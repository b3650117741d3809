"""What the stage of a policy says of one thing on a day: to whom, in which words, whether by mail, or nothing. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.notifications.policies.rules import Policy, Scope, StageRule, filled
from services.notifications.reminding.policy import DATED, URGENCY, Occasion, Stage, days_from
from services.notifications.reminding.readers import Readers, Told
from services.notifications.silences.rules import Silence, covering
from services.notifications.slips.rules import Slip, slip_of
from shared.provisional import mark_of
from shared.text import Text


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is due, a duty or a report, as far as its words name it, and the policy that holds for it.

    `owner_id` is its checklist or its report, `standing` how many slips stand on it.
    """

    kind: Scope
    subject_id: int
    owner_id: int | None
    unit_id: int
    due_on: dt.date
    policy: Policy
    places: Mapping[str, str] = field(default_factory=dict)
    standing: int = 0


def reaching(found: Iterable[Occasion], thing: Due, readers: Readers) -> list[Occasion]:
    """Those of which anybody is told, or with which a slip comes; the others wait, unused, for somebody to come.

    A unit without anybody does not keep what it owes from going up.
    """
    if readers.of_unit(thing.unit_id):
        return list(found)
    return [one for one in found if one.offset is not None and _goes_up(thing, one.offset, readers)]


def rules_of(occasions: Iterable[tuple[int, Occasion]], things: Mapping[int, Due]) -> dict[int, StageRule]:
    """The stage of each thing that has a dated occasion."""
    return {
        subject_id: things[subject_id].policy.at(occasion.offset, things[subject_id].standing)
        for subject_id, occasion in occasions
        if occasion.offset is not None
    }


def silenced(
    recorded: Iterable[tuple[int, Stage]], things: Mapping[int, Due], silences: Sequence[Silence], today: dt.date
) -> dict[tuple[int, Stage], tuple[Stage, int]]:
    """The dated stages that are not said: as what they would have been, and the silence that keeps them."""
    found: dict[tuple[int, Stage], tuple[Stage, int]] = {}
    for subject_id, stage in recorded:
        thing, shown = things[subject_id], _shown(things[subject_id], stage, today)
        if shown in DATED:
            because = covering(silences, thing.kind, thing.owner_id, thing.unit_id, stage=shown, day=today)
            if because is not None:
                found[subject_id, stage] = shown, because
    return found


def issued(said: Sequence[tuple[int, Stage]], things: Mapping[int, Due], rules: Mapping[int, StageRule]) -> list[Slip]:
    """The slips that come with what is said.

    None comes with an answer or with words of somebody, which the line says in its place: the next day of the policy
    issues it.
    """
    more_urgent = {subject_id for subject_id, stage in said if URGENCY[stage] > URGENCY[Stage.OVERDUE]}
    found = (
        (things[subject_id], rules[subject_id])
        for subject_id, stage in said
        if stage in DATED and subject_id not in more_urgent
    )
    return [
        slip_of(thing.kind, thing.subject_id, thing.unit_id, thing.due_on, standing=thing.standing, rule=rule)
        for thing, rule in found
        if rule.slip
    ]


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
        shown = _shown(thing, stage, today)
        found.append((subject_id, shown, _people(thing, shown, rules, readers)))
    return found


def words_on(thing: Due, rule: StageRule, today: dt.date) -> Text:
    """The words of the stage, with their places filled as of `today`; a due date that may still move says so."""
    mark = mark_of(thing.due_on)
    values = {"days": str(days_from(thing.due_on, today)), **thing.places}
    zh, en = ({"due": f"{thing.due_on.isoformat()}{one}", **values} for one in (mark.zh, mark.en))
    words = Text(filled(rule.words, zh).zh, filled(rule.words, en).en)
    return Text(f"【{rule.slip.zh}】{words.zh}", f"{rule.slip.en}: {words.en}") if rule.slip else words


def _shown(thing: Due, stage: Stage, today: dt.date) -> Stage:
    return Stage.OVERDUE if stage is Stage.DUE_SOON and thing.due_on < today else stage


def _goes_up(thing: Due, offset: int, readers: Readers) -> bool:
    rule = thing.policy.at(offset, thing.standing)
    return rule.slip is not None or bool(readers.of(thing.unit_id, rule.audience))


def _people(thing: Due, stage: Stage, rules: Mapping[int, StageRule], readers: Readers) -> Sequence[int]:
    if stage in DATED and thing.subject_id in rules:
        return readers.of(thing.unit_id, rules[thing.subject_id].audience)
    return readers.of_unit(thing.unit_id)
