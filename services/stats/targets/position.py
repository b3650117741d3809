"""Where a target stands by its figures: up to which period, and all that follows from it. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.stats.periods import Period, PeriodKind
from services.stats.targets import likelihood, progress
from services.stats.targets.likelihood import LEAST_MONTHS, Outlook
from services.stats.targets.progress import LINEAR, MONTHS, Aim, Curve, Standing, month_of
from services.stats.targets.records import Course

# How a year runs is taken from so many of the last whole ones.
MOST_YEARS = 5


@dataclass(frozen=True, slots=True)
class Point:
    """A figure of a period, of how many units it is, and how many of those are missing."""

    period: Period
    value: Decimal | None
    units: int = 0
    missing: int = 0

    @property
    def month(self) -> int:
        """The number of its last month."""
        return month_of(self.period.year, self.period.last_month)


@dataclass(frozen=True, slots=True)
class Position:
    """`value` is what is reached up to period `at`; `lacking` of its periods have no figure, `missing` are units.

    `share` and `time` are those of the way and of its time, where there is a way; `needed` is per month. `given`
    counts the periods with a figure; `curve` is what `time` goes by.
    """

    aim: Aim
    curve: Curve
    at: Period | None
    value: Decimal | None
    lacking: int
    missing: int
    given: int
    standing: Standing
    share: Decimal | None
    time: Decimal | None
    expected: Decimal
    gap: Decimal | None
    needed: Decimal | None
    outlook: Outlook | None
    course_of_year: Curve

    @property
    def is_over(self) -> bool:
        """Whether the figures reach its last month."""
        return self.at is not None and month_of(self.at.year, self.at.last_month) >= self.aim.last


def position(aim: Aim, points: Sequence[Point], *, course: Course, decimals: int, day: dt.date) -> Position:
    """`points` are all periods in order, those before the target too; `day` is the one of which is spoken."""
    own = [point for point in points if point.month >= aim.first or not (aim.is_summed or aim.is_of_year)]
    at = newest(own)
    counted = [point for point in own if at is not None and point.month <= at.month]
    value = _value(aim, counted)
    now = at.month if at is not None else month_of(day.year, day.month) - 1
    past = [point for point in points if point.month <= now and point.value is not None]
    year = curve_of(past) if aim.is_summed else LINEAR
    curve = year if course is Course.SEASONAL else LINEAR
    return Position(
        aim=aim,
        curve=curve,
        at=at.period if at is not None else None,
        value=value,
        lacking=sum(1 for point in counted if point.value is None) if aim.is_summed else 0,
        missing=max((point.missing for point in counted), default=0) if aim.is_summed else (at.missing if at else 0),
        given=len(past),
        standing=progress.standing(aim, value, now, curve),
        share=progress.share_reached(aim, value) if aim.has_way else None,
        time=progress.share_of_time(aim, now, curve) if aim.has_way else None,
        expected=progress.expected(aim, now, curve),
        gap=progress.gap(aim, value),
        needed=progress.needed_per_month(aim, value, now, decimals),
        outlook=_outlook(aim, past, now, year),
        course_of_year=year,
    )


def newest(points: Sequence[Point]) -> Point | None:
    """Up to which period it is counted: the newest with a figure, or the one before while units of it are missing.

    In the first days after a month few have reported it, and all would seem to be behind.
    """
    given = [point for point in points if point.value is not None]
    if not given:
        return None
    if given[-1].missing and len(given) > 1:
        return given[-2]
    return given[-1]


def reached(aim: Aim, points: Sequence[Point], month: int) -> Decimal | None:
    """What was reached at the end of a month: the sum from the beginning, or the figure that stands there."""
    return _value(aim, [point for point in points if point.month <= month])


def curve_of(past: Sequence[Point]) -> Curve:
    """How a year runs by the last whole ones; longer periods are spread evenly over their months."""
    years: dict[int, list[Decimal | None]] = {}
    for point in past:
        if point.period.kind is PeriodKind.YEAR or point.value is None:
            continue
        months = years.setdefault(point.period.year, [None] * MONTHS)
        for month in range(point.period.first_month, point.period.last_month + 1):
            months[month - 1] = point.value / point.period.kind.months
    whole = [(year, months) for year, months in sorted(years.items()) if None not in months]
    return progress.seasonal_curve(whole[-MOST_YEARS:])


def _value(aim: Aim, points: Sequence[Point]) -> Decimal | None:
    given = [point.value for point in points if point.value is not None and (not aim.is_summed or _is_own(aim, point))]
    if not given:
        return None
    return sum(given, Decimal(0)) if aim.is_summed else given[-1]


def _is_own(aim: Aim, point: Point) -> bool:
    return aim.first <= point.month <= aim.last


def _outlook(aim: Aim, past: Sequence[Point], now: int, year: Curve) -> Outlook | None:
    if len(past) < LEAST_MONTHS or aim.is_of_year:
        return None
    return likelihood.outlook(aim, _by_month(past) if aim.is_summed else _levels(past), now, year)


def _levels(past: Sequence[Point]) -> list[tuple[int, Decimal]]:
    return [(point.month, point.value) for point in past if point.value is not None]


def _by_month(past: Sequence[Point]) -> list[tuple[int, Decimal]]:
    return [
        (month, point.value / point.period.kind.months)
        for point in past
        if point.value is not None
        for month in range(point.month - point.period.kind.months + 1, point.month + 1)
    ]
