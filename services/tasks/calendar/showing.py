"""What is shown of the calendar: a year with who changed what, and the tables that pages count by."""

from __future__ import annotations

import datetime as dt
from typing import Any

from services.tasks.calendar import queries
from services.tasks.calendar.effects import DECEMBER, table_as_dict
from services.tasks.calendar.records import AnnouncedRow, OwnDayRow
from shared import calendars
from shared.database import Cursor


def year_answer(cur: Cursor, year: int) -> dict[str, Any]:
    """A CalendarYear, as the database holds it now."""
    notices = queries.announced_years(cur, [year])
    own = queries.own_days(cur, dt.date(year, 1, 1), dt.date(year, DECEMBER, 31))
    return {
        "table": table_as_dict(calendars.load(cur).table_of(year)),
        "version": queries.versions(cur, [year])[year],
        "own_days": [_own_as_dict(row) for row in own],
        "imported": _imported(notices[0]) if notices else None,
        "is_moving": queries.is_moving(cur),
    }


def tables_answer(cur: Cursor) -> dict[str, Any]:
    """The CalendarTables that are in force."""
    calendar = calendars.load(cur)
    return {
        "fingerprint": calendar.fingerprint,
        "tables": [table_as_dict(table) for table in calendar.tables.values()],
    }


def _own_as_dict(row: OwnDayRow) -> dict[str, Any]:
    return {
        "date": row.day.isoformat(),
        "is_worked": row.is_worked,
        "name": row.name,
        "reason": row.reason,
        "at": row.at.isoformat(),
        "by": _by(row),
    }


def _imported(row: AnnouncedRow) -> dict[str, Any]:
    return {"reason": row.reason, "at": row.at.isoformat(), "by": _by(row)}


def _by(row: OwnDayRow | AnnouncedRow) -> dict[str, Any]:
    return {"post": row.post, "unit": row.unit_name}
