"""When a message may leave the house: on working days from 08:30 to 18:00 in Asia/Shanghai, never at night."""

from __future__ import annotations

import datetime as dt

from shared.workdays import SHANGHAI, is_workday, next_workday

OPENS = dt.time(8, 30)
CLOSES = dt.time(18, 0)
# What is issued or urged comes in many pieces; one message shall carry them.
SETTLING = dt.timedelta(minutes=10)


def next_moment(moment: dt.datetime) -> dt.datetime:
    """`moment` itself when it lies in the window, else when the window opens next; in UTC."""
    local = moment.astimezone(SHANGHAI)
    day = local.date()
    if is_workday(day) and local.time() < CLOSES:
        return max(_opening(day), moment).astimezone(dt.UTC)
    return _opening(next_workday(day + dt.timedelta(days=1))).astimezone(dt.UTC)


def is_open(moment: dt.datetime) -> bool:
    """Whether something may be sent at `moment`."""
    return next_moment(moment) == moment


def _opening(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, OPENS, SHANGHAI)
