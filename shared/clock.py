"""The only place that asks what time it is. Days are days in Asia/Shanghai, instants are UTC."""

from __future__ import annotations

import datetime as dt

from shared.workdays import SHANGHAI


def now() -> dt.datetime:
    return dt.datetime.now(tz=dt.UTC)


def day_of(instant: dt.datetime) -> dt.date:
    """The calendar day in Asia/Shanghai on which `instant` (with time zone) falls."""
    return instant.astimezone(SHANGHAI).date()


def start_of(day: dt.date) -> dt.datetime:
    """The instant at which `day` begins in Asia/Shanghai."""
    return dt.datetime.combine(day, dt.time(), SHANGHAI)


def today() -> dt.date:
    return day_of(now())
