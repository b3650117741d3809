"""What a target may be: which comparator fits which type of indicator, and what must be said beside it. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from services.stats import numbers
from services.stats.indicators import formulas
from services.stats.indicators.formulas import When
from services.stats.indicators.kinds import IndicatorType
from services.stats.indicators.records import Indicator
from services.stats.periods import PeriodKind, parse
from services.stats.targets.progress import Comparator
from services.stats.targets.records import Target
from shared.text import Text

_EACH_WAY = (Comparator.AT_LEAST, Comparator.AT_MOST, Comparator.AROUND)
FITTING: dict[IndicatorType, tuple[Comparator, ...]] = {
    IndicatorType.FLOW: (*_EACH_WAY, Comparator.ZERO),
    IndicatorType.STOCK: (*_EACH_WAY, Comparator.ZERO, Comparator.RISING),
    IndicatorType.RATIO: (*_EACH_WAY, Comparator.RISING),
    IndicatorType.CEILING: (Comparator.AT_MOST, Comparator.AROUND),
    IndicatorType.ZERO: (Comparator.ZERO,),
    IndicatorType.TREND: (Comparator.RISING, Comparator.AT_LEAST),
    IndicatorType.EXTERNAL: (*_EACH_WAY, Comparator.RISING),
}
NAMES: dict[Comparator, Text] = {
    Comparator.AT_LEAST: Text("不低于", "at least"),
    Comparator.AT_MOST: Text("不高于", "at most"),
    Comparator.AROUND: Text("左右", "around"),
    Comparator.ZERO: Text("清零", "none left"),
    Comparator.RISING: Text("稳步提升", "rising"),
}
LONGEST_YEARS = 20

NO_VALUE = Text("请填写目标值。", "Please give the value to be reached.")
NO_ZERO_VALUE = Text("“清零”的目标值就是 0，不用再填。", "“None left” means 0: please leave the value empty.")
NO_RISING_VALUE = Text(
    "“稳步提升”不填目标值，只填和哪个数比（基数）。",
    "“Rising” has no value of its own: please give only the base that it is compared with.",
)
NO_BASE = Text(
    "请填写基数：和哪个数比才算提升。", "Please give the base: which figure it is compared with to count as rising."
)
NO_BASE_OF_FLOW = Text(
    "这项指标是一期一期累加的，从零算起，不用填基数。",
    "This indicator is added up from nothing, so it has no base. Please leave it empty.",
)
BASE_ABOVE = Text("基数已经达到目标值，请核对。", "The base reaches the value already. Please check both.")
NO_TOLERANCE = Text(
    "“左右”要写明允许相差多少，例如 0.2。", "Please say how far “around” reaches to either side, such as 0.2."
)
NOT_AROUND = Text("只有“左右”才填允许相差多少。", "Only “around” has a tolerance. Please leave it empty.")
WRONG_ORDER = Text("结束不能早于开始。", "The end cannot be before the beginning.")
TOO_LONG = Text(f"最多 {LONGEST_YEARS} 年。", f"At most {LONGEST_YEARS} years, please.")
ALREADY = Text(
    "这项指标在这段时间已经有同样的目标，请修改那一个。",
    "There is a target of this kind for this indicator and time already. Please change that one.",
)
NO_WHOLE = Text(
    "没有找到所属的目标，请重新选择。", "The target that this is a part of was not found. Please choose again."
)
WHOLE_IS_PART = Text(
    "选的目标本身是“其中”项，不能再分“其中”。", "That target is a part itself. Please choose the whole one."
)
HAS_PARTS = Text(
    "这个目标下面有“其中”项，不能再属于别的目标。", "This target has parts, so it cannot be a part of another one."
)


def complaints(
    wish: Target, indicator: Indicator, others: Sequence[Target], *, today: dt.date, units_of_measure: dict[int, str]
) -> dict[str, Text]:
    """What is wrong with a target, by field; empty when nothing is.

    `others` are the other targets that hold, `units_of_measure` those of the indicators of these by id.
    """
    found: dict[str, Text] = {}
    for field, wrong in (
        *_of_indicator(wish, indicator, today=today),
        *_of_values(wish, indicator),
        *_of_time(wish, indicator),
        *_of_whole(wish, indicator, others, units_of_measure),
    ):
        found.setdefault(field, wrong)
    if not found and any(_is_same(wish, other) for other in others):
        found["indicator_id"] = ALREADY
    return found


def _of_indicator(wish: Target, indicator: Indicator, *, today: dt.date) -> Iterator[tuple[str, Text]]:
    if indicator.valid_from > today or (indicator.valid_to is not None and indicator.valid_to < today):
        yield "indicator_id", _not_in_force(indicator)
    if indicator.type is IndicatorType.FLOW and _is_compared_with_before(indicator):
        yield "indicator_id", _by_formula(indicator)
    fitting = FITTING[indicator.type]
    if wish.comparator not in fitting:
        yield "comparator", _not_fitting(wish.comparator, indicator, fitting)


def _of_values(wish: Target, indicator: Indicator) -> Iterator[tuple[str, Text]]:
    has_value = wish.comparator not in (Comparator.ZERO, Comparator.RISING)
    if has_value and wish.value is None:
        yield "value", NO_VALUE
    if wish.comparator is Comparator.ZERO and wish.value:
        yield "value", NO_ZERO_VALUE
    if wish.comparator is Comparator.RISING and wish.value is not None:
        yield "value", NO_RISING_VALUE
    yield from _of_base(wish, indicator)
    if wish.comparator is Comparator.AROUND and (wish.tolerance is None or wish.tolerance <= 0):
        yield "tolerance", NO_TOLERANCE
    if wish.comparator is not Comparator.AROUND and wish.tolerance is not None:
        yield "tolerance", NOT_AROUND
    wanted = replace(indicator.wanted, may_be_absent=False)
    for field, value in (("value", wish.value), ("baseline", wish.baseline), ("tolerance", wish.tolerance)):
        wrong = None if value is None else numbers.fits(value, wanted)
        if wrong is not None:
            yield field, wrong


def _of_base(wish: Target, indicator: Indicator) -> Iterator[tuple[str, Text]]:
    if wish.comparator is Comparator.RISING and wish.baseline is None:
        yield "baseline", NO_BASE
    if indicator.type is IndicatorType.FLOW and wish.baseline is not None:
        yield "baseline", NO_BASE_OF_FLOW
    is_way = wish.comparator is Comparator.AT_LEAST
    if is_way and wish.value is not None and wish.baseline is not None and wish.baseline >= wish.value:
        yield "baseline", BASE_ABOVE


def _of_time(wish: Target, indicator: Indicator) -> Iterator[tuple[str, Text]]:
    first, last = parse(wish.first_month), parse(wish.last_month)
    if last < first:
        yield "last_month", WRONG_ORDER
    elif last.year - first.year >= LONGEST_YEARS:
        yield "last_month", TOO_LONG
    kind = indicator.period_kind
    if first.within(kind).first_month != first.number:
        yield "first_month", _not_whole(indicator)
    if last.within(kind).last_month != last.number:
        yield "last_month", _not_whole(indicator)


def _of_whole(
    wish: Target, indicator: Indicator, others: Sequence[Target], units_of_measure: dict[int, str]
) -> Iterator[tuple[str, Text]]:
    parts = [other for other in others if other.whole_id == wish.target_id]
    for part in parts:
        if wish.value is not None and part.value is not None and part.value > wish.value:
            yield "value", _below_part(part.value)
    if wish.whole_id is None:
        return
    whole = next((other for other in others if other.target_id == wish.whole_id), None)
    if whole is None:
        yield "whole_id", NO_WHOLE
    elif parts:
        yield "whole_id", HAS_PARTS
    elif whole.whole_id is not None:
        yield "whole_id", WHOLE_IS_PART
    elif units_of_measure.get(whole.indicator_id) != indicator.unit_of_measure:
        yield "whole_id", _other_measure(indicator.unit_of_measure, units_of_measure.get(whole.indicator_id, ""))
    elif wish.value is not None and whole.value is not None and wish.value > whole.value:
        yield "value", _above_whole(whole.value)


def _is_same(wish: Target, other: Target) -> bool:
    return all(
        getattr(wish, name) == getattr(other, name)
        for name in ("indicator_id", "unit_id", "comparator", "first_month", "last_month")
    )


def _not_in_force(indicator: Indicator) -> Text:
    until = "" if indicator.valid_to is None else f"{indicator.valid_to}"
    return Text(
        f"“{indicator.name}”现在不在用（{indicator.valid_from} 至 {until or '今后'}），"
        "请换一项指标，或先改它的启用日期。",
        f"“{indicator.name}” is not in force today (from {indicator.valid_from} to {until or 'later'}). Please choose"
        " another indicator, or change its first day first.",
    )


def _is_compared_with_before(indicator: Indicator) -> bool:
    """Whether its formula asks for the period before: of a year as it has come so far there is none."""
    if not indicator.formula:
        return False
    return any(reference.when is When.PREV for reference in formulas.read(indicator.formula).references)


def _by_formula(indicator: Indicator) -> Text:
    return Text(
        f"“{indicator.name}”的公式和上期比，没有当年累计的数，请对公式里的指标定目标。",
        f"The formula of “{indicator.name}” goes by the period before, so it has no figure of a year so far. Please set"
        " the target for an indicator that is in the formula.",
    )


def _not_fitting(comparator: Comparator, indicator: Indicator, fitting: Sequence[Comparator]) -> Text:
    return Text(
        f"“{indicator.name}”这类指标不能用“{NAMES[comparator].zh}”，可以用："
        f"{'、'.join(NAMES[one].zh for one in fitting)}。",
        f"“{NAMES[comparator].en}” does not fit “{indicator.name}”. Possible are:"
        f" {', '.join(NAMES[one].en for one in fitting)}.",
    )


_WHOLE_PERIODS = {
    PeriodKind.MONTH: Text("月", "months"),
    PeriodKind.QUARTER: Text("季度", "quarters"),
    PeriodKind.HALF_YEAR: Text("半年", "half-years"),
    PeriodKind.YEAR: Text("年", "years"),
}


def _not_whole(indicator: Indicator) -> Text:
    kind = _WHOLE_PERIODS[indicator.period_kind]
    return Text(
        f"“{indicator.name}”按{kind.zh}报，起止要是整{kind.zh}，例如 2025年 至 2027年。",
        f"“{indicator.name}” is reported by {kind.en}. Beginning and end must be whole ones, such as 2025 to 2027.",
    )


def _below_part(value: Decimal) -> Text:
    return Text(
        f"目标值不能小于它的“其中”项 {value.normalize():,f}。",
        f"The value cannot be less than that of its part, {value.normalize():,f}.",
    )


def _above_whole(value: Decimal) -> Text:
    return Text(
        f"“其中”项的目标值不能大于所属目标的 {value.normalize():,f}。",
        f"The value of a part cannot be more than that of its whole, {value.normalize():,f}.",
    )


def _other_measure(own: str, other: str) -> Text:
    return Text(
        f"计量单位不同（{own} 和 {other}），不能作为“其中”项。",
        f"It is counted in “{own}” and the whole in “{other}”, so it cannot be a part of it.",
    )
