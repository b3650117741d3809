"""When an item is due: its dates in one year, one per period, moved off days off.

A recurrence without a day is due at the end of its month, quarter or year. A date that does not exist (31 February)
means the last day of that month.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from shared.workdays import is_announced, next_workday

MONTH_END = 31


class Recurrence(StrEnum):
    """How often an item is due in its year."""

    ONCE = "once"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a row says about time. `due_on` is the date of `once`; for the others it may give the day."""

    recurrence: Recurrence
    due_on: dt.date | None = None
    due_day: int | None = None

    @property
    def is_set(self) -> bool:
        """Whether the item is due at all."""
        return self.due_on is not None or self.recurrence is not Recurrence.ONCE


@dataclass(frozen=True, slots=True)
class Period:
    """One due date. It is provisional when a year it touches has no announced calendar of days off."""

    label: str
    written_due_on: dt.date
    due_on: dt.date
    is_provisional: bool

    @property
    def is_moved(self) -> bool:
        """Whether a day off moved it."""
        return self.due_on != self.written_due_on


def periods_of(schedule: Schedule, year: int) -> list[Period]:
    """The periods of `year` in order; none when the schedule is not set.

    A single date may lie after the year, as the year's report often does; its period is the year all the same. A
    due date that is moved may leave its period too, which keeps its label.
    """
    return [_period(label, written) for label, written in _written(schedule, year)]


def _written(schedule: Schedule, year: int) -> Iterator[tuple[str, dt.date]]:
    day = schedule.due_day or (schedule.due_on.day if schedule.due_on else MONTH_END)
    match schedule.recurrence:
        case Recurrence.MONTHLY:
            yield from ((f"{year}-{month:02}", _day(year, month, day)) for month in range(1, 13))
        case Recurrence.QUARTERLY:
            yield from ((f"{year}-Q{quarter}", _day(year, 3 * quarter, day)) for quarter in range(1, 5))
        case Recurrence.YEARLY:
            yield str(year), _day(year, schedule.due_on.month if schedule.due_on else 12, day)
        case Recurrence.ONCE:
            if schedule.due_on is not None:
                yield str(year), schedule.due_on


def _day(year: int, month: int, day: int) -> dt.date:
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _period(label: str, written: dt.date) -> Period:
    due_on = next_workday(written)
    return Period(label, written, due_on, is_provisional=not (is_announced(written.year) and is_announced(due_on.year)))
