"""On which days a round opens, is due and is locked, by the State Council's calendar. Pure.

A round opens on the day after its period. `shared/workdays.py` knows the holidays; for a year that is not announced yet
Monday to Friday count, and the days say so, because they may move once it is.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace

from services.stats.periods import Period, parse, period_of, periods_between
from services.stats.reports.records import DayRule
from shared import workdays

MOST_WORKDAYS = 60
LAST_DAY_OF_MONTH = 31


@dataclass(frozen=True, slots=True)
class Counted:
    """How a day is counted: `days` working days after the period, or the day of the month after it."""

    rule: DayRule
    days: int


@dataclass(frozen=True, slots=True)
class RoundDays:
    """The days of one round; `is_announced` is whether the calendar of all of them is known."""

    opens_on: dt.date
    due_on: dt.date
    lock_on: dt.date
    is_announced: bool


def round_days(period: Period, due: Counted, lock: Counted) -> RoundDays:
    """The days of the round of `period`. What is due is not locked before: the lock day is the due day or later."""
    opens_on = period.last_day + dt.timedelta(days=1)
    due_on = _day(period, due)
    lock_on = max(due_on, _day(period, lock))
    years = range(opens_on.year, lock_on.year + 1)
    return RoundDays(opens_on, due_on, lock_on, all(map(workdays.is_announced, years)))


def fair_days(days: RoundDays, due_on: dt.date, lock_on: dt.date, *, today: dt.date) -> RoundDays:
    """What becomes of a round with these two days by another calendar: see `workdays.moved_day`."""
    moved = workdays.moved_day(due_on, days.due_on, today)
    return replace(days, due_on=moved, lock_on=max(moved, workdays.moved_day(lock_on, days.lock_on, today)))


def _day(period: Period, counted: Counted) -> dt.date:
    if counted.rule is DayRule.WORKDAYS:
        return workdays.add_workdays(period.last_day, counted.days)
    month = period.last_day + dt.timedelta(days=1)
    # The 31st of a month that has none is its last day.
    last = calendar.monthrange(month.year, month.month)[1]
    return workdays.next_workday(month.replace(day=min(counted.days, last)))


def periods_to_open(first: str, last: str | None, opened: Collection[str], *, today: dt.date) -> list[Period]:
    """The periods from `first` to `last` (labels) that are over by `today` and not among those `opened`, in order."""
    begin = parse(first)
    end = period_of(today, begin.kind).moved(-1)
    if last is not None:
        end = min(end, parse(last))
    return [period for period in periods_between(begin, end) if period.label not in opened]
