"""What a reminder policy is: how many working days before or after a due date is spoken, to whom, and in which words.

An offset counts working days from the due date: -3 is three before, 0 the due date, 1 the first one after it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from shared import light_rules
from shared.accounts import MAIL, OUTSIDE
from shared.text import Text


class Scope(StrEnum):
    """What a policy is for: everything that has none of its own, one checklist, or one report."""

    ALL = "all"
    CHECKLIST = "checklist"
    REPORT = "report"


class Audience(StrEnum):
    """Who is told: posts of the unit that owes, or those that watch over all units."""

    POST = "post"
    HEAD = "head"
    LEAD = "lead"
    LEADERS = "leaders"


# To whom words without the unit's name mean nothing.
BEYOND_THE_UNIT = frozenset({Audience.LEAD, Audience.LEADERS})
ALL_CHANNELS = frozenset(OUTSIDE)
OF_THE_UNIT = frozenset({Audience.POST, Audience.HEAD})


@dataclass(frozen=True, slots=True)
class StageRule:
    """One stage: its offset in working days, or in the stage that comes again, after how many it does.

    `channels` are the ways out of the house by which it is told, too. One with the name of a `slip` is a step of
    escalation: it is taken only after the one before it.
    """

    offset: int
    audience: frozenset[Audience]
    channels: frozenset[str]
    words: Text
    slip: Text | None = None

    @property
    def by_mail(self) -> bool:
        """What the release before knows of the channels."""
        return MAIL in self.channels


@dataclass(frozen=True, slots=True)
class Policy:
    """Stages in the order of their offsets; `again` follows the last one every `again.offset` working days."""

    stages: tuple[StageRule, ...]
    again: StageRule | None

    @property
    def slips(self) -> tuple[StageRule, ...]:
        """The steps of escalation, from the first to the last."""
        return tuple(stage for stage in self.stages if stage.slip)

    def at(self, offset: int, standing: int = 0) -> StageRule:
        """What is said at an offset, where as many slips are `standing`.

        The next slip once its day has come, and not the one behind it, however late it is: the unit shall have had
        the time between the two to give a reason. Otherwise the stage of the offset, or the one that comes again.
        """
        following = self.slips[standing : standing + 1]
        if following and following[0].offset <= offset:
            return following[0]
        found = next((stage for stage in self.stages if stage.offset == offset), self.again) or self.stages[-1]
        return replace(found, slip=None) if found.slip else found


@dataclass(frozen=True, slots=True)
class Version:
    """A policy from a day on; None is that of everything again."""

    number: int
    effective_from: dt.date
    policy: Policy | None


def _usual(offset: int, zh: str, en: str) -> StageRule:
    return StageRule(offset, OF_THE_UNIT, channels=ALL_CHANNELS, words=Text(zh, en))


def _slip(offset: int, name: Text, *beyond: Audience) -> StageRule:
    words = Text(
        "{单位}已逾期 {天数} 个工作日，请办结或说明原因",
        "{unit}: {days} working days late. Please finish it or say why",
    )
    return StageRule(offset, OF_THE_UNIT | set(beyond), channels=ALL_CHANNELS, words=words, slip=name)


# A week before to plan the work, and a few days before to finish it.
PLANS, FINISHES = 7, 3
# Where the light turns earlier than a working week before, that is early enough to plan.
EARLY = 5


@cache
def usual(due_soon: int) -> Policy:
    """What holds where nobody has saved anything, while a duty is due soon within so many working days.

    Two stages before the due date, one of them on the day on which its light turns; the day itself; then while it is
    still easily put right, and from then on once a week of work, which is felt and still read. What is not even
    explained by then goes up step by step, as inspection offices do it: a slip, a warning to the lead bureau, one to
    the leadership group.
    """
    plan, finish = (due_soon, FINISHES) if due_soon > EARLY else (PLANS, due_soon)
    return Policy(
        stages=(
            _usual(-plan, "还有 {天数} 个工作日，请安排办理", "Working days left: {days}. Please plan for it"),
            _usual(-finish, "还有 {天数} 个工作日，请抓紧办理", "Working days left: {days}. Please finish it"),
            _usual(0, "完成时限 {时限}，请按时办结", "It is due on {due}. Please finish it in time"),
            _usual(1, "已过完成时限，请尽快办结；有困难请上报", "It is late. Please finish it, or report a difficulty"),
            _slip(3, Text("蓝色提醒单", "Blue slip")),
            _slip(8, Text("黄色预警单", "Yellow slip"), Audience.LEAD),
            _slip(13, Text("红色督办单", "Red slip"), Audience.LEAD, Audience.LEADERS),
        ),
        again=_usual(5, "已逾期 {天数} 个工作日，请尽快办结", "Working days late: {days}. Please finish it"),
    )


DEFAULT = usual(light_rules.USUAL)

# The places of the words, by their names in both languages.
PLACES: Mapping[str, str] = {
    "单位": "unit",
    "事项": "item",
    "期次": "period",
    "时限": "due",
    "天数": "days",
    "unit": "unit",
    "item": "item",
    "period": "period",
    "due": "due",
    "days": "days",
}
PLACE = re.compile(r"\{([^{}]*)\}")


def filled(words: Text, values: Mapping[str, str]) -> Text:
    """The words with their places filled; `values` by the English names, an unknown place stays as it is."""

    def fill(found: re.Match[str]) -> str:
        return values.get(PLACES.get(found[1].strip(), ""), found[0])

    return Text(PLACE.sub(fill, words.zh), PLACE.sub(fill, words.en))


def in_force(versions: list[Version], day: dt.date) -> Version | None:
    """The version of one scope that holds on `day`: the newest of those that have begun.

    What was saved later holds from its day on, also where an earlier one had named a later day.
    """
    begun = [version for version in versions if version.effective_from <= day]
    return max(begun, key=lambda version: version.number, default=None)


@dataclass(frozen=True, slots=True)
class Policies:
    """The policies of all scopes on one day, and what holds where none of them does."""

    of_scope: Mapping[tuple[Scope, int], Policy]
    usual: Policy = DEFAULT

    def of_checklist(self, checklist_id: int | None) -> Policy:
        """That of a checklist, or of everything."""
        return self._of(Scope.CHECKLIST, checklist_id or 0)

    def of_report(self, report_id: int | None) -> Policy:
        """That of a report, or of everything; of a round that was heard of before its report, of everything."""
        return self._of(Scope.REPORT, report_id or 0)

    def _of(self, scope: Scope, subject_id: int) -> Policy:
        return self.of_scope.get((scope, subject_id)) or self.of_scope.get((Scope.ALL, 0)) or self.usual


def policies_on(versions: Mapping[tuple[Scope, int], list[Version]], day: dt.date) -> Policies:
    """What holds on `day`, where the versions of each scope are these."""
    found = {key: in_force(of_one, day) for key, of_one in versions.items()}
    return Policies(
        {key: one.policy for key, one in found.items() if one is not None and one.policy is not None},
        usual(light_rules.in_force().on(day)),
    )
