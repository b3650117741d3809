"""Working days: days off and make-up working weekends (调休) of a year as a table, and counting by such tables.

A table is data: where an installation has one of its own for a year, that one holds, else that of the chinesecalendar
package, which follows the yearly notice of the State Council's office. In a year without a table Monday to Friday count
as working days, and `is_announced` says so.

Which tables are in force is said once, where a transaction or a page begins (`by`), as a time zone would be: rules
count by it without being handed it, and what is counted within one transaction is counted by one calendar.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from array import array
from calendar import isleap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from itertools import accumulate
from typing import ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from shared import light_rules

# Where a day begins and ends, and where its working hours are.
SHANGHAI = ZoneInfo("Asia/Shanghai")
SATURDAY = 5
P = ParamSpec("P")
T = TypeVar("T")
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class YearTable:
    """The days of one year that are not as their weekday says, with the name of the holiday they belong to.

    `off` may name days of a weekend, too, which belong to the holiday; `worked` are days of weekends alone.
    """

    year: int
    is_announced: bool
    off: Mapping[dt.date, str] = field(default_factory=dict)
    worked: Mapping[dt.date, str] = field(default_factory=dict)
    # How many days are worked on up to each one of the year: a list of late duties asks for months of each of them.
    _so_far: Sequence[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        first = dt.date(self.year, 1, 1)
        days = (first + dt.timedelta(days=number) for number in range(365 + isleap(self.year)))
        object.__setattr__(self, "_so_far", array("H", accumulate(map(self.is_workday, days))))

    def is_workday(self, day: dt.date) -> bool:
        """Whether `day`, which is one of the year, is worked on."""
        return day in self.worked if day.weekday() >= SATURDAY else day not in self.off

    def workdays_until(self, day: dt.date) -> int:
        """How many days of the year are worked on up to `day`, which is one of them, itself included."""
        return self._so_far[day.timetuple().tm_yday - 1]

    @property
    def workdays(self) -> int:
        """How many days of the year are worked on."""
        return self._so_far[-1]

    def fingerprint(self) -> str:
        """What tells it from any other table."""
        days = [[[day.isoformat(), name] for day, name in sorted(found.items())] for found in (self.off, self.worked)]
        content = json.dumps([self.year, self.is_announced, *days], ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Calendar:
    """The tables of an installation by year; `fingerprint` tells it from any other calendar."""

    tables: Mapping[int, YearTable] = field(default_factory=dict)
    fingerprint: str = ""

    @classmethod
    def of(cls, tables: Iterable[YearTable]) -> Calendar:
        """The calendar with these tables."""
        by_year = {table.year: table for table in sorted(tables, key=lambda table: table.year)}
        prints = "".join(table.fingerprint() for table in by_year.values())
        return cls(by_year, hashlib.sha256(prints.encode()).hexdigest() if by_year else "")

    def table_of(self, year: int) -> YearTable:
        """The table of a year: the own one, else that of the package, else one that is not announced."""
        return self.tables.get(year) or base_table(year)

    def with_table(self, table: YearTable) -> Calendar:
        """The calendar with this table instead of the one it has for that year."""
        return Calendar.of((*(one for one in self.tables.values() if one.year != table.year), table))


@lru_cache(maxsize=256)
def base_table(year: int) -> YearTable:
    """What the package knows of a year; a table that is not announced where it knows nothing."""
    import chinese_calendar

    names = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}

    def of_year(days: Mapping[dt.date, str]) -> dict[dt.date, str]:
        return {day: names.get(name, name) for day, name in sorted(days.items()) if day.year == year}

    off = of_year(chinese_calendar.constants.holidays)
    return YearTable(year, bool(off), off, of_year(chinese_calendar.constants.workdays))


OF_PACKAGE = Calendar()
_IN_FORCE: ContextVar[Calendar] = ContextVar("calendar", default=OF_PACKAGE)


def in_force() -> Calendar:
    """The calendar that everything here counts by now, in this thread."""
    return _IN_FORCE.get()


@contextmanager
def by(calendar: Calendar) -> Iterator[None]:
    """Count by `calendar` within the block, in this thread or green thread alone."""
    before = _IN_FORCE.get()
    _IN_FORCE.set(calendar)
    try:
        yield
    finally:
        # No token: whoever is cleaned up may be so from another thread, which has nothing to take back.
        _IN_FORCE.set(before)


def kept_by_calendar(maxsize: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """As `lru_cache`, for a function that counts working days, or tells a light by them.

    Another calendar has answers of its own, and so have other rules of lights.
    """

    def keep(function: Callable[P, T]) -> Callable[P, T]:
        @lru_cache(maxsize=maxsize)
        def kept(_calendar: str, _lights: str, *args: P.args, **kwargs: P.kwargs) -> T:
            return function(*args, **kwargs)

        @wraps(function)
        def answer(*args: P.args, **kwargs: P.kwargs) -> T:
            return kept(in_force().fingerprint, light_rules.in_force().fingerprint, *args, **kwargs)  # type: ignore[arg-type]

        return answer

    return keep


def is_announced(year: int) -> bool:
    """Whether the State Council's calendar for `year` is known."""
    return in_force().table_of(year).is_announced


def is_workday(day: dt.date) -> bool:
    """Whether `day` is worked on, by the calendar in force."""
    return in_force().table_of(day.year).is_workday(day)


def is_settled(*days: dt.date) -> bool:
    """Whether no day off that is still to be announced can move anything between the first and the last of `days`."""
    return all(is_announced(year) for year in range(min(days).year, max(days).year + 1))


def next_workday(day: dt.date) -> dt.date:
    """`day` itself when it is a working day, else the first one after it."""
    while not is_workday(day):
        day += ONE_DAY
    return day


def workdays_between(start: dt.date, end: dt.date) -> int:
    """Number of working days after `start` up to and including `end`; negative when `end` is before `start`."""
    if end < start:
        return -workdays_between(end, start)
    calendar = in_force()
    years = sum(calendar.table_of(year).workdays for year in range(start.year, end.year))
    until_end, until_start = (calendar.table_of(day.year).workdays_until(day) for day in (end, start))
    return years + until_end - until_start


def add_workdays(day: dt.date, count: int) -> dt.date:
    """The day that lies `count` working days after (or, when negative, before) `day`."""
    step = dt.timedelta(days=1 if count >= 0 else -1)
    remaining = abs(count)
    while remaining:
        day += step
        remaining -= is_workday(day)
    return day


def moved_day(was: dt.date, now: dt.date, today: dt.date) -> dt.date:
    """What becomes of a due date that another calendar puts on `now`: more time is given, less only ahead of time.

    A date that would come forward to today, or to a day that is over, stays as it was: nobody is late by a notice.
    """
    return was if now < was and now <= today else now
