"""How far a target is: its share of the value, the share of its time, what is missing, and the word for it. Pure.

The five words are those of published bulletins: 已完成, 超进度, 达进度, 欠进度, 其它.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

MONTHS = 12
# A year of which half the months are missing says nothing of how the year runs.
LEAST_YEARS = 1
ONE, NONE_YET = Decimal(1), Decimal(0)
# As much above its time, and a target is called ahead of it.
AHEAD = Decimal("0.05")
EXACT = 12


class Comparator(StrEnum):
    """What a value must be, held against the target."""

    AT_LEAST = "at_least"  # ≥
    AT_MOST = "at_most"  # ≤
    AROUND = "around"  # 左右, within a tolerance
    ZERO = "zero"  # 动态清零
    RISING = "rising"  # 稳步提升, against a base


class Standing(StrEnum):
    """How a target stands."""

    REACHED = "reached"  # 已完成
    AHEAD = "ahead"  # 超进度
    ON_TIME = "on_time"  # 达进度
    BEHIND = "behind"  # 欠进度
    OTHER = "other"  # 其它


@dataclass(frozen=True, slots=True)
class Curve:
    """Which share of a year's value is there at the end of each of its months; `years` of which it was taken.

    Without any it is a straight line.
    """

    shares: tuple[Decimal, ...]
    years: tuple[int, ...] = ()


LINEAR = Curve(tuple(Decimal(month) / MONTHS for month in range(1, MONTHS + 1)))


@dataclass(frozen=True, slots=True)
class Aim:
    """What is to be reached: from `base`, over the months from `first` to `last`, each as year * 12 + month - 1.

    `is_summed` says that the value grows from month to month (a flow); else it is what stands at a moment.
    `tolerance` is that of 左右; `years` say how much of a growing value each year is to bring, or nothing.
    `is_of_year` says that it is made of the sums of its year so far: its months neither add up nor follow one another.
    """

    comparator: Comparator
    value: Decimal
    first: int
    last: int
    is_summed: bool
    base: Decimal | None = None
    tolerance: Decimal = NONE_YET
    years: tuple[tuple[int, Decimal], ...] = ()
    is_of_year: bool = False

    @property
    def has_way(self) -> bool:
        """Whether there is a way to it, of which a share can be made at a time."""
        return self.comparator is Comparator.AT_LEAST and not self.is_standing

    @property
    def is_standing(self) -> bool:
        """Whether the value is to be held at any time: what stands at a moment and has no base to rise from."""
        return not self.is_summed and self.base is None


def month_of(year: int, month: int) -> int:
    """The number of a month: neighbours differ by one."""
    return year * MONTHS + month - 1


def seasonal_curve(years: Sequence[tuple[int, Sequence[Decimal | None]]]) -> Curve:
    """How a year runs by the past ones, given as (year, its twelve monthly values).

    Only whole years count whose sum is above zero and whose months are none below; without one it is the straight line.
    """
    whole = [(year, [value for value in values if value is not None]) for year, values in years]
    fit = [(year, values) for year, values in whole if len(values) == MONTHS and min(values) >= 0 and sum(values) > 0]
    if len(fit) < LEAST_YEARS:
        return LINEAR
    shares = []
    for month in range(1, MONTHS + 1):
        reached = [sum(values[:month], NONE_YET) / sum(values, NONE_YET) for _, values in fit]
        shares.append(sum(reached, NONE_YET) / len(reached))
    return Curve(tuple(shares), tuple(year for year, _ in fit))


def share_of_time(aim: Aim, now: int, curve: Curve = LINEAR) -> Decimal:
    """Which share of a target should be there at the end of month `now`: 0 before it begins, 1 from its last month on.

    Years weigh alike, or as much as each is to bring; inside each the curve holds, cut to the months of the target.
    """
    if now < aim.first:
        return NONE_YET
    if now >= aim.last:
        return ONE
    if curve == LINEAR and not aim.years:
        return Decimal(now - aim.first + 1) / (aim.last - aim.first + 1)
    weights = _weights(aim, curve)
    return sum(weights[: now - aim.first + 1], NONE_YET) / sum(weights, NONE_YET)


def _weights(aim: Aim, curve: Curve) -> list[Decimal]:
    steps = [share - before for share, before in zip(curve.shares, (NONE_YET, *curve.shares), strict=False)]
    found = [steps[month % MONTHS] for month in range(aim.first, aim.last + 1)]
    if sum(found) <= 0:
        found = [ONE] * len(found)
    return _by_years(aim, found) if aim.years else found


def _by_years(aim: Aim, steps: Sequence[Decimal]) -> list[Decimal]:
    """Each year as heavy as what it is to bring; a year of which the curve knows nothing runs evenly."""
    wanted = dict(aim.years)
    found: list[Decimal] = []
    for year in range(aim.first // MONTHS, aim.last // MONTHS + 1):
        within = range(max(year * MONTHS, aim.first), min(year * MONTHS + MONTHS - 1, aim.last) + 1)
        here = [steps[month - aim.first] for month in within]
        here = here if sum(here) > 0 else [ONE] * len(here)
        found += [step / sum(here) * wanted.get(year, NONE_YET) for step in here]
    return found if sum(found) > 0 else list(steps)


def expected(aim: Aim, now: int, curve: Curve = LINEAR) -> Decimal:
    """What should be there at the end of month `now`: on the way from the base; what is to be held, all of it."""
    if aim.comparator in (Comparator.ZERO, Comparator.RISING):
        return NONE_YET if aim.comparator is Comparator.ZERO else aim.base or NONE_YET
    if not aim.has_way:
        return aim.value
    base = aim.base or NONE_YET
    return base + (aim.value - base) * round(share_of_time(aim, now, curve), EXACT)


def share_reached(aim: Aim, value: Decimal | None) -> Decimal | None:
    """Which share of the way is made; None where there is no way to divide, or no value.

    From the base, where there is one: of 20 % to 30 %, 25 % is half.
    """
    if value is None or aim.comparator in (Comparator.ZERO, Comparator.AROUND, Comparator.RISING):
        return None
    base = aim.base or NONE_YET
    way = aim.value - base
    return (value - base) / way if way else None


def gap(aim: Aim, value: Decimal | None) -> Decimal | None:
    """What is missing, 0 when nothing is; None without a value or, for 稳步提升, without a base."""
    if value is None:
        return None
    match aim.comparator:
        case Comparator.AT_LEAST:
            missing = aim.value - value
        case Comparator.AT_MOST:
            missing = value - aim.value
        case Comparator.AROUND:
            missing = abs(value - aim.value) - aim.tolerance
        case Comparator.ZERO:
            missing = abs(value)
        case Comparator.RISING:
            if aim.base is None:
                return None
            missing = aim.base - value
    return max(missing, NONE_YET)


def needed_per_month(aim: Aim, value: Decimal | None, now: int, decimals: int) -> Decimal | None:
    """How much each of the months after `now` must bring; None where that is no question, or no month is left.

    Rounded to the indicator's decimals, never down: what is rounded down does not reach.
    """
    missing = gap(aim, value)
    left = aim.last - max(now, aim.first - 1)
    if missing is None or left <= 0 or not aim.has_way or aim.is_of_year:
        return None
    unit = ONE.scaleb(-decimals)
    exact = missing / left
    rounded = exact.quantize(unit, ROUND_HALF_UP)
    return rounded if rounded >= exact else rounded + unit


def standing(aim: Aim, value: Decimal | None, now: int, curve: Curve = LINEAR) -> Standing:
    """The word for a target at the end of month `now`."""
    missing = gap(aim, value)
    if missing is None or value is None:
        return Standing.OTHER
    if not aim.has_way:
        return _of_moment(aim, missing, now)
    if not missing:
        # What stands at a moment may fall again: it is reached on its last day.
        return Standing.REACHED if aim.is_summed or now >= aim.last else Standing.AHEAD
    made = share_reached(aim, value)
    if made is None:
        return Standing.OTHER
    # Thirds are never quite what they should be; who is exactly on the way is not behind.
    over = round(made, EXACT) - round(share_of_time(aim, now, curve), EXACT)
    if over >= AHEAD:
        return Standing.AHEAD
    return Standing.ON_TIME if over >= 0 and now < aim.last else Standing.BEHIND


def _of_moment(aim: Aim, missing: Decimal, now: int) -> Standing:
    if missing:
        return Standing.BEHIND
    return Standing.REACHED if now >= aim.last else Standing.ON_TIME
