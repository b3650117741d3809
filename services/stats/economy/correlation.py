"""Whether two series of growth rise and fall together, at once or one some periods after the other. Pure.

Growth against the same period a year before is compared, never levels: two levels that both grow over the years go
together whatever they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, localcontext
from typing import NamedTuple

from services.stats.economy.growth import Measured, Why, growth
from services.stats.periods import Period

# Any two points lie on a line, and of three any accident looks like a law.
LEAST_POINTS = 4
# With ten points a correlation below 0.632 is not told from none (5 %, two-sided); with fewer even larger ones are not.
FEW_POINTS = 10
MOST_LAG = 3
# Digits that sums of squares of growth rates need to come out as zero where they are.
_PRECISION = 60


class Lagged(NamedTuple):
    """How what happened `lag` periods before goes with what happens now, and of how many points that is."""

    lag: int
    points: int
    found: Measured

    @property
    def is_few(self) -> bool:
        return self.points < FEW_POINTS


def growths(series: Mapping[Period, Decimal]) -> dict[Period, Decimal]:
    """Growth against the same period of the year before, where both are known."""
    found = {period: growth(series.get(period.a_year_before()), now).value for period, now in series.items()}
    return {period: value for period, value in found.items() if value is not None}


def lagged(first: Mapping[Period, Decimal], then: Mapping[Period, Decimal]) -> list[Lagged]:
    """The correlation of `first` with what `then` is 0 to `MOST_LAG` periods later."""
    return [_at(first, then, lag) for lag in range(MOST_LAG + 1)]


def pearson(pairs: list[tuple[Decimal, Decimal]]) -> Measured:
    """The correlation of pairs, from -1 to 1."""
    if len(pairs) < LEAST_POINTS:
        return Measured.not_applicable(Why.FEW_POINTS)
    with localcontext(prec=_PRECISION):
        count = len(pairs)
        middles = [sum(side, Decimal(0)) / count for side in zip(*pairs, strict=True)]
        apart = [(x - middles[0], y - middles[1]) for x, y in pairs]
        squares = sum((x * x for x, _ in apart), Decimal(0)) * sum((y * y for _, y in apart), Decimal(0))
        if _is_still([x for x, _ in pairs]) or _is_still([y for _, y in pairs]) or squares <= 0:
            return Measured.not_applicable(Why.NO_SPREAD)
        value = sum((x * y for x, y in apart), Decimal(0)) / squares.sqrt()
    return Measured(max(Decimal(-1), min(Decimal(1), +value)))


def _at(first: Mapping[Period, Decimal], then: Mapping[Period, Decimal], lag: int) -> Lagged:
    pairs = [(first[before], now) for period, now in sorted(then.items()) if (before := period.moved(-lag)) in first]
    return Lagged(lag, len(pairs), pearson(pairs))


def _is_still(values: list[Decimal]) -> bool:
    return len(set(values)) == 1
