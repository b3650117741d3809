"""The parts of a meeting's agenda as the sheets of a workbook, each with what it says where it holds nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.portal import economy_sentences, filters, words
from services.portal.list_files import CellKind, Column, Kind, Part
from services.portal.meeting_agenda import Agenda, EconomyLine, Followed
from services.portal.words_of_meetings import PARTS
from services.portal.working_days import MARK

# With as many decimals as each has.
NUMBER = CellKind("General", 16)


def source_of(one: EconomyLine) -> str:
    """Where a figure comes from, and of which period it is there."""
    if not one.source_period:
        return str(_("单位报送"))
    return str(_("%(source)s，%(period)s的数", source=one.source, period=filters.period(one.source_period)))


def state_of(one: Followed) -> str:
    """How far a decision is, in words; of several units each by name."""
    if not one.duties:
        return str(_("还没有下发"))
    named = len(one.duties) > 1
    told = (f"{duty['unit']} {filters.say(duty['light_word'])}" if named else _light(duty) for duty in one.duties)
    return str(_("、")).join(told)


def _light(duty: Mapping[str, Any]) -> str:
    rest = filters.rest(duty["brief"], duty["light_word"])
    return str(_("，")).join(filter(None, (filters.say(duty["light_word"]), rest)))


BLOCKERS = (
    Column(_l("状态"), lambda d: filters.name_of(words.DIFFICULTY_STATES, d["state"]), width=20),
    Column(_l("单位"), lambda d: d["unit"]["name"]),
    Column(_l("事项"), lambda d: d["item"], width=40),
    Column(_l("困难"), lambda d: d["reason"], width=50),
    Column(_l("请谁协调"), lambda d: d["asked_unit"] or _("牵头单位")),
    Column(_l("上报日"), lambda d: d["asked_on"], Kind.DAY),
    Column(_l("天数"), lambda d: d["days"], Kind.NUMBER),
    Column(_l("完成时限"), lambda d: d["due_on"], Kind.DUE, mark=MARK),
)
OVERDUE = (
    Column(_l("事项"), lambda d: d["item"], width=50),
    Column(_l("期次"), lambda d: filters.period(d["period"]), width=14),
    Column(_l("单位"), lambda d: d["unit"]),
    Column(_l("完成时限"), lambda d: d["due_on"], Kind.DUE, mark=MARK),
    Column(_l("说明"), lambda d: filters.rest(d["brief"], d["light_word"]), width=36),
)
TARGETS = (
    Column(_l("目标"), lambda t: t["indicator"]["name"], width=30),
    Column(_l("进度"), lambda t: filters.name_of(words.TARGET_STANDINGS, t["standing"]), width=14),
    Column(_l("现在"), lambda t: _number(t["reached"]), NUMBER),
    Column(_l("目标值"), lambda t: _number(t["value"]), NUMBER),
    Column(_l("计量单位"), lambda t: t["indicator"]["unit_of_measure"], width=12),
    Column(_l("完成可能"), lambda t: _number(t["likelihood"]), Kind.SHARE),
    Column(_l("说明"), lambda t: filters.say(t["why"]), width=60),
)
ECONOMY = (
    Column(_l("项目"), lambda e: filters.say(e.name), width=30),
    Column(_l("年度"), lambda e: e.year, Kind.NUMBER),
    Column(_l("数值"), lambda e: _number(e.value), NUMBER),
    Column(_l("计量单位"), lambda e: e.measure, width=12),
    Column(_l("比上年"), lambda e: economy_sentences.percent(e.growth), width=12),
    Column(_l("来源"), source_of, width=40),
)
FOLLOWED = (
    Column(_l("议定事项"), lambda f: f.decision["text"], width=50),
    Column(_l("责任单位"), lambda f: "、".join(f.decision["units"])),
    Column(_l("完成时限"), lambda f: f.decision["due_on"], Kind.DUE, mark=MARK),
    Column(_l("办理情况"), state_of, width=36),
)
DECISIONS = (
    Column(_l("议定事项"), lambda d: d["text"], width=50),
    Column(_l("责任单位"), lambda d: "、".join(d["units"])),
    Column(_l("完成时限"), lambda d: d["due_on"], Kind.DUE, mark=MARK),
    Column(_l("针对"), lambda d: d["about"], width=50),
    Column(_l("下发"), lambda d: _("还没有下发") if d["row_id"] is None else _("已下发"), width=14),
)


def parts(meeting: Mapping[str, Any], agenda: Agenda) -> Iterator[Part]:
    """A sheet for each part of the agenda, and one for what was decided."""
    blocked, late = _cut(agenda.blockers, agenda.blockers_total), _cut(agenda.overdue, agenda.overdue_total)
    lists: tuple[tuple[str, Sequence[Column], Sequence[Any], str, str], ...] = (
        (PARTS["blocked"], BLOCKERS, agenda.blockers, blocked, _("没有需要协调的困难。")),
        (PARTS["overdue"], OVERDUE, agenda.overdue, late, _("没有逾期未完成的责任。")),
        (PARTS["targets"], TARGETS, agenda.targets, "", no_targets(agenda)),
        (PARTS["economy"], ECONOMY, agenda.economy, "", _("还没有经济数据。")),
        (PARTS["former"], FOLLOWED, agenda.followed, "", no_former(agenda)),
        (_("本次会议议定的事项"), DECISIONS, meeting["decisions"], "", _("会议还没有议定事项。")),
    )
    as_of = _("截至 %(moment)s", moment=filters.day(agenda.day))
    for title, columns, rows, cut, none in lists:
        said = [as_of, cut if rows else none]
        yield Part(str(title), columns, rows, " · ".join(filter(None, said)))


def no_targets(agenda: Agenda) -> str:
    """Why no target is on the agenda."""
    return str(_("没有欠进度或者难以完成的目标。") if agenda.targets_total else _("还没有设定目标。"))


def no_former(agenda: Agenda) -> str:
    """Why there is nothing to follow up."""
    return str(_("这是第一次会议，以前没有议定事项。") if agenda.former is None else _("上次会议没有议定事项。"))


def _cut(rows: Sequence[Any], total: int) -> str:
    """That there are more rows than the file has, where there are."""
    shown = len(rows)
    return str(_("共 %(total)d 行，只含前 %(shown)d 行", total=total, shown=shown)) if total > shown else ""


def _number(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)
