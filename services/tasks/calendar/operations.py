"""Operations of the calendar of working days: everybody reads it, the administrator changes it."""

from __future__ import annotations

from services.tasks.calendar import changing, schemas, showing
from shared import clock
from shared.actor import EVERYBODY, Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.params import NoParams
from shared.calling.service import BaseService, command, every, query
from shared.database import Cursor
from shared.limits import SERVICE

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


class CalendarOperations(BaseService):
    """Which days are worked on."""

    @query(schemas.YearOnly, schemas.CalendarYear, EVERYBODY)
    def calendar_year(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show the days of a year that are not as their weekday says, and who changed which."""
        return showing.year_answer(cur, params["year"])

    @query(NoParams, schemas.CalendarTables, EVERYBODY, before_new_password=True, by_link=True)
    def calendar_tables(self, cur: Cursor, _context: Context, _params: Loaded) -> Answer:
        """Tell the tables that pages count working days by."""
        return showing.tables_answer(cur)

    @query(schemas.PreviewCalendar, schemas.CalendarPreview, ADMINISTRATOR, within=SERVICE.preview)
    def preview_calendar(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show what a file of a year, or one day, would change, and which due dates would move from when to when.

        Invalid with details.lines when something in the file is wrong.
        """
        return changing.preview(cur, params, today=clock.today())

    @command(schemas.ImportCalendar, schemas.CalendarYear, ADMINISTRATOR, within=SERVICE.preview)
    def import_calendar(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Take over the days off of a year from a file; due dates that depend on them follow soon.

        Invalid with details.lines when something in the file is wrong. Conflict with details.current when somebody
        changed the year meanwhile, and with details.preview when it would do something else than was `seen`.
        """
        return changing.import_year(cur, context, params, today=clock.today())

    @command(schemas.SaveCalendarDay, schemas.CalendarYear, ADMINISTRATOR, within=SERVICE.preview)
    def save_calendar_day(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Make one day off, or worked, or as it was announced; due dates that depend on it follow soon.

        Conflict as for a file.
        """
        return changing.save_day(cur, context, params, today=clock.today())

    @every(60)
    def follow_calendar(self) -> None:
        """Say the tables again once an hour, for whoever missed them, and notice a calendar that a release brought."""
        with self.database.transaction() as cur:
            changing.follow(cur, clock.today())
