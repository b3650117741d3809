"""The sentences of the questions that a notice leaves to a person, in Chinese and in English."""

from __future__ import annotations

from dataclasses import replace

from services.tasks.notices.draft import NamedAs, Question, QuestionKind
from shared.text import Text

_LONGEST_QUOTE = 120
# How a sentence says that a name is that of the lead.
_AS_LEAD = ("牵头单位", ", named as lead,")


def _question(kind: QuestionKind, where: str, quote: str, zh: str, en: str) -> Question:
    quote = quote if len(quote) <= _LONGEST_QUOTE else quote[: _LONGEST_QUOTE - 1] + "…"
    return Question(kind, where, quote, Text(zh, en))


def open_ended(where: str, quote: str) -> Question:
    """A list ends in 等: are there more?"""
    return _question(
        QuestionKind.OPEN_ENDED,
        where,
        quote,
        "名单以“等”结尾：还有哪些单位？没有其他单位时请确认名单完整。",
        "The list ends in “等” (and others): which other units belong to it? If none, confirm that it is complete.",
    )


def unfilled_group(where: str, name: str) -> Question:
    """A set such as 各行业主管部门 has no members yet: who belongs to it?"""
    return _question(
        QuestionKind.UNFILLED_GROUP,
        where,
        name,
        f"“{name}”没有说明包括哪些单位：请选定单位。",
        f"“{name}” does not say which units it means: choose them.",
    )


def unknown_unit(where: str, name: str, nearest: tuple[str, ...], role: NamedAs = NamedAs.RESPONSIBLE) -> Question:
    """A name is in no directory: whom does it mean? `role` is what it is named for."""
    as_zh, as_en = _AS_LEAD if role is NamedAs.LEAD else ("", "")
    maybe_zh = f"名称最接近的有：{'、'.join(nearest)}。" if nearest else ""
    maybe_en = f" The nearest names are {', '.join(nearest)}." if nearest else ""
    asked = _question(
        QuestionKind.UNKNOWN_UNIT,
        where,
        name,
        f"单位名录中没有{as_zh}“{name}”：请选择一个单位，或加入名录。{maybe_zh}",
        f"“{name}”{as_en} is not in the directory: choose a unit, or add it there.{maybe_en}",
    )
    return replace(asked, suggested=nearest, role=role)


def ambiguous_unit(where: str, text: str, names: tuple[str, ...], role: NamedAs = NamedAs.RESPONSIBLE) -> Question:
    """A name may mean several: which? `role` is what it is named for."""
    as_zh, as_en = _AS_LEAD if role is NamedAs.LEAD else ("", "")
    asked = _question(
        QuestionKind.AMBIGUOUS_UNIT,
        where,
        text,
        f"{as_zh}“{text}”可能指{'、'.join(names)}：请选择其中一个。",
        f"“{text}”{as_en} may mean {', '.join(names)}: choose one.",
    )
    return replace(asked, suggested=names, role=role)


def listed_twice(where: str, name: str) -> Question:
    """A unit stands in a list twice: is another one meant?"""
    return _question(
        QuestionKind.UNIT_LISTED_TWICE,
        where,
        name,
        f"“{name}”在同一名单中出现两次，已合并为一个：请确认是否漏写了另一个单位。",
        f"“{name}” is listed twice and was taken once: check whether another unit was meant.",
    )


def several_leads(where: str, names: tuple[str, ...]) -> Question:
    """More than one unit leads: which one does?"""
    return _question(
        QuestionKind.SEVERAL_LEADS,
        where,
        "、".join(names),
        f"写明的牵头单位有{len(names)}个，暂以{names[0]}为准：请确认由谁牵头。",
        f"{len(names)} units are named as leading; {names[0]} is proposed: confirm who leads.",
    )


def several_tails(where: str, quote: str) -> Question:
    """Who is responsible is said in more than one place: which holds?"""
    return _question(
        QuestionKind.SEVERAL_TAILS,
        where,
        quote,
        "本条有多处责任单位，已合并：请核对各任务由谁负责。",
        "Responsible units are given in several places here and were merged: check who answers for which task.",
    )


def applies_to_all(where: str, quote: str) -> Question:
    """It is said to hold for everything: does it?"""
    return _question(
        QuestionKind.APPLIES_TO_ALL,
        where,
        quote,
        "通知说明有的单位对多条举措都有责任而不再逐条列出：请给相关举措补上这些单位。",
        "Some units share several measures without being listed in each: add them to those measures.",
    )


def left_out_duty(quote: str, day: str) -> Question:
    """A sentence asks for something and stands in no measure: shall it be one? `day` is the one it names, or empty."""
    when_zh, when_en = (f"（时限：{day}）", f" (due {day})") if day else ("", "")
    return _question(
        QuestionKind.LEFT_OUT_DUTY,
        "areas",
        quote,
        f"这句话要求做一件事{when_zh}，但没有列为举措：需要的话，请在“对照通知原文”里把它设为举措。",
        f"This sentence asks for something{when_en} and is no measure: if it should be, make it one beside the notice.",
    )


def no_unit(where: str, title: str, mentioned: tuple[str, ...] = ()) -> Question:
    """Nobody is named: who does it? Perhaps those that the text mentions."""
    maybe_zh = f"正文提到{'、'.join(mentioned)}。" if mentioned else ""
    maybe_en = f" The text mentions {', '.join(mentioned)}." if mentioned else ""
    asked = _question(
        QuestionKind.NO_UNIT,
        where,
        title,
        f"没有写明责任单位：请选定单位。{maybe_zh}",
        f"No responsible unit is given: choose one.{maybe_en}",
    )
    return replace(asked, suggested=mentioned)


def units_above(question: Question, names: tuple[str, ...]) -> Question:
    """The question of a row of a table that names nobody, with whom the row above names."""
    if not names:
        return question
    zh, en = question.text.zh, question.text.en
    listed = "、".join(names)
    text = Text(f"{zh}上一行写的是{listed}。", f"{en} The row above names {', '.join(names)}.")
    return replace(question, text=text, suggested=tuple(dict.fromkeys((*question.suggested, *names))))


def only_mentioned(where: str, names: str) -> Question:
    """The text mentions units and says of nobody that they are responsible: are they?"""
    return _question(
        QuestionKind.NO_UNIT,
        where,
        names,
        f"没有专门写明责任单位，正文提到{names}，暂列为责任单位：请核对由谁负责。",
        f"Nobody is said to be responsible; the text mentions {names}, proposed for now: check who is.",
    )


def no_due(where: str, title: str) -> Question:
    """No date is named: when is it due?"""
    return _question(
        QuestionKind.NO_DUE,
        where,
        title,
        "没有写明完成时限：请填写日期、周期或“长期”。",
        "No due date is given: enter a date, a recurrence, or “continuous”.",
    )


_DUE_SENTENCES = {
    QuestionKind.IMPOSSIBLE_DUE: (
        "日历上没有“{}”这一天：请填写正确的日期。",
        "There is no such day as “{}”: enter the right date.",
    ),
    QuestionKind.PAST_DUE: (
        "时限“{}”已经过去：请填写新的日期或确认。",
        "The due date “{}” has passed: enter a new one or confirm.",
    ),
    QuestionKind.UNCLEAR_DUE: (
        "“{}”不能确定是哪一天：请填写日期或周期。",
        "“{}” does not tell which day is meant: enter a date or a recurrence.",
    ),
    QuestionKind.SEVERAL_DUES: (
        "写了多个时限（{}），暂取最后一个：请确认，或按任务分别填写。",
        "Several due dates are given ({}); the last is proposed: confirm, or set one for each task.",
    ),
}


def doubtful_due(kind: QuestionKind, where: str, quote: str) -> Question:
    """A date is impossible, past, unclear or one of several: which holds? KeyError for another kind."""
    zh, en = _DUE_SENTENCES[kind]
    return _question(kind, where, quote, zh.format(quote), en.format(quote))


def approximate_target(where: str, quote: str) -> Question:
    """A target is written with 左右: which value counts?"""
    return _question(
        QuestionKind.APPROXIMATE_TARGET,
        where,
        quote,
        "“左右”允许多大的偏差？请填写容许范围。",
        "“左右” (about): how far off still counts as reached? Enter the tolerance.",
    )


def trend_target(where: str, quote: str) -> Question:
    """A target says a direction and no value: which value counts?"""
    return _question(
        QuestionKind.TREND_TARGET,
        where,
        quote,
        "只写了变化方向，没有数值：请说明怎样才算达到，例如不低于上年。",
        "Only a direction is given, no figure: say what counts as reached, such as not below last year.",
    )
