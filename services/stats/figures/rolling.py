"""What a figure of any period and indicator is made of, and what it comes to. Pure.

Units report base figures; longer periods, the year to date, ratios and derived indicators are computed from them at
reading, each by the rules of its type, over inputs that were rolled up first: a share of a county is the sum of
numerators over the sum of denominators, never a mean of shares.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple

from services.stats.figures.records import Base, Needed, Sum
from services.stats.indicators import formulas, kinds
from services.stats.indicators.formulas import Reference, When
from services.stats.indicators.kinds import Adding
from services.stats.indicators.records import Indicator
from services.stats.periods import Period, PeriodKind
from shared.text import Text

# Definitions refuse circles; this ends one that was made behind their back.
LONGEST_CHAIN = 12
_FACTORS = {"%": 100, "％": 100, "‰": 1000}


class Asked(NamedTuple):
    """A figure: of an indicator for a period, or from the beginning of its year up to it."""

    indicator_id: int
    period: Period
    is_to_date: bool = False


@dataclass(frozen=True, slots=True)
class Rolled:
    """What a figure comes to; without `value`, `why` may say why there cannot be one.

    `reporting` and `without` count what of the base figures units gave a value of, and said that there is none.
    `only` is what a single unit below says of what is not added over units; where nobody else is asked, that is it.
    """

    value: Decimal | None
    why: Text | None = None
    adjusted: Decimal = Decimal(0)
    reporting: int = 0
    without: int = 0
    only: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """What a figure comes to, of how many units it is, how many of those are missing, and of how many it was expected.

    Of what is computed, `left_out` gave a part only in some period, which is then left out of it.
    """

    rolled: Rolled
    units: int
    missing: int
    expected: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Book:
    """All indicators, by id and by code."""

    by_id: Mapping[int, Indicator]
    by_code: Mapping[str, Indicator] = field(init=False)

    def __post_init__(self) -> None:
        by_code = {indicator.code: indicator for indicator in self.by_id.values()}
        object.__setattr__(self, "by_code", by_code)

    @classmethod
    def of(cls, indicators: Iterable[Indicator]) -> Book:
        return cls({indicator.id: indicator for indicator in indicators})

    def inputs(self, asked: Asked) -> dict[Reference, Asked]:
        """What a ratio or a derived indicator is computed from; nothing for what units report."""
        indicator = self.by_id[asked.indicator_id]
        if indicator.formula:
            references = formulas.read(indicator.formula).references
            return {
                reference: _referred(self.by_code[reference.code].id, asked, reference.when)
                for reference in sorted(references)
                if reference.code in self.by_code
            }
        parts = (indicator.numerator_id, indicator.denominator_id)
        return {
            Reference(self.by_id[part].code): asked._replace(indicator_id=part)
            for part in parts
            if part is not None and part in self.by_id
        }

    def needs(self, asked: Asked, *, _depth: int = 0) -> set[Base]:
        """The base figures that a figure is made of: of a level that of its last period alone."""
        if _depth > LONGEST_CHAIN:
            return set()
        indicator = self.by_id[asked.indicator_id]
        if is_computed(indicator):
            inputs = self.inputs(asked).values()
            return set().union(*(self.needs(part, _depth=_depth + 1) for part in inputs))
        parts = parts_of(indicator, asked)
        counted = parts[-1:] if indicator.rules.over_time is Adding.LAST else parts
        return {Base(indicator.id, label) for label in counted}

    def needed(self, place: int, asked: Asked) -> list[Needed]:
        """What the figure in a place of an answer is made of, and what of it must be of the same units.

        Of figures of the same periods each period is for itself. Where the periods differ, such as of a flow over a
        level, they are taken together; and where a figure is compared with an earlier one, of the same units alone.
        """
        leaves = list(self._leaves(asked))
        labels = {one: frozenset(base.period for base in self.needs(one)) for one in leaves}
        is_shifted = any(one.period != asked.period for one in leaves)
        is_even = not is_shifted and len(set(labels.values())) <= 1
        bases = sorted(self.needs(asked))
        least = Counter(base.indicator_id for base in bases) if is_shifted else Counter()
        return [Needed(place, base, base.period if is_even else "", least[base.indicator_id]) for base in bases]

    def _leaves(self, asked: Asked, *, _depth: int = 0) -> Iterator[Asked]:
        if _depth > LONGEST_CHAIN:
            return
        if not is_computed(self.by_id[asked.indicator_id]):
            yield asked
        for part in self.inputs(asked).values():
            yield from self._leaves(part, _depth=_depth + 1)

    def rolled(self, asked: Asked, sums: Mapping[Base, Sum], *, _depth: int = 0) -> Rolled:
        """The figure of a unit, whose `sums` are given."""
        indicator = self.by_id[asked.indicator_id]
        if not is_computed(indicator):
            return _added(indicator, asked, sums)
        if _depth > LONGEST_CHAIN:
            return Rolled(None)
        inputs = self.inputs(asked)
        found = {name: self.rolled(part, sums, _depth=_depth + 1) for name, part in inputs.items()}
        return Rolled(
            _computed(indicator, self, {name: part.value for name, part in found.items()}),
            why=next((part.why for part in found.values() if part.why), None),
            adjusted=sum((abs(part.adjusted) for part in found.values()), Decimal(0)),
            reporting=sum(part.reporting for part in found.values()),
            without=sum(part.without for part in found.values()),
        )


def is_computed(indicator: Indicator) -> bool:
    """Whether it is made of other indicators."""
    return bool(indicator.formula) or indicator.rules.over_units is Adding.RATIO


def parts_of(indicator: Indicator, asked: Asked) -> tuple[str, ...]:
    """The periods in which the indicator is reported that make up the asked one; none where that is a shorter one."""
    return _parts(indicator.period_kind, asked.period, asked.is_to_date)


# Of the same few periods it is asked for each indicator and unit of a table.
@lru_cache(maxsize=4096)
def _parts(kind: PeriodKind, period: Period, is_to_date: bool) -> tuple[str, ...]:
    if is_to_date:
        months = period.last_month // kind.months
        parts = Period(period.year, months, kind).year_to_date() if months else []
    else:
        parts = period.parts(kind) if kind.months <= period.kind.months else []
    return tuple(part.label for part in parts)


def note(indicator: Indicator, asked: Asked) -> Text | None:
    """How a figure of several periods came about, where they were not simply summed."""
    is_long = asked.is_to_date or indicator.period_kind is not asked.period.kind
    if not is_long or is_computed(indicator):
        return None
    return kinds.complain_of_adding_time(indicator.type, indicator.name)


def _referred(indicator_id: int, asked: Asked, when: When) -> Asked:
    period, is_to_date = asked.period, asked.is_to_date
    if when is When.PREV:
        period = period.moved(-1)
    if when is When.LAST_YEAR:
        period = period.a_year_before()
    return Asked(indicator_id, period, is_to_date or when is When.YTD)


def _added(indicator: Indicator, asked: Asked, sums: Mapping[Base, Sum]) -> Rolled:
    parts = parts_of(indicator, asked)
    found = [sums.get(Base(indicator.id, label)) for label in parts]
    counted = found[-1:] if indicator.rules.over_time is Adding.LAST else found
    given = [part for part in counted if part is not None]
    values = [_of_units(indicator, part) for part in found]
    value = kinds.over_time(indicator.type, indicator.name, values) if len(parts) > 1 else next(iter(values), None)
    why = None if value is not None else _why_not(indicator, asked, parts, given)
    if len(given) == 1:
        (one,) = given
        only = one.total if why is not None and one.reporting == 1 else None
        return Rolled(value, why, one.adjusted, one.reporting, one.without, only)
    return Rolled(
        value,
        why,
        adjusted=sum((part.adjusted for part in given), Decimal(0)),
        reporting=sum(part.reporting for part in given),
        without=sum(part.without for part in given),
    )


def _of_units(indicator: Indicator, found: Sum | None) -> Decimal | None:
    if found is None:
        return None
    if indicator.rules.over_units is Adding.NONE:
        return found.own if found.own is None else found.own + found.adjusted
    return found.total + found.adjusted if found.reporting or found.adjusted else None


def _why_not(indicator: Indicator, asked: Asked, parts: tuple[str, ...], found: list[Sum]) -> Text | None:
    if not parts:
        return Text(
            f"“{indicator.name}”不按这样短的期报送。",
            f"“{indicator.name}” is not reported for periods as short as {asked.period.label}.",
        )
    if any(part.own is None and part.reporting for part in found):
        return kinds.complain_of_adding_units(indicator.type, indicator.name)
    return None


def _computed(indicator: Indicator, book: Book, values: Mapping[Reference, Decimal | None]) -> Decimal | None:
    if indicator.formula:
        found = formulas.evaluate(formulas.read(indicator.formula), values)
        value = None if isinstance(found, bool) else found
    else:
        above, below = (_value_of(part, book, values) for part in (indicator.numerator_id, indicator.denominator_id))
        value = kinds.share(above, below, factor=Decimal(_FACTORS.get(indicator.unit_of_measure, 1)))
    return None if value is None else _rounded(value, indicator.decimals)


def _rounded(value: Decimal, decimals: int) -> Decimal | None:
    """None for what no figure is: a product can be larger than anything that can be shown."""
    try:
        return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    except InvalidOperation:
        return None


def _value_of(indicator_id: int | None, book: Book, values: Mapping[Reference, Decimal | None]) -> Decimal | None:
    found = None if indicator_id is None else book.by_id.get(indicator_id)
    return None if found is None else values.get(Reference(found.code))
