"""What the lead bureau itself puts beside the units' figures: adjustments of sums, and what other sources published."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from services.stats import numbers, periods
from services.stats.figures import queries, reading, store
from services.stats.figures.recording import announce_adjustment, record
from services.stats.figures.records import Adjustment, Cell, NewFact, Origin, UnitName
from services.stats.indicators.kinds import IndicatorType
from services.stats.indicators.records import Indicator
from shared.calling.calls import Context
from shared.database import Cursor
from shared.errors import Invalid, NotFound
from shared.text import Text

NOTHING_ADDED = Text("调整数不能是 0。", "The amount of an adjustment cannot be 0.")
NO_REASON = Text(
    "这一期已经有数，更正时请写明原因。", "There is a figure for this period already. Please say why it is corrected."
)
NO_TOP = Text("还没有收到单位名录，请稍后再试。", "The directory of units has not arrived yet. Please try later.")


def save_adjustment(
    cur: Cursor, context: Context, *, indicator_id: int, unit_id: int, period: str, amount: Decimal, reason: str
) -> dict[str, Any]:
    """Add to the sum at a unit; it is taken back by the opposite. Invalid where there is no such sum.

    Where there is none any more, because units were moved away, only the opposite of all that was added is taken.
    """
    indicator, unit = _indicator(cur, indicator_id), _place(cur, unit_id)
    # Of two who take the same back at once the second one must see that it is taken back.
    store.hold_clock(cur)
    wrong = reading.complain_of_adjusting(cur, indicator, unit, period)
    is_taken_back = amount == reading.to_take_back(cur, indicator, unit, period)
    if wrong and not is_taken_back:
        raise Invalid.of_fields(wrong)
    if amount == 0:
        raise Invalid.of_fields({"amount": NOTHING_ADDED})
    # The indicator may have had more decimals when it was added.
    if amount != round(amount, indicator.decimals) and not is_taken_back:
        raise Invalid.of_fields({"amount": _too_many_decimals(indicator)})
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
    # Of two who enter the first figure at once the second one corrects.
    store.hold_clock(cur)
    if not reason and queries.known(cur, [Cell(indicator_id, unit.id, period)]):
        raise Invalid.of_fields({"reason": NO_REASON})
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
        raise Invalid.of_fields({"period": reading.other_period(indicator)})


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
