"""The papers of a meeting as official paper: what is on the agenda in words, the whole of it in tables behind.

Written in Chinese, whatever the language of the page: it is laid before a meeting.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from services.portal import economy_sentences, filters, words
from services.portal.meeting_agenda import Agenda, EconomyLine, Followed, by_item
from shared.paper.parts import Annex, Column, Paper, Paragraph, Role, laid_out, list_of
from shared.provisional import clause_of, mark_of

# So many points of a part stand in the text; the rest is in its table.
IN_TEXT = 10
# And so many units of one item.
MOST_NAMED = 12
NUMBERS = "一二三四五六七"
NOTHING = "–"
INVENTED = "目标和经济数据里有示例数据，均为虚构。"

BLOCKERS = (
    Column("单位", 24),
    Column("事项", 38),
    Column("困难", 42),
    Column("请谁协调", 24),
    Column("已上报天数", 14, is_number=True),
    Column("状态", 14),
)
OVERDUE = (Column("事项", 66), Column("单位", 36), Column("期次", 22), Column("完成时限", 32))
TARGETS = (Column("目标", 38), Column("状态", 18), Column("现在", 24, is_number=True), Column("说明", 76))
ECONOMY = (
    Column("项目", 40),
    Column("年度", 16),
    Column("数值", 40, is_number=True),
    Column("比上年", 20, is_number=True),
    Column("来源", 40),
)
FOLLOWED = (Column("议定事项", 66), Column("责任单位", 36), Column("完成时限", 26), Column("办理情况", 28))
DECISIONS = (Column("议定事项", 56), Column("责任单位", 36), Column("完成时限", 26), Column("针对", 38))


def paper_of(meeting: Mapping[str, Any], agenda: Agenda) -> Paper:
    """The whole of it."""
    held_on = dt.date.fromisoformat(meeting["held_on"])
    tables = tuple(_tables(meeting, agenda))
    issuer = meeting["made_by"]["unit"] or ""
    return Paper(
        title=f"{meeting['title']}材料",
        author=issuer,
        day=held_on,
        paragraphs=tuple(_paragraphs(meeting, agenda, tables, issuer=issuer, held_on=held_on)),
        tables=tables,
    )


def sections(meeting: Mapping[str, Any], agenda: Agenda) -> list[tuple[str, list[str]]]:
    """Each part of the agenda by its heading, with what the text says of it."""
    return [
        ("需要协调的困难", _blockers(agenda)),
        ("逾期未完成的责任", _overdue(agenda)),
        ("有风险的目标", _targets(agenda)),
        ("经济与就业", _economy(agenda)),
        ("上次会议议定事项的办理情况", _former(agenda)),
        ("本次会议议定的事项", _decided(meeting)),
    ]


def _paragraphs(
    meeting: Mapping[str, Any], agenda: Agenda, tables: Sequence[Annex], *, issuer: str, held_on: dt.date
) -> Iterator[Paragraph]:
    parts = sections(meeting, agenda)
    yield Paragraph(Role.TITLE, f"{meeting['title']}材料")
    yield Paragraph(Role.BODY, _about(agenda, held_on))
    yield laid_out("一、会议议程")
    for number, (heading, _lines) in enumerate(parts, 1):
        yield laid_out(f"{number}. {heading}")
    for sign, (heading, lines) in zip(NUMBERS[1:], parts, strict=True):
        yield laid_out(f"{sign}、{heading}")
        yield from map(laid_out, lines)
    if tables:
        yield from list_of(tables)
    if issuer:
        yield Paragraph(Role.ISSUER, issuer)
    yield Paragraph(Role.DATED, _day(held_on.isoformat()))


def _about(agenda: Agenda, held_on: dt.date) -> str:
    lists = "、".join(f"《{title}》" for title in agenda.checklists) or "尚无清单下发"
    until = f"截至{_day(agenda.day)}当天结束时" if agenda.is_over else f"目前（{_day(agenda.day)}）"
    missing = f"{'、'.join(agenda.unknown)}在这一天还没有记录。" if agenda.unknown else ""
    return (
        f"会议日期：{_day(held_on.isoformat())}。材料按{until}的记录汇总，涉及清单：{lists}。"
        f"{missing}{INVENTED if agenda.is_invented else ''}"
    )


def _blockers(agenda: Agenda) -> list[str]:
    none, some = "没有需要协调的困难。", "需要协调的困难{n}项："
    return _listed(agenda.blockers, _blocker, none, some, total=agenda.blockers_total)


def _listed(
    rows: Sequence[Any], say: Callable[[Any], str], none: str, some: str, *, total: int | None = None
) -> list[str]:
    """One sentence for nothing; else how many there are, the first of them, and where the rest stands.

    `total` is how many there are where not all of them are among `rows`.
    """
    if not rows:
        return [none]
    number = total if total is not None else len(rows)
    rest = [f"其余{number - IN_TEXT}项见附件。"] if number > IN_TEXT else []
    return [some.format(n=number), *(f"{place}. {say(row)}" for place, row in enumerate(rows[:IN_TEXT], 1)), *rest]


def _blocker(one: Mapping[str, Any]) -> str:
    state = str(filters.name_of(words.DIFFICULTY_STATES, one["state"]))
    asked = one["asked_unit"] or "牵头单位"
    since = f"已上报{one['days']}天" if one["days"] else "今天上报"
    return (
        f"{one['unit']['name']}：{one['item']}。困难：{_sentence(one['reason'])}请{asked}协调，{since}，"
        f"{state}，完成时限{_due_day(one['due_on'])}。"
    )


def _overdue(agenda: Agenda) -> list[str]:
    """Several units that are late with one item stand on one line."""
    if not agenda.overdue:
        return ["没有逾期未完成的责任。"]
    told = by_item(agenda.overdue)[:IN_TEXT]
    left = agenda.overdue_total - sum(map(len, told))
    rest = [f"其余{left}项见附件。"] if left else []
    lines = [f"{place}. {_late(several)}" for place, several in enumerate(told, 1)]
    return [f"逾期未完成的责任{agenda.overdue_total}项，逾期最久的在前：", *lines, *rest]


def _late(several: Sequence[Mapping[str, Any]]) -> str:
    first, units = several[0], "、".join(one["unit"] for one in several[:MOST_NAMED])
    more = f"等{len(several)}个单位" if len(several) > MOST_NAMED else ""
    return f"{_item(first)}，完成时限{_due_day(first['due_on'])}：{units}{more}。"


def _targets(agenda: Agenda) -> list[str]:
    none = "没有欠进度或者难以完成的目标。" if agenda.targets_total else "还没有设定目标。"
    some = f"目标{agenda.targets_total}个，其中有风险的{{n}}个："
    return _listed(agenda.targets, _target, none, some)


def _target(one: Mapping[str, Any]) -> str:
    likely = one["likely"]["zh"] if one["likely"] else ""
    named = f"{one['indicator']['name']}（{words.TARGET_STANDINGS[one['standing']]}）"
    return f"{named}：{_sentence(one['why']['zh'])}{likely}"


def _economy(agenda: Agenda) -> list[str]:
    if not agenda.economy:
        return ["还没有经济数据。"]
    return [*agenda.economy_sentences, f"各项数据和来源共{len(agenda.economy)}项，见附件。"]


def _former(agenda: Agenda) -> list[str]:
    if agenda.former is None:
        return ["这是第一次会议，以前没有议定事项。"]
    told = f"{agenda.former['title']}"
    return _listed(agenda.followed, _became, f"{told}没有议定事项。", f"{told}议定{{n}}项：")


def _became(one: Followed) -> str:
    return f"{one.decision['text']}（{_units(one.decision)}，{_due(one.decision)}）：{_states(one)}。"


def _decided(meeting: Mapping[str, Any]) -> list[str]:
    return _listed(meeting["decisions"], _decision, "会议还没有议定事项。", "议定{n}项：")


def _decision(one: Mapping[str, Any]) -> str:
    return f"{one['text']}（{_units(one)}，{_due(one)}）。"


def _states(one: Followed) -> str:
    if not one.duties:
        return "还没有下发"
    named = len(one.duties) > 1
    told = (f"{duty['unit'] if named else ''}{duty['light_word']['zh']}" for duty in one.duties)
    return "、".join(told)


def _tables(meeting: Mapping[str, Any], agenda: Agenda) -> Iterator[Annex]:
    blocked = _cut("需要协调的困难", agenda.blockers, agenda.blockers_total)
    late = _cut("逾期未完成的责任", agenda.overdue, agenda.overdue_total)
    found = (
        Annex("需要协调的困难", BLOCKERS, tuple(map(_blocker_row, agenda.blockers)), note=blocked),
        Annex("逾期未完成的责任", OVERDUE, tuple(map(_late_row, agenda.overdue)), note=late),
        Annex("有风险的目标", TARGETS, tuple(map(_target_row, agenda.targets))),
        Annex("经济与就业数据", ECONOMY, tuple(map(_economy_row, agenda.economy))),
        Annex("上次会议议定事项的办理情况", FOLLOWED, tuple(map(_followed_row, agenda.followed))),
        Annex("本次会议议定的事项", DECISIONS, tuple(map(_decision_row, meeting["decisions"]))),
    )
    return (table for table in found if table.rows)


def _cut(part: str, rows: Sequence[Any], total: int) -> str:
    return f"{part}共{total}项，本表列前{len(rows)}项。" if total > len(rows) else ""


def _blocker_row(one: Mapping[str, Any]) -> tuple[str, ...]:
    state = str(filters.name_of(words.DIFFICULTY_STATES, one["state"]))
    return one["unit"]["name"], one["item"], one["reason"], one["asked_unit"] or "牵头单位", str(one["days"]), state


def _late_row(one: Mapping[str, Any]) -> tuple[str, ...]:
    return one["item"], one["unit"], filters.period(one["period"]), _dated(one["due_on"])


def _target_row(one: Mapping[str, Any]) -> tuple[str, ...]:
    now = (
        NOTHING if one["reached"] is None else f"{filters.figure(one['reached'])}{one['indicator']['unit_of_measure']}"
    )
    told = (one["why"], one["likely"], *one["notes"])
    why = "".join(said["zh"] for said in told if said)
    return one["indicator"]["name"], str(words.TARGET_STANDINGS[one["standing"]]), now, why


def _economy_row(one: EconomyLine) -> tuple[str, ...]:
    growth = NOTHING if one.growth is None else economy_sentences.percent(one.growth)
    period = f"（{filters.period(one.source_period)}）" if one.source_period else ""
    source = f"{one.source}{period}" if one.source else "单位报送"
    return str(one.name["zh"]), f"{one.year}年", f"{filters.figure(one.value)}{one.measure}", growth, source


def _followed_row(one: Followed) -> tuple[str, ...]:
    return one.decision["text"], _units(one.decision), _dated(one.decision["due_on"]), _states(one)


def _decision_row(one: Mapping[str, Any]) -> tuple[str, ...]:
    return one["text"], _units(one), _dated(one["due_on"]), one["about"]


def _item(one: Mapping[str, Any]) -> str:
    return f"{one['item']}（{filters.period(one['period'])}）" if len(one["period"]) > len("2026") else str(one["item"])


def _units(one: Mapping[str, Any]) -> str:
    return "、".join(one["units"]) or NOTHING


def _due(one: Mapping[str, Any]) -> str:
    if not one["due_on"]:
        return "没有时限"
    return f"{_day(one['due_on'])}前{clause_of(dt.date.fromisoformat(one['due_on']))}"


def _due_day(iso: str) -> str:
    """The day of a due date, with the mark where it may still move."""
    return f"{_day(iso)}{mark_of(dt.date.fromisoformat(iso)).zh}"


def _dated(iso: str | None) -> str:
    """The same in a table."""
    return f"{iso}{mark_of(dt.date.fromisoformat(iso)).zh}" if iso else NOTHING


def _day(iso: str) -> str:
    day = dt.date.fromisoformat(iso)
    return f"{day.year}年{day.month}月{day.day}日"


def _sentence(text: str) -> str:
    """The text on one line, with a full stop behind it."""
    line = " ".join(text.split())
    return line if line.endswith(("。", "！", "？", "；")) else f"{line}。"
