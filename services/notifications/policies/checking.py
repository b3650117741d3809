"""Whether a policy can be kept: a sentence in both languages for each thing that cannot."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from services.notifications.policies.rules import BEYOND_THE_UNIT, OF_THE_UNIT, PLACE, PLACES, Policy, StageRule
from shared.text import Text

FARTHEST = 60
# Less often, and what is late is forgotten between two reminders.
SELDOMMEST = 20
MOST_STAGES = 12
LONGEST_WORDS = 100
MOST_SLIPS = 3
LONGEST_NAME = 20


def complaints(policy: Policy, effective_from: dt.date, today: dt.date) -> dict[str, Text]:
    """What is wrong, by field: `effective_from`, `stages`, or `stage_<place>` from 1, and `again`."""
    found: dict[str, Text] = {}
    if effective_from < today:
        found["effective_from"] = Text("生效日期不能早于今天。", "It cannot take effect before today.")
    if wrong := _of_order([stage.offset for stage in policy.stages]) or _of_slips(policy):
        found["stages"] = wrong
    for place, stage in enumerate(policy.stages, 1):
        if wrong := _of_offset(stage.offset) or _of_stage(stage) or _of_slip(stage):
            found[f"stage_{place}"] = wrong
    if policy.again is not None and (wrong := _of_again(policy.again)):
        found["again"] = wrong
    return found


def _of_order(offsets: list[int]) -> Text | None:
    if not offsets:
        return Text("至少要有一个提醒阶段。", "There must be at least one stage.")
    if len(offsets) > MOST_STAGES:
        return Text(f"提醒阶段最多 {MOST_STAGES} 个。", f"There can be at most {MOST_STAGES} stages.")
    if any(earlier >= later for earlier, later in pairwise(offsets)):
        return Text(
            "提醒阶段应从早到晚排列，同一天只能有一个。",
            "Stages go from the earliest to the latest, with one at most on a day.",
        )
    return None


def _of_slips(policy: Policy) -> Text | None:
    if len(policy.slips) > MOST_SLIPS or (policy.again and policy.again.slip):
        return Text(
            f"提醒单最多 {MOST_SLIPS} 级，重复提醒不能是提醒单。",
            f"There can be at most {MOST_SLIPS} slips, and what is repeated is none.",
        )
    names = [stage.slip for stage in policy.slips]
    if len({name.zh for name in names if name}) < len(names):
        return Text("各级提醒单的名称不能相同。", "Slips must differ in name.")
    return None


def _of_slip(stage: StageRule) -> Text | None:
    if stage.slip is None:
        return None
    if not all(0 < len(name.strip()) <= LONGEST_NAME for name in (stage.slip.zh, stage.slip.en)):
        return Text(
            f"提醒单要有中文和英文名称，各不超过 {LONGEST_NAME} 字。",
            f"A slip has a name in Chinese and in English, {LONGEST_NAME} signs at most.",
        )
    if not stage.audience & OF_THE_UNIT:
        return Text(
            "提醒单也要发给责任单位：请选填报员或分管领导。",
            "A slip goes to the unit, too: please choose its staff or its head.",
        )
    return None


def _of_offset(offset: int) -> Text | None:
    if abs(offset) > FARTHEST:
        return Text(
            f"提醒时间应在时限前后 {FARTHEST} 个工作日以内。",
            f"A stage lies within {FARTHEST} working days of the due date.",
        )
    return None


def _of_again(again: StageRule) -> Text | None:
    if not 1 <= again.offset <= SELDOMMEST:
        return Text(
            f"重复提醒的间隔应在 1 到 {SELDOMMEST} 个工作日之间。",
            f"What is repeated comes after 1 to {SELDOMMEST} working days.",
        )
    return _of_stage(again)


def _of_stage(stage: StageRule) -> Text | None:
    if not stage.audience:
        return Text("请至少选一类提醒对象。", "Please choose at least one audience.")
    names = {language: set(_places(words)) for language, words in (("zh", stage.words.zh), ("en", stage.words.en))}
    if unknown := sorted((names["zh"] | names["en"]) - set(PLACES)):
        return Text(
            f"用语里的“{{{unknown[0]}}}”无法识别，可用的有：{{单位}}、{{事项}}、{{期次}}、{{时限}}、{{天数}}。",
            f"The words have {{{unknown[0]}}}, which means nothing here. There are {{unit}}, {{item}}, {{period}}, "
            "{due} and {days}.",
        )
    for text in (stage.words.zh, stage.words.en):
        if not text.strip() or len(text) > LONGEST_WORDS or set("{}") & set(PLACE.sub("", text)):
            return Text(
                f"请填写中文和英文用语，各不超过 {LONGEST_WORDS} 字，花括号要成对。",
                f"Please enter words in Chinese and in English, {LONGEST_WORDS} signs at most, with braces in pairs.",
            )
    if stage.audience & BEYOND_THE_UNIT and not all("unit" in _meant(found) for found in names.values()):
        return Text(
            "发给牵头单位或领导小组的，中英文用语里都要有单位：{单位}、{unit}。",
            "What goes to the lead bureau or the leadership group names the unit in both languages: {单位}, {unit}.",
        )
    return None


def _places(words: str) -> list[str]:
    return [found.strip() for found in PLACE.findall(words)]


def _meant(names: set[str]) -> set[str]:
    return {PLACES[name] for name in names if name in PLACES}
