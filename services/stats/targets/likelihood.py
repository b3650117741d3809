"""How likely a target is reached, from the level and the swings of the months so far. Pure.

The months to come are taken to be as the past ones: each its share of the year's course times the same level, give or
take as much as the past months lay beside it. What their sum needs is held against the normal distribution of that
sum, wider by what is not known of the level itself and where one month resembles the one before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import sqrt
from statistics import NormalDist, fmean

from services.stats.targets.progress import LINEAR, MONTHS, Aim, Comparator, Curve

# Fewer months say nothing of how much they swing.
LEAST_MONTHS = 6
MOST_MONTHS = 36
# A month that is like the one before makes sums swing more; a chance run of a few months must not make it endless.
MOST_LIKENESS = 0.6


@dataclass(frozen=True, slots=True)
class Outlook:
    """`likelihood` from 0 to 1 by `months` past months; `expected` is the value at the end."""

    likelihood: float
    expected: float
    months: int


def outlook(aim: Aim, past: Sequence[tuple[int, Decimal]], now: int, curve: Curve = LINEAR) -> Outlook | None:
    """What is to be expected at the end of the target's last month; None with fewer than six months, or none to come.

    `past` are (month, value) in order, up to `now`, those before the target's first month too: amounts of a flow,
    values of a stock at the ends of months.
    """
    left = aim.last - now
    known = [(month, float(value)) for month, value in past][-MOST_MONTHS - 1 :]
    if left <= 0 or aim.comparator is Comparator.RISING:
        return None
    if aim.is_summed:
        return _of_flow(aim, known, now, curve)
    return _of_level(aim, known, left)


def _of_flow(aim: Aim, known: Sequence[tuple[int, float]], now: int, curve: Curve) -> Outlook | None:
    # One year alone would lie on its own curve exactly, as if nothing ever swung.
    curve = curve if len(curve.years) > 1 else LINEAR
    steps = _steps(curve)
    usable = [(month, value) for month, value in known[-MOST_MONTHS:] if steps[month % MONTHS] > 0]
    if len(usable) < LEAST_MONTHS:
        return None
    levels = [value / steps[month % MONTHS] for month, value in usable]
    weights = [steps[month % MONTHS] for month in range(now + 1, aim.last + 1)]
    there = sum(value for month, value in known if aim.first <= month <= now)
    level, swing, likeness = fmean(levels), _swing(levels), _likeness(levels)
    total = sum(weights)
    if curve.years:
        # The curve was taken from some of these months, beside which they seem to swing less than they do.
        swing *= sqrt(len(curve.years) / (len(curve.years) - 1))
    variance = swing**2 * (sum(w * w for w in weights) * likeness + total**2 * likeness / len(levels))
    return _held(aim, there + level * total, sqrt(variance), len(levels))


def _of_level(aim: Aim, known: Sequence[tuple[int, float]], left: int) -> Outlook | None:
    steps = [(month - earlier, value - before) for (earlier, before), (month, value) in pairwise(known)]
    if len(steps) < LEAST_MONTHS:
        return None
    months = sum(gap for gap, _ in steps)
    move = (known[-1][1] - known[0][1]) / months
    # A step over three months swings as much as the square root of three does of one.
    besides = [(moved - move * gap) / sqrt(gap) for gap, moved in steps]
    swing, likeness = _swing(besides), _likeness(besides)
    variance = swing**2 * likeness * (left + left**2 / months)
    return _held(aim, known[-1][1] + move * left, sqrt(variance), len(steps))


def _steps(curve: Curve) -> list[float]:
    if curve == LINEAR:
        return [1 / MONTHS] * MONTHS
    shares = [0.0, *(float(share) for share in curve.shares)]
    return [share - before for before, share in pairwise(shares)]


def _swing(values: Sequence[float]) -> float:
    """The standard deviation as it is known from a few: wider, as Student's distribution is wider."""
    middle, number = fmean(values), len(values)
    spread = sum((value - middle) ** 2 for value in values) / (number - 1)
    return sqrt(spread * (number - 1) / (number - 3))


def _likeness(values: Sequence[float]) -> float:
    """How much wider sums are than those of independent months, by how alike neighbours are."""
    middle = fmean(values)
    around = [value - middle for value in values]
    whole = sum(value * value for value in around)
    if not whole:
        return 1.0
    # From a few months it comes out too small by about this much.
    alike = sum(one * other for one, other in pairwise(around)) / whole + 1 / len(values)
    alike = min(max(alike, 0.0), MOST_LIKENESS)
    return (1 + alike) / (1 - alike)


def _held(aim: Aim, expected: float, spread: float, months: int) -> Outlook:
    value, tolerance = float(aim.value), float(aim.tolerance)
    # What never swung is certain; sums of fractions are not quite what they should be.
    expected = round(expected, 6)
    if spread <= abs(expected) * 1e-9:
        return Outlook(float(_fits(aim, expected)), expected, months)
    chance = NormalDist(expected, spread)
    match aim.comparator:
        case Comparator.AT_LEAST:
            likelihood = 1 - chance.cdf(value)
        case Comparator.AT_MOST:
            likelihood = chance.cdf(value)
        case Comparator.ZERO:
            likelihood = chance.cdf(0.5)
        case _:
            likelihood = chance.cdf(value + tolerance) - chance.cdf(value - tolerance)
    return Outlook(likelihood, expected, months)


def _fits(aim: Aim, value: float) -> bool:
    match aim.comparator:
        case Comparator.AT_LEAST:
            return value >= float(aim.value)
        case Comparator.AT_MOST:
            return value <= float(aim.value)
        case Comparator.ZERO:
            return value < 0.5
        case _:
            return abs(value - float(aim.value)) <= float(aim.tolerance)
