"""A cell of history as a file has it: which period is meant, and which figure. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from services.stats import numbers
from services.stats.indicators.kinds import Adding
from services.stats.indicators.records import Indicator
from services.stats.numbers import Typed, Wanted
from services.stats.periods import Period
from services.stats.written_periods import example, example_in_chinese, read_period
from shared.text import Text

# One that is over, as all of history is.
YEAR_OF_EXAMPLE = 2024
_WITHOUT = "无数"
_AROUND_REASON = " :：,，()（）"
_EMPTY = Text(
    "没有数值。没有数的请写“无数：原因”，整格不需要的请删去这一行。",
    "There is no value. Where there is no figure, please write “无数：” and why, or remove the row.",
)
_NO_REASON = Text("请写明为什么无数，例如“无数：当年未统计”。", "Please say why there is no figure, after “无数：”.")
_COMPUTED = Text(
    "这项指标由其他指标计算得出，不能导入。", "This indicator is computed from others and is not imported."
)


@dataclass(frozen=True, slots=True)
class PastCell:
    """What a cell means; where `problem` says what is wrong, `period` may still be as it was typed."""

    period: str
    value: Decimal | None = None
    no_figure: str = ""
    problem: Text | None = None


def read(indicator: Indicator | None, period: str, typed: str, *, today: dt.date) -> PastCell:
    """The cell that a file has; an indicator that is unknown is said elsewhere and leaves everything as it is."""
    if indicator is None:
        return PastCell(period)
    if indicator.formula or indicator.rules.over_units is Adding.RATIO:
        return PastCell(period, problem=_COMPUTED)
    found = read_period(period, indicator.period_kind)
    if found is None:
        return PastCell(period, problem=_no_period(period, indicator))
    if found.last_day >= today:
        return PastCell(found.label, problem=_not_over(found))
    return _figure(found.label, typed, indicator)


def _figure(period: str, typed: str, indicator: Indicator) -> PastCell:
    if typed.strip().startswith(_WITHOUT):
        why = typed.strip().removeprefix(_WITHOUT).strip(_AROUND_REASON)
        return PastCell(period, no_figure=why) if why else PastCell(period, problem=_NO_REASON)
    read_number = _number(typed, indicator.wanted)
    if read_number.value is None and read_number.problem is None:
        return PastCell(period, problem=_EMPTY)
    return PastCell(period, value=read_number.value, problem=read_number.problem)


# The figures of history are mostly small, and come again and again.
@lru_cache(maxsize=16_384)
def _number(typed: str, wanted: Wanted) -> Typed:
    return numbers.read(typed, wanted)


def _no_period(period: str, indicator: Indicator) -> Text:
    kind = indicator.period_kind
    label = example(kind, YEAR_OF_EXAMPLE)
    return Text(
        f"“{period}”不是这项指标的期，请写成 {label} 或 {example_in_chinese(kind, YEAR_OF_EXAMPLE)}。",
        f"“{period}” is no period of this indicator. Please write it as {label}.",
    )


def _not_over(period: Period) -> Text:
    return Text(
        f"{period.label} 这一期还没有结束，不能作为历史数据导入。",
        f"The period {period.label} is not over yet and cannot be imported as history.",
    )
