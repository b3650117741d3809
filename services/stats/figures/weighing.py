"""What an adjustment would make of the sums that it belongs to, and which of them it may not make.

The unit's sum, those above it and what is computed from it must stay what a figure of each indicator may be.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from services.stats import numbers
from services.stats.figures import queries, reading
from services.stats.figures.records import Base, Effect, UnitName
from services.stats.figures.rolling import Asked, Book, is_computed
from services.stats.indicators.records import Indicator
from services.stats.periods import Period, parse
from shared.database import Cursor
from shared.text import Text


def effects(
    cur: Cursor, book: Book, indicator: Indicator, unit: UnitName, *, period: str, amount: Decimal
) -> list[Effect]:
    """What changes: the sum at the unit, those above it from below, then what is computed from each."""
    base, line = Base(indicator.id, period), [unit, *reversed(queries.units_above(cur, unit.id))]
    asked = [Asked(indicator.id, parse(period)), *_computed_from(book, base, parse(period))]
    ids = [one.id for one in line]
    before = reading.figures(cur, book, asked, ids, as_of=None)
    after = reading.figures(cur, book, asked, ids, as_of=None, added=(base, amount))
    found = [
        Effect(book.by_id[one.indicator_id], at, before[place, at.id].rolled.value, after[place, at.id].rolled.value)
        for place, one in enumerate(asked)
        for at in line
    ]
    return [one for one in found if one.before != one.after]


def complain(found: Sequence[Effect]) -> Text | None:
    """Why the adjustment is not made; None when all figures stay what they may be.

    One that is wrong already may be brought nearer to what it may be.
    """
    return next((wrong for one in found if (wrong := _complain_of(one)) is not None), None)


def _complain_of(one: Effect) -> Text | None:
    if one.after is None or (one.before is not None and one.before < 0 and one.before < one.after):
        return None
    if one.after < 0 and not one.indicator.may_be_negative:
        return _becomes(one, Text("这项指标不能是负数", "this figure cannot be negative"))
    if not numbers.is_held(one.after, one.indicator.wanted):
        return _becomes(one, Text("数字太大", "the number is too large"))
    return None


def _becomes(one: Effect, why: Text) -> Text:
    was = Text("没有数", "no figure") if one.before is None else Text(f"{one.before:f}", f"{one.before:f}")
    return Text(
        f"{one.unit.name}的“{one.indicator.name}”会从 {was.zh} 变成 {one.after:f}，{why.zh}。请核对调整数。",
        f"“{one.indicator.name}” of {one.unit.name} would go from {was.en} to {one.after:f}, and {why.en}. Please check"
        " the amount.",
    )


def _computed_from(book: Book, base: Base, period: Period) -> list[Asked]:
    asked = [Asked(one.id, period) for one in book.by_id.values() if is_computed(one) and _is_of(one, period)]
    return [one for one in asked if base in book.needs(one)]


def _is_of(indicator: Indicator, period: Period) -> bool:
    return indicator.period_kind is period.kind
