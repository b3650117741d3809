"""What the lead bureau itself puts beside the units' figures: adjustments of sums, and what other sources published."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from services.stats import numbers, periods
from services.stats.figures import answers, queries, reading, store, weighing
from services.stats.figures.recording import announce_adjustment, record
from services.stats.figures.records import Adjustment, Base, Cell, Effect, GivenAdjustment, NewFact, Origin, UnitName
from services.stats.figures.rolling import Book
from services.stats.indicators.definitions import MOST_DECIMALS
from services.stats.indicators.kinds import IndicatorType
from services.stats.indicators.records import Indicator
from shared.calling.calls import Context
from shared.database import Cursor
from shared.errors import Invalid, NotFound
from shared.text import Text

NOTHING_ADDED = Text("调整数不能是 0。", "The amount of an adjustment cannot be 0.")
NO_AMOUNT = Text("请填写调整数。", "Please give the amount.")
NO_ADJUSTMENT = Text("没有找到这笔调整，请刷新页面。", "This adjustment was not found. Please reload the page.")
TAKEN_BACK = Text(
    "这笔调整已经收回了，没有重复收回。", "This adjustment is taken back already; it was not taken back once more."
)
IS_ITSELF_BACK = Text(
    "这一笔本身就是收回，不能再收回；要恢复原来的调整，请重新记一笔。",
    "This entry takes another one back itself. To have that adjustment again, please enter it again.",
)
NO_REASON = Text(
    "这一期已经有数，更正时请写明原因。", "There is a figure for this period already. Please say why it is corrected."
)
NO_TOP = Text("还没有收到单位名录，请稍后再试。", "The directory of units has not arrived yet. Please try later.")


class _Weighed(NamedTuple):
    """What would be added, what that changes, and what it takes back."""

    amount: Decimal
    effects: list[Effect]
    taken_back: GivenAdjustment | None


def weigh(
    cur: Cursor, *, indicator_id: int, unit_id: int, period: str, amount: str, takes_back_id: int | None
) -> dict[str, Any]:
    """What an adjustment would do; raises as `save_adjustment` does."""
    book, unit = reading.book(cur), _place(cur, unit_id)
    weighed = _weigh(cur, book, _of(book, indicator_id), unit, period, typed=amount, takes_back_id=takes_back_id)
    return {
        "amount": format(weighed.amount, "f"),
        "effects": [answers.of_effect(one) for one in weighed.effects],
        "taken_back": answers.of_adjustment(weighed.taken_back) if weighed.taken_back else None,
    }


def save_adjustment(
    cur: Cursor,
    context: Context,
    *,
    indicator_id: int,
    unit_id: int,
    period: str,
    amount: str,
    takes_back_id: int | None,
    reason: str,
) -> dict[str, Any]:
    """Add to the sum at a unit; it is taken back by the opposite, which is an adjustment of its own.

    Invalid where there is no such sum, or where it would become what a figure of the indicator may not be. Where there
    is none any more, because units were moved away, only the opposite of what was added is taken.
    """
    book, unit = reading.book(cur), _place(cur, unit_id)
    indicator = _of(book, indicator_id)
    # Of two who take the same back at once the second one must see that it is taken back.
    store.hold_clock(cur)
    weighed = _weigh(cur, book, indicator, unit, period, typed=amount, takes_back_id=takes_back_id)
    adjustment = Adjustment(
        indicator_id=indicator_id,
        unit_id=unit_id,
        period=period,
        amount=weighed.amount,
        reason=reason,
        takes_back_id=takes_back_id,
    )
    since = store.take_clock(cur)
    found = store.add_adjustment(cur, adjustment, since=since, who=context.signed_in.signature)
    announce_adjustment(cur, found, adjustment, indicator=indicator, since=since, correlation_id=context.correlation_id)
    return {"adjustment_id": found}


def record_external(
    cur: Cursor,
    context: Context,
    *,
    today: dt.date,
    indicator_id: int,
    unit_id: int | None,
    period: str,
    typed: str,
    source: str,
    reason: str,
) -> dict[str, Any]:
    """Record what another source published for the whole area.

    Invalid for an indicator that units report, and for a period that is not over on `today`.
    """
    indicator = _of(reading.book(cur), indicator_id)
    if indicator.type is not IndicatorType.EXTERNAL or indicator.formula:
        raise Invalid.of_fields({"indicator_id": not_external(indicator)})
    _check_period(indicator, period)
    check_over(period, today)
    read = numbers.read(typed, replace(indicator.wanted, may_be_absent=False))
    if read.problem is not None:
        raise Invalid.of_fields({"typed": read.problem})
    unit = _place(cur, unit_id)
    # Of two who enter the first figure at once the second one corrects.
    store.hold_clock(cur)
    if not reason and queries.known(cur, [Cell(indicator_id, unit.id, period)]):
        raise Invalid.of_fields({"reason": NO_REASON})
    fact = external_fact(indicator, unit, period=period, value=read.value, source=source, reason=reason)
    since = record(cur, [fact], who=context.signed_in.signature, correlation_id=context.correlation_id)
    return {"unit_id": unit.id, "period": period, "since": since.isoformat()}


def external_fact(
    indicator: Indicator, unit: UnitName, *, period: str, value: Decimal | None, source: str, reason: str
) -> NewFact:
    """A figure that another source published."""
    return NewFact(
        indicator_id=indicator.id,
        unit_id=unit.id,
        period=period,
        value=value,
        origin=Origin.EXTERNAL,
        reason=reason,
        source=source,
    )


def _weigh(
    cur: Cursor,
    book: Book,
    indicator: Indicator,
    unit: UnitName,
    period: str,
    *,
    typed: str,
    takes_back_id: int | None,
) -> _Weighed:
    wrong = reading.complain_of_adjusting(cur, indicator, unit, period)
    whole = reading.to_take_back(cur, indicator, unit, period)
    if takes_back_id is not None:
        given = _to_be_taken_back(cur, takes_back_id, Base(indicator.id, period), unit)
        amount = -given.amount
    else:
        given, amount = None, _amount(typed, indicator, whole)
    is_back = given is not None or amount == whole
    # Where there is no sum any more, all that was added may be taken back until nothing is left.
    if wrong and not (is_back and whole is not None):
        raise Invalid.of_fields(wrong)
    if amount == 0:
        raise Invalid.of_fields({"amount": NOTHING_ADDED})
    found = weighing.effects(cur, book, indicator, unit, period=period, amount=amount)
    refused = None if wrong else weighing.complain(found)
    if refused is not None:
        raise Invalid.of_fields({"amount": refused})
    return _Weighed(amount, found, given)


def _amount(typed: str, indicator: Indicator, whole: Decimal | None) -> Decimal:
    """What was typed, read as a figure of a form is; any sign will do."""
    wanted = replace(indicator.wanted, may_be_negative=True, may_be_absent=False)
    # The indicator may have had more decimals when it was added.
    if whole is not None and numbers.read(typed, replace(wanted, decimals=MOST_DECIMALS)).value == whole:
        return whole
    read = numbers.read(typed, wanted)
    if read.value is None:
        raise Invalid.of_fields({"amount": read.problem or NO_AMOUNT})
    return read.value


def _to_be_taken_back(cur: Cursor, adjustment_id: int, base: Base, unit: UnitName) -> GivenAdjustment:
    given = queries.adjustment(cur, adjustment_id)
    if given is None or (given.indicator_id, given.period, given.unit_id) != (*base, unit.id):
        raise NotFound(NO_ADJUSTMENT)
    if given.is_taken_back:
        raise Invalid(TAKEN_BACK)
    if given.takes_back_id is not None:
        raise Invalid(IS_ITSELF_BACK)
    return given


def _of(book: Book, indicator_id: int) -> Indicator:
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


def check_over(period: str, today: dt.date) -> None:
    """Nobody can have published what is not over: it is a slip of the pen. Invalid then."""
    if periods.parse(period).last_day >= today:
        raise Invalid.of_fields({"period": _not_over(period)})


def _not_over(period: str) -> Text:
    return Text(
        f"{period} 这一期还没有结束，还不会有公布的数，请核对期次。",
        f"The period {period} is not over yet, so nothing can have been published. Please check the period.",
    )


def not_external(indicator: Indicator) -> Text:
    """What to say where units report an indicator themselves."""
    return Text(
        f"“{indicator.name}”由单位报送，不能在这里填写；只有外部指标由牵头单位填写。",
        f"“{indicator.name}” is reported by units. Only external indicators are entered here.",
    )
