"""Whether a figure is unlike the unit's own past: robust, and by the season where the past is long enough. Pure.

Median and MAD (the median of the distances from the median) hardly notice the very mistakes that are looked for, which
mean and standard deviation do. Employment has seasons, so with two years of past a figure is held against the same
period of other years; the spread is that of all the past about its seasons.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from services.stats.periods import Period

# Below so many periods a past says nothing.
LEAST_PAST = 6
LONGEST_PAST = 36
# With this many years of the same period there is a season to speak of.
LEAST_YEARS = 2
# MAD times this is the standard deviation of a normal distribution (Hampel's identifier).
TO_DEVIATION = Decimal("1.4826")
DEVIATIONS = Decimal(5)
# A unit that reports the same number each month has no spread; within a fifth of its usual number nobody need explain.
LEAST_SPREAD = Decimal("0.2")


@dataclass(frozen=True, slots=True)
class Usual:
    """What the past lets expect, in the indicator's unit of measure; `is_seasonal` when it is the season's."""

    lowest: Decimal
    highest: Decimal
    is_seasonal: bool

    def has(self, value: Decimal) -> bool:
        """Whether the value lies within."""
        return self.lowest <= value <= self.highest


def usual_of(period: Period, past: Mapping[Period, Decimal], *, step: Decimal) -> Usual | None:
    """The usual range for `period` by its unit's earlier periods of the same kind; None when they are too few.

    `step` is the smallest difference that can be reported: 1 for whole numbers, 0.01 for two decimals.
    """
    earlier = {p: value for p, value in past.items() if p < period}
    recent = {p: earlier[p] for p in sorted(earlier)[-LONGEST_PAST:]}
    if len(recent) < LEAST_PAST:
        return None
    seasons: dict[int, list[Decimal]] = defaultdict(list)
    for p, value in recent.items():
        seasons[p.number].append(value)
    is_seasonal = len(seasons[period.number]) >= LEAST_YEARS
    centre = _middle(seasons[period.number] if is_seasonal else list(recent.values()))
    spread = _spread_about_seasons(recent, seasons) if is_seasonal else _mad(list(recent.values()), centre)
    allowed = max(DEVIATIONS * TO_DEVIATION * spread, LEAST_SPREAD * abs(centre), 2 * step)
    return Usual(centre - allowed, centre + allowed, is_seasonal)


def _spread_about_seasons(past: Mapping[Period, Decimal], seasons: Mapping[int, Sequence[Decimal]]) -> Decimal:
    """The middle of how far each value lies from the other years of its season.

    From a middle that it is part of, one of three values would have no distance at all, and the spread were too small.
    """
    distances = []
    for period, value in past.items():
        others = list(seasons[period.number])
        others.remove(value)
        if others:
            distances.append(abs(value - _middle(others)))
    return _middle(distances)


def _mad(values: Sequence[Decimal], centre: Decimal) -> Decimal:
    return _middle([abs(value - centre) for value in values])


def _middle(values: Sequence[Decimal]) -> Decimal:
    return median(values)
