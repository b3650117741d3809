"""What the lead bureau itself puts beside the units' figures: adjustments of sums, and what other sources published."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from services.stats import numbers, periods
from services.stats.figures import queries, reading, store
from services.stats.figures.recording import announce_adjustment, record
from services.stats.figures.records import Adjustment, NewFact, Origin, UnitName
from services.stats.figures.rolling import is_computed
from services.stats.indicators.kinds import IndicatorType, complain_of_adding_units
from services.stats.indicators.records import Indicator
from shared.calling.calls import Context
from shared.database import Cursor
from shared.errors import Invalid, NotFound
from shared.text import Text

NOTHING_ADDED = Text("调整数不能是 0。", "The amount of an adjustment cannot be 0.")
NO_TOP = Text("还没有收到单位名录，请稍后再试。", "The directory of units has not arrived yet. Please try later.")


def save_adjustment(
    cur: Cursor, context: Context, *, indicator_id: int, unit_id: int, period: str, amount: Decimal, reason: str
) -> dict[str, Any]:
    """Add to the sum at a unit; it is taken back by the opposite. Invalid where there is no such sum."""
    indicator = _indicator(cur, indicator_id)
    if is_computed(indicator):
        raise Invalid.of_fields({"indicator_id": _computed(indicator)})
    wrong = complain_of_adding_units(indicator.type, indicator.name)
    if wrong is not None:
        raise Invalid.of_fields({"indicator_id": wrong})
    _check_period(indicator, period)
    if amount == 0:
        raise Invalid.of_fields({"amount": NOTHING_ADDED})
    if amount != round(amount, indicator.decimals):
        raise Invalid.of_fields({"amount": _too_many_decimals(indicator)})
    if queries.unit(cur, unit_id) is None:
        raise NotFound(reading.NO_UNIT)
    adjustment = Adjustment(indicator_id=indicator_id, unit_id=unit_id, period=period, amount=amount, reason=reason)
    since = store.take_clock(cur)
    found = store.add_adjustment(cur, adjustment, since=since, who=context.signed_in.signature)
    announce_adjustment(cur, found, adjustment, indicator=indicator, since=since, correlation_id=context.correlation_id)
    return {"adjustment_id": found}


def record_external(
    cur: Cursor,
    context: Context,
    *,
    indicator_id: int,
    unit_id: int | None,
    period: str,
    typed: str,
    source: str,
    reason: str,
) -> dict[str, Any]:
    """Record what another source published for the whole area. Invalid for an indicator that units report."""
    indicator = _indicator(cur, indicator_id)
    if indicator.type is not IndicatorType.EXTERNAL or indicator.formula:
        raise Invalid.of_fields({"indicator_id": _not_external(indicator)})
    _check_period(indicator, period)
    read = numbers.read(typed, indicator.wanted)
    if read.problem is not None:
        raise Invalid.of_fields({"typed": read.problem})
    unit = _place(cur, unit_id)
    fact = NewFact(
        indicator_id=indicator_id,
        unit_id=unit.id,
        period=period,
        value=read.value,
        origin=Origin.EXTERNAL,
        reason=reason,
        source=source,
    )
    since = record(cur, [fact], who=context.signed_in.signature, correlation_id=context.correlation_id)
    return {"unit_id": unit.id, "period": period, "since": since.isoformat()}


def _indicator(cur: Cursor, indicator_id: int) -> Indicator:
    book = reading.book(cur)
    reading.check_indicator(book, indicator_id)
    return book.by_id[indicator_id]


def _place(cur: Cursor, unit_id: int | None) -> UnitName:
    found = queries.top_unit(cur) if unit_id is None else queries.unit(cur, unit_id)
    if found is None:
        raise NotFound(NO_TOP if unit_id is None else reading.NO_UNIT)
    return found


def _check_period(indicator: Indicator, period: str) -> None:
    if periods.parse(period).kind is not indicator.period_kind:
        raise Invalid.of_fields({"period": _other_period(indicator)})


def _computed(indicator: Indicator) -> Text:
    return Text(
        f"“{indicator.name}”是计算得出的，不能直接调整，请调整计算它的指标。",
        f"“{indicator.name}” is computed. Please adjust the indicators that it is computed from.",
    )


def _not_external(indicator: Indicator) -> Text:
    return Text(
        f"“{indicator.name}”由单位报送，不能在这里填写；只有外部指标由牵头单位填写。",
        f"“{indicator.name}” is reported by units. Only external indicators are entered here.",
    )


def _too_many_decimals(indicator: Indicator) -> Text:
    return Text(
        f"“{indicator.name}”最多 {indicator.decimals} 位小数。",
        f"“{indicator.name}” has at most {indicator.decimals} decimals.",
    )


_WRITTEN = {
    periods.PeriodKind.MONTH: Text("2026-01", "2026-01"),
    periods.PeriodKind.QUARTER: Text("2026-Q1", "2026-Q1"),
    periods.PeriodKind.HALF_YEAR: Text("2026-H1", "2026-H1"),
    periods.PeriodKind.YEAR: Text("2026", "2026"),
}


def _other_period(indicator: Indicator) -> Text:
    example = _WRITTEN[indicator.period_kind]
    return Text(
        f"“{indicator.name}”的期要写成 {example.zh} 的形式。",
        f"The periods of “{indicator.name}” are written as {example.en}.",
    )
