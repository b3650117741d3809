"""Periods of figures: months, quarters, half-years and years, written 2026-01, 2026-Q1, 2026-H1 and 2026. Pure.

Labels of one kind sort as text in the order of time, which queries rely on.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

EARLIEST_YEAR, LATEST_YEAR = 1990, 2099
_LABEL = re.compile(r"(?P<year>[0-9]{4})(?:-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])|H(?P<half>[12])))?")


class PeriodKind(StrEnum):
    """How often a figure is asked."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"

    @property
    def months(self) -> int:
        """How many months one period has."""
        return _MONTHS[self]


_MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF_YEAR: 6, PeriodKind.YEAR: 12}
_MARKS = {PeriodKind.QUARTER: "Q", PeriodKind.HALF_YEAR: "H"}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The `number`-th period of its kind in a year, from 1; a year's number is 1."""

    year: int
    number: int
    kind: PeriodKind

    @property
    def label(self) -> str:
        """Such as 2026-01, 2026-Q1, 2026-H1 or 2026."""
        if self.kind is PeriodKind.YEAR:
            return f"{self.year:04}"
        if self.kind is PeriodKind.MONTH:
            return f"{self.year:04}-{self.number:02}"
        return f"{self.year:04}-{_MARKS[self.kind]}{self.number}"

    @property
    def first_month(self) -> int:
        return (self.number - 1) * self.kind.months + 1

    @property
    def last_month(self) -> int:
        return self.number * self.kind.months

    @property
    def first_day(self) -> dt.date:
        return dt.date(self.year, self.first_month, 1)

    @property
    def last_day(self) -> dt.date:
        return dt.date(self.year, self.last_month, calendar.monthrange(self.year, self.last_month)[1])

    def moved(self, count: int) -> Period:
        """The period `count` places later, or earlier when negative."""
        in_a_year = 12 // self.kind.months
        place = self.year * in_a_year + self.number - 1 + count
        return Period(place // in_a_year, place % in_a_year + 1, self.kind)

    def a_year_before(self) -> Period:
        return Period(self.year - 1, self.number, self.kind)

    def within(self, kind: PeriodKind) -> Period:
        """The period of a longer (or the same) kind that this one lies in; ValueError for a shorter kind."""
        if kind.months < self.kind.months:
            raise ValueError(f"{self.label} lies in no {kind}")
        return Period(self.year, (self.last_month - 1) // kind.months + 1, kind)

    def parts(self, kind: PeriodKind) -> list[Period]:
        """Its periods of a shorter (or the same) kind, in order; ValueError for a longer kind."""
        if kind.months > self.kind.months:
            raise ValueError(f"{self.label} has no {kind}")
        last = self.last_month // kind.months
        first = (self.first_month - 1) // kind.months + 1
        return [Period(self.year, number, kind) for number in range(first, last + 1)]

    def year_to_date(self) -> list[Period]:
        """The periods of its kind from the beginning of its year up to itself."""
        return [Period(self.year, number, self.kind) for number in range(1, self.number + 1)]


def parse(label: str) -> Period:
    """The period of a label. ValueError for anything else, years outside 1990 to 2099 included."""
    found = _LABEL.fullmatch(label)
    if found is None or not EARLIEST_YEAR <= int(found["year"]) <= LATEST_YEAR:
        raise ValueError(f"no period: {label!r}")
    year = int(found["year"])
    for group, kind in (
        ("month", PeriodKind.MONTH),
        ("quarter", PeriodKind.QUARTER),
        ("half", PeriodKind.HALF_YEAR),
    ):
        if found[group]:
            return Period(year, int(found[group]), kind)
    return Period(year, 1, PeriodKind.YEAR)


def is_period(label: str) -> bool:
    """Whether `label` names a period."""
    try:
        parse(label)
    except ValueError:
        return False
    return True


def period_of(day: dt.date, kind: PeriodKind) -> Period:
    """The period that `day` lies in."""
    return Period(day.year, (day.month - 1) // kind.months + 1, kind)


def periods_between(first: Period, last: Period) -> Iterator[Period]:
    """From `first` up to and including `last`, of the same kind; none when `last` lies before."""
    period = first
    while period <= last:
        yield period
        period = period.moved(1)
