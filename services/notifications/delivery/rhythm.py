"""How often a post wants to be told outside the house, and what goes on its day whatever it wants (pure)."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from services.notifications.reminding.policy import URGENT
from shared.workdays import next_workday


class Rhythm(StrEnum):
    """When a message goes: each working day that has something new, once a week, or for what is urgent alone."""

    DAILY = "daily"
    WEEKLY = "weekly"
    URGENT = "urgent"


def first_workday_of_week(day: dt.date) -> dt.date:
    """The first working day from the Monday of the week of `day` on; in a week of holidays one of a week after."""
    return next_workday(day - dt.timedelta(days=day.weekday()))


def goes(rhythm: Rhythm, stage: str, written_on: dt.date, day: dt.date) -> bool:
    """Whether a line of stage `stage` that was written on `written_on` is told on the working day `day`.

    What is not urgent waits for the first working day of a week. What could not go then goes on the next.
    """
    if stage in URGENT or rhythm is Rhythm.DAILY:
        return True
    if rhythm is Rhythm.URGENT:
        return False
    first = first_workday_of_week(day)
    return day == first or written_on < first < day
