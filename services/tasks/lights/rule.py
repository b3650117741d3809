"""What versions of the rule of lights make together, and which further one may be saved. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum

from services.tasks.lights.records import SavedRule
from shared.light_rules import LightRule, LightRules
from shared.text import Text

# Later the calendar of working days is not known, and nobody remembers it.
FARTHEST = dt.timedelta(days=366)

IN_THE_PAST = Text(
    "生效日期不能早于今天：过去的日子按当时的规则显示，不能再改。请改为今天或以后。",
    "It cannot take effect before today: days that are over keep the lights they had. Please choose today or later.",
)
TOO_FAR = Text("生效日期最远定到一年以后。", "It can take effect within a year at most.")
IN_FORCE_ALREADY = Text(
    "已经生效的规则不能撤回；需要改的，请另定一条从今天或以后生效的规则。",
    "A rule that has taken effect cannot be taken back. Please save another one from today on or later.",
)
NOT_PLANNED = Text(
    "没有定在这一天生效的规则，可能已被别人撤回，请刷新页面核对。",
    "No rule is planned for that day; somebody may have taken it back. Please reload the page.",
)


class Standing(StrEnum):
    """What became of a version by a day."""

    PLANNED = "planned"
    IN_FORCE = "in_force"
    OVER = "over"
    REPLACED = "replaced"
    TAKEN_BACK = "taken_back"
    TAKES_BACK = "takes_back"


def rules_of(saved: Sequence[SavedRule]) -> LightRules:
    """What holds from when, by all versions in the order in which they were saved."""
    return LightRules.of(
        LightRule(one.from_day, one.workdays) for one in _newest(saved).values() if one.workdays is not None
    )


def standings(saved: Sequence[SavedRule], today: dt.date) -> dict[int, Standing]:
    """What became of each version by `today`, by its number."""
    newest = _newest(saved)
    begun = [one.from_day for one in newest.values() if one.workdays is not None and one.from_day <= today]
    in_force = max(begun, default=None)
    return {one.version: _standing(one, newest[one.from_day], in_force, today) for one in saved}


def complaints(rules: LightRules, wanted: LightRule, today: dt.date) -> dict[str, Text]:
    """Why a version cannot be saved on `today`, by field; empty where it can."""
    if wanted.from_day < today:
        return {"from_day": IN_THE_PAST}
    if wanted.from_day > today + FARTHEST:
        return {"from_day": TOO_FAR}
    if rules.with_version(wanted) == rules or _says_nothing_new(rules, wanted):
        return {"workdays": _same(wanted.workdays)}
    return {}


def complain_of_taking_back(rules: LightRules, from_day: dt.date, today: dt.date) -> Text | None:
    """Why what is planned for a day cannot be taken back; None where it can."""
    if all(one.from_day != from_day for one in rules.versions):
        return NOT_PLANNED
    return IN_FORCE_ALREADY if from_day <= today else None


def _says_nothing_new(rules: LightRules, wanted: LightRule) -> bool:
    """Whether the day has no version and the number holds there anyway."""
    has_one = any(one.from_day == wanted.from_day for one in rules.versions)
    return not has_one and rules.on(wanted.from_day) == wanted.workdays


def _same(workdays: int) -> Text:
    return Text(
        f"那天本来就是提前 {workdays} 个工作日，没有要改的。请改天数或生效日期。",
        f"It is {workdays} on that day as it is; there is nothing to change. Please choose another number or day.",
    )


def _newest(saved: Sequence[SavedRule]) -> dict[dt.date, SavedRule]:
    return {one.from_day: one for one in sorted(saved, key=lambda one: one.version)}


def _standing(one: SavedRule, newest: SavedRule, in_force: dt.date | None, today: dt.date) -> Standing:
    if one.workdays is None:
        return Standing.TAKES_BACK
    if newest.version != one.version:
        return Standing.TAKEN_BACK if newest.workdays is None else Standing.REPLACED
    if one.from_day > today:
        return Standing.PLANNED
    return Standing.IN_FORCE if one.from_day == in_force else Standing.OVER
