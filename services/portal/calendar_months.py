"""A year month by month, as its page lays it out: weeks from Monday, and which holidays lie in a month. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from shared.workdays import SATURDAY, YearTable

MONTHS = range(1, 13)


@dataclass(frozen=True, slots=True)
class Cell:
    """A day; `kind` is off or worked where it is not as its weekday says, rest for a plain weekend, else empty."""

    day: dt.date
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Holiday:
    """Days of one name on end, off or worked."""

    name: str
    first: dt.date
    last: dt.date
    is_worked: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month; `weeks` have seven places each, None for a day of another month."""

    number: int
    weeks: list[list[Cell | None]]
    holidays: list[Holiday]


def months_of(table: YearTable) -> list[Month]:
    """The twelve months of the table's year."""
    return [_month(table, number) for number in MONTHS]


def _month(table: YearTable, number: int) -> Month:
    weeks = calendar.Calendar().monthdatescalendar(table.year, number)
    cells = [[_cell(table, day) if day.month == number else None for day in week] for week in weeks]
    return Month(number, cells, list(_holidays([cell for week in cells for cell in week if cell])))


def _cell(table: YearTable, day: dt.date) -> Cell:
    if day in table.worked:
        return Cell(day, "worked", table.worked[day])
    if day in table.off:
        return Cell(day, "off", table.off[day])
    return Cell(day, "rest" if day.weekday() >= SATURDAY else "", "")


def _holidays(cells: list[Cell]) -> Iterator[Holiday]:
    for (kind, name), days in groupby(cells, key=lambda cell: (cell.kind, cell.name)):
        if kind in ("off", "worked"):
            found = list(days)
            yield Holiday(name, found[0].day, found[-1].day, kind == "worked")
