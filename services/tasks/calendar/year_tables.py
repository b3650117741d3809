"""The table of a year, put together of what was announced and of single days changed on top. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from services.tasks.calendar.records import Announced, OwnDay
from shared.workdays import SATURDAY, YearTable, base_table

# Longer than any holiday with the weekends beside it: a day off moves no date that is written more days before it.
LONGEST_REST = 31


class DayChange(NamedTuple):
    """A day that is not as it was: whether it is worked on, and what it is called."""

    day: dt.date
    was_worked: bool
    was_name: str
    is_worked: bool
    name: str


def table_of(year: int, announced: Mapping[int, Announced], own: Iterable[OwnDay]) -> YearTable:
    """The table of a year in force: the announced one, else that of the package, with the single days on top.

    Days of its December that the notice of the following year names belong to it, as the days around New Year do.
    """
    base = base_table(year)
    notice = announced.get(year)
    off, worked = (dict(notice.off), dict(notice.worked)) if notice else (dict(base.off), dict(base.worked))
    following = announced.get(year + 1)
    if following:
        _put(off, worked, following.off, following.worked)
    for one in own:
        if one.is_worked:
            _put(off, worked, {}, {one.day: one.name})
        else:
            _put(off, worked, {one.day: one.name}, {})
    return YearTable(
        year,
        base.is_announced or notice is not None,
        {day: name for day, name in sorted(off.items()) if day.year == year},
        {day: name for day, name in sorted(worked.items()) if day.year == year and day.weekday() >= SATURDAY},
    )


def _put(
    off: dict[dt.date, str], worked: dict[dt.date, str], more_off: Mapping[dt.date, str], more: Mapping[dt.date, str]
) -> None:
    """Add days to the two; a day is in one of them at most."""
    for day in more:
        off.pop(day, None)
    for day in more_off:
        worked.pop(day, None)
    off.update(more_off)
    worked.update(more)


def differences(before: YearTable, after: YearTable) -> list[DayChange]:
    """The days that are not worked as before, or not named as before, in their order."""
    days = sorted({*before.off, *before.worked, *after.off, *after.worked})
    found = [_difference(day, before, after) for day in days]
    return [one for one in found if (one.was_worked, one.was_name) != (one.is_worked, one.name)]


def _difference(day: dt.date, before: YearTable, after: YearTable) -> DayChange:
    return DayChange(day, before.is_workday(day), name_of(before, day), after.is_workday(day), name_of(after, day))


def name_of(table: YearTable, day: dt.date) -> str:
    """What a day is called, empty for an ordinary one."""
    return table.off.get(day) or table.worked.get(day) or ""


def span_of(changed: Iterable[DayChange]) -> tuple[dt.date, dt.date] | None:
    """Between which days a due date must be written to move by these changes; None where none can."""
    days = [one.day for one in changed if one.was_worked != one.is_worked]
    return (min(days) - dt.timedelta(days=LONGEST_REST), max(days)) if days else None
