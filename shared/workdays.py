"""Working days of the State Council calendar, make-up working weekends (调休) included.

The table comes from the chinesecalendar package, which follows the yearly notice of the State Council's office. For a
year that is not announced yet Monday to Friday count as working days, and `is_announced` says so.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

# Where a day begins and ends, and where its working hours are.
SHANGHAI = ZoneInfo("Asia/Shanghai")


@lru_cache(maxsize=256)
def is_announced(year: int) -> bool:
    """Whether the State Council's calendar for `year` is in the table."""
    import chinese_calendar

    return any(day.year == year for day in chinese_calendar.constants.holidays)


@lru_cache(maxsize=8192)
def is_workday(day: dt.date) -> bool:
    """Whether `day` is worked on, by the State Council's calendar where it is announced."""
    import chinese_calendar

    if not is_announced(day.year):
        return day.weekday() < 5
    return bool(chinese_calendar.is_workday(day))


def next_workday(day: dt.date) -> dt.date:
    """`day` itself when it is a working day, else the first one after it."""
    while not is_workday(day):
        day += dt.timedelta(days=1)
    return day


def workdays_between(start: dt.date, end: dt.date) -> int:
    """Number of working days after `start` up to and including `end`; negative when `end` is before `start`."""
    if end < start:
        return -workdays_between(end, start)
    return sum(is_workday(start + dt.timedelta(days=offset)) for offset in range(1, (end - start).days + 1))


def add_workdays(day: dt.date, count: int) -> dt.date:
    """The day that lies `count` working days after (or, when negative, before) `day`."""
    step = dt.timedelta(days=1 if count >= 0 else -1)
    remaining = abs(count)
    while remaining:
        day += step
        remaining -= is_workday(day)
    return day
