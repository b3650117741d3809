"""What a report must be. Pure; whatever lies in the database is given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.stats.indicators.records import Indicator
from services.stats.periods import Period, PeriodKind, is_period, parse
from services.stats.reports.records import AskedTwice, DayRule, Report
from services.stats.reports.round_days import LAST_DAY_OF_MONTH, MOST_WORKDAYS
from services.stats.written_periods import example
from shared.text import Text

KIND_WORDS = {
    PeriodKind.MONTH: Text("月报", "monthly"),
    PeriodKind.QUARTER: Text("季报", "quarterly"),
    PeriodKind.HALF_YEAR: Text("半年报", "half-yearly"),
    PeriodKind.YEAR: Text("年报", "yearly"),
}
NO_LINES = Text(
    "报表里还没有指标，请先加上指标再启用。", "The report has no indicators yet. Please add some before starting it."
)
NO_RECIPIENTS = Text(
    "还没有布置给任何单位，请先选择单位或单位组。",
    "The report is asked of nobody yet. Please choose units or groups first.",
)
LAST_BEFORE_FIRST = Text(
    "最后一期不能早于第一期。", "The last period cannot lie before the first one. Please change one of them."
)
KIND_STANDS = Text(
    "已经开过报期，报告期种类不能再改；请另建一张报表。",
    "Rounds have been opened, so the kind of period stands. Please make another report.",
)
UNTIL_BEFORE_FROM = Text(
    "截止日期不能早于开始日期。", "The unit cannot stop being asked before it begins. Please change one of the days."
)
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Wished:
    """One line that a report is to have."""

    section: str
    indicator_id: int


def complaints(
    report: Report, lines: Sequence[Wished], indicators: Mapping[int, Indicator], opened: Sequence[str]
) -> dict[str, Text]:
    """What is wrong with a report as it is to be, by field; `opened` are the labels of its periods with rounds."""
    found = dict(_of_days(report))
    found |= _of_periods(report, opened)
    wrong = complain_of_lines(report.period_kind, lines, indicators)
    if wrong:
        found["lines"] = wrong
    return found


def complain_of_lines(kind: PeriodKind, lines: Sequence[Wished], indicators: Mapping[int, Indicator]) -> Text | None:
    """Why these cannot be the lines of a report of this kind of period; None when they can."""
    seen: set[int] = set()
    for line in lines:
        indicator = indicators.get(line.indicator_id)
        if indicator is None:
            return Text("有的指标已不存在，请刷新页面。", "Some indicators no longer exist. Please reload the page.")
        if indicator.id in seen:
            return Text(
                f"指标“{indicator.name}”出现了两次，请去掉一个。",
                f"{indicator.name} is there twice. Please take one out.",
            )
        seen.add(indicator.id)
        if wrong := _complain_of_line(kind, indicator):
            return wrong
    return None


def complain_of_double(found: Sequence[AskedTwice]) -> Text | None:
    """That another report asks the same already, with its name and the first of the units and indicators."""
    if not found:
        return None
    first = found[0]
    same = [one for one in found if one.table_number == first.table_number]
    units = "、".join(dict.fromkeys(one.unit for one in same if one.unit))
    indicators = "、".join(dict.fromkeys(one.indicator for one in same))
    return Text(
        f"报表“{first.table_number} {first.report}”已向{units}布置了“{indicators}”，同一数据不能重复布置。"
        "请去掉这些指标或单位，或先停用那张报表。",
        f"The report {first.table_number} {first.report} asks {indicators} of {units} already; nobody is asked twice."
        " Please take out these indicators or units, or stop that report first.",
    )


def complain_of_days(since: dt.date, until: dt.date | None) -> Text | None:
    """Why a unit cannot be asked from and until these days; an end on the first day is that it is not asked at all."""
    return UNTIL_BEFORE_FROM if until is not None and until < since else None


def _complain_of_line(kind: PeriodKind, indicator: Indicator) -> Text | None:
    if not indicator.is_asked:
        return Text(
            f"指标“{indicator.name}”不向单位布置：它由公式算出或来自外部。",
            f"{indicator.name} is asked of nobody: it is computed, or comes from another source.",
        )
    if indicator.period_kind is not kind:
        own, wanted = KIND_WORDS[indicator.period_kind], KIND_WORDS[kind]
        return Text(
            f"指标“{indicator.name}”是{own.zh}指标，不能放进{wanted.zh}。",
            f"{indicator.name} is {own.en}; it does not fit a {wanted.en} report.",
        )
    return None


def _of_days(report: Report) -> Iterator[tuple[str, Text]]:
    for field, rule, days in (
        ("due_days", report.due_rule, report.due_days),
        ("lock_days", report.lock_rule, report.lock_days),
    ):
        most = MOST_WORKDAYS if rule is DayRule.WORKDAYS else LAST_DAY_OF_MONTH
        if not 1 <= days <= most:
            yield field, Text(f"请填 1 到 {most} 之间的数。", f"Please give a number from 1 to {most}.")
    if report.due_rule is report.lock_rule and report.lock_days < report.due_days:
        yield (
            "lock_days",
            Text(
                "锁定日不能早于应报日，否则单位没有补报的时间。请改成相同或更大的数。",
                "The lock day cannot lie before the due day. Please give the same number or a larger one.",
            ),
        )


def _of_periods(report: Report, opened: Sequence[str]) -> dict[str, Text]:
    found: dict[str, Text] = {}
    first = _period(report.first_period, report.period_kind)
    last = None if report.last_period is None else _period(report.last_period, report.period_kind)
    if first is None:
        found["first_period"] = _not_a_period(report.period_kind)
    if report.last_period is not None and last is None:
        found["last_period"] = _not_a_period(report.period_kind)
    if found:
        return found
    if first is not None and last is not None and last < first:
        found["last_period"] = LAST_BEFORE_FIRST
    if opened and parse(opened[0]).kind is not report.period_kind:
        return {"period_kind": KIND_STANDS}
    if opened and report.first_period > min(opened):
        found["first_period"] = _opened(min(opened))
    if opened and report.last_period is not None and report.last_period < max(opened):
        found["last_period"] = _opened(max(opened))
    return found


def _period(label: str, kind: PeriodKind) -> Period | None:
    return parse(label) if is_period(label) and parse(label).kind is kind else None


def _not_a_period(kind: PeriodKind) -> Text:
    return Text(
        f"{KIND_WORDS[kind].zh}的期请写成 {example(kind)} 的形式。",
        f"Please write the period of a {KIND_WORDS[kind].en} report as {example(kind)}.",
    )


def _opened(label: str) -> Text:
    return Text(
        f"{label} 这一期已经开出，起止期要把它包括在内。",
        f"The round of {label} is open already; the first and the last period must include it.",
    )
