"""Use cases that change nothing: what a change of the calendar would do, before anybody confirms it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.tasks.calendar import queries
from services.tasks.calendar.following import Move, moves_of
from services.tasks.calendar.records import Announced, AnnouncedRow, OwnDay
from services.tasks.calendar.year_tables import DayChange, differences, span_of, table_of
from shared import workdays
from shared.calendars import as_json, days_of
from shared.database import Cursor
from shared.fingerprint import fingerprint_of
from shared.workdays import YearTable

DECEMBER = 12
# A page names so many dates; the others are in the file.
MOST_NAMED = 30
# More dates than a checklist of a country has; a file is written of no more.
MOST_IN_FILE = 10_000


@dataclass(frozen=True, slots=True)
class Change:
    """The tables that a change makes different, with their days, and what follows for duties."""

    tables: list[YearTable]
    days: list[DayChange]
    moves: list[Move]
    announces: bool

    @property
    def fingerprint(self) -> str:
        """What tells whether it would still do what somebody was shown: which dates move where.

        How many duties are due alike, and how many of them are submitted, changes all day long.
        """
        dates = {
            (one.group.item_id, one.group.period, one.group.due_on.isoformat(), str(one.due_on)) for one in self.moves
        }
        return fingerprint_of([*(table.fingerprint() for table in self.tables), *sorted(dates)])

    @property
    def span(self) -> tuple[dt.date, dt.date] | None:
        """Between which days due dates must be written to follow; None where none can."""
        return span_of(self.days)


def change_of(
    cur: Cursor,
    year: int,
    *,
    today: dt.date,
    announced: Announced | None = None,
    own: OwnDay | None = None,
    dropped: dt.date | None = None,
) -> Change:
    """What a notice of a year would change, or a single day of it, or that such a day is as announced again."""
    years = [year - 1, year] if announced else [year]
    before = {one: workdays.in_force().table_of(one) for one in years}
    after = {one: stored(cur, one, announced=announced, own=own, dropped=dropped) for one in years}
    tables = [table for table in after.values() if table.fingerprint() != before[table.year].fingerprint()]
    days = [day for table in tables for day in differences(before[table.year], table)]
    announces = after[year].is_announced and not before[year].is_announced
    return Change(tables, days, _moves(cur, tables, days, today), announces)


def _moves(cur: Cursor, tables: Sequence[YearTable], days: Sequence[DayChange], today: dt.date) -> list[Move]:
    span = span_of(days)
    if span is None:
        return []
    calendar = workdays.in_force()
    for table in tables:
        calendar = calendar.with_table(table)
    found = queries.groups(cur, span)
    with workdays.by(calendar):
        return moves_of(found, today)


def stored(
    cur: Cursor,
    year: int,
    *,
    announced: Announced | None = None,
    own: OwnDay | None = None,
    dropped: dt.date | None = None,
) -> YearTable:
    """The table of a year as what is stored makes it, with what is changed about it."""
    notices = {row.year: _notice(row) for row in queries.announced_years(cur, [year, year + 1])}
    if announced:
        notices[announced.year] = announced
    rows = queries.own_days(cur, dt.date(year, 1, 1), dt.date(year, DECEMBER, 31))
    changed = own.day if own else dropped
    days = [OwnDay(row.day, row.is_worked, row.name) for row in rows if row.day != changed]
    return table_of(year, notices, [*days, own] if own and own.day.year == year else days)


def _notice(row: AnnouncedRow) -> Announced:
    return Announced(row.year, days_of(row.off), days_of(row.worked))


def as_preview(change: Change, *, most: int) -> dict[str, Any]:
    """A CalendarPreview, with at most so many of the dates that move."""
    staying = [one for one in change.moves if one.stays]
    moving = [one for one in change.moves if not one.stays]
    return {
        "days": [day_as_dict(day) for day in change.days],
        "announces": change.announces,
        "duties": sum(one.group.duties for one in moving),
        "staying": sum(one.group.duties for one in staying),
        "moves": [_move_as_dict(one) for one in change.moves[:most]],
        "more_moves": max(len(change.moves) - most, 0),
        "tables": [table_as_dict(table) for table in change.tables],
        "fingerprint": change.fingerprint,
    }


def day_as_dict(day: DayChange) -> dict[str, Any]:
    """A ChangedDay."""
    return {
        "date": day.day.isoformat(),
        "was_worked": day.was_worked,
        "was_name": day.was_name,
        "is_worked": day.is_worked,
        "name": day.name,
    }


def table_as_dict(table: YearTable) -> dict[str, Any]:
    """A CalendarTable."""
    return {
        "year": table.year,
        "is_announced": table.is_announced,
        "off": as_json(table.off),
        "worked": as_json(table.worked),
    }


def _move_as_dict(move: Move) -> dict[str, Any]:
    group = move.group
    return {
        "checklist_id": group.checklist_id,
        "checklist": group.checklist,
        "row_id": group.item_id,
        "item": group.item,
        "period": group.period,
        "due_on": group.due_on.isoformat(),
        "wanted_on": move.wanted_on.isoformat(),
        "stays": move.stays,
        "duties": group.duties,
    }
