"""How far a checklist is: of what was due until a day, how much was done by then. Pure.

A duty is done when it counts as done; one that waits for review does not yet. What was granted as not applicable or
withdrawn is not due.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from services.stats.completion.completion import Bucket, Group

WEEKS_SHOWN = 8
ONE_WEEK = dt.timedelta(weeks=1)

_NOT_DUE = frozenset({Bucket.WAIVED, Bucket.WITHDRAWN})
_DONE = frozenset({Bucket.DONE, Bucket.DONE_LATE})


@dataclass(frozen=True, slots=True)
class Pace:
    """Of `due` duties `done` are done."""

    due: int
    done: int


def due_between(groups: Iterable[Group], first: dt.date, last: dt.date) -> Pace:
    """The pace of what is due from `first` to `last`, both included, as it stands now."""
    found = [group for group in groups if first <= group.due_on <= last and group.bucket not in _NOT_DUE]
    return Pace(sum(group.duties for group in found), sum(group.duties for group in found if group.bucket in _DONE))


def due_so_far(groups: Iterable[Group], today: dt.date) -> Pace:
    """The pace of all that is due until `today`, today included."""
    return due_between(groups, dt.date.min, today)


def week_of(today: dt.date) -> tuple[dt.date, dt.date]:
    """Monday and Sunday of the week."""
    monday = today - dt.timedelta(days=today.weekday())
    return monday, monday + dt.timedelta(days=6)


def ends_of_weeks(today: dt.date, weeks: int = WEEKS_SHOWN) -> list[dt.date]:
    """The Sundays before the week of `today`, and today: `weeks` days in order."""
    monday, _ = week_of(today)
    return [monday - dt.timedelta(days=1) - back * ONE_WEEK for back in range(weeks - 2, -1, -1)] + [today]
