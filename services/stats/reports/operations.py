"""Operations of reports: how they are defined, whom they ask, and their rounds."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

from services.stats.reports import answers, asking, granting, queries, rounds, saving, schemas
from services.stats.reports.saving import NO_REPORT
from shared import clock
from shared.actor import READERS_OF_ALL, UNIT_ROLES, Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.params import NoParams
from shared.calling.service import BaseService, command, every, query
from shared.calling.shapes import Nothing
from shared.database import Cursor
from shared.errors import NotFound

log = logging.getLogger(__name__)

LEAD = frozenset({Role.LEAD_BUREAU})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
HEAD_OR_ADMINISTRATOR = frozenset({Role.UNIT_HEAD, Role.ADMINISTRATOR})
UNITS_OF_A_PAGE = 100


class ReportOperations(BaseService):
    """Reports, whom they ask, and their rounds."""

    today: Callable[[], dt.date] = staticmethod(clock.today)

    @every(60)
    def keep_rounds(self) -> None:
        """Open what is due, and let open rounds follow whom their reports ask and what the calendar says.

        Each round is a transaction of its own, and each replica may do this at any time.
        """
        today = self.today()
        with self.database.transaction() as cur:
            unfollowed = queries.unfollowed_reports(cur, today)
            due = rounds.due_rounds(cur, today)
            moved = rounds.moved_reports(cur, today)
            expecting = queries.reports_expecting_closed(cur, today)
            reopened = queries.reports_expecting_too_few(cur, today)
        for report_id in unfollowed:
            with self.database.transaction() as cur:
                asking.follow_recipients(cur, report_id, day=today, today=today)
        for one in due:
            with self.database.transaction() as cur:
                round_id = rounds.open_round(cur, one, today)
            if round_id is not None:
                log.info("round opened", extra={"round": round_id, "report": one.report_id, "period": one.period.label})
        for report_id in moved:
            with self.database.transaction() as cur:
                rounds.move_rounds(cur, report_id, today, fair_on=today)
        for report_id in expecting:
            with self.database.transaction() as cur:
                rounds.release_closed(cur, report_id, today)
        for report_id in reopened:
            with self.database.transaction() as cur:
                rounds.ask_reopened(cur, report_id, today)

    @query(NoParams, schemas.Reports, READERS_OF_ALL)
    def list_reports(self, cur: Cursor, _context: Context, _params: Loaded) -> Answer:
        """List the reports with their newest rounds."""
        return answers.list_reports(cur, today=self.today())

    @query(schemas.ReportOnly, schemas.ReportAnswer, READERS_OF_ALL)
    def get_report(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show a report with its lines, whom it names, its rounds, its next days and who changed it."""
        report = queries.report(cur, params["report_id"])
        if report is None:
            raise NotFound(NO_REPORT)
        return answers.report_answer(cur, report, today=self.today())

    @command(schemas.SaveReport, schemas.ReportAnswer, LEAD)
    def save_report(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Make a report as a draft, or change one; lines and recipients replace those before.

        Units that come in are asked from today on, or in a draft from its first period on; those that go out are asked
        no more. Rounds that are not locked get the days of the new rules. Invalid when an indicator does not fit, when
        another active report asks the same of the same unit, or when an open round would lie outside.
        """
        return saving.save_report(cur, context, params, today=self.today())

    @command(schemas.ReportVersioned, schemas.ReportAnswer, LEAD)
    def start_report(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Let a report open rounds by itself: the newest one now, those of the past that it lacks soon.

        Invalid without indicators or recipients, or when another active report asks the same of the same unit.
        """
        return saving.start_report(cur, context, params, today=self.today())

    @command(schemas.ReportVersioned, schemas.ReportAnswer, LEAD)
    def stop_report(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Let a report open no more rounds; those that are open stay as they are."""
        return saving.stop_report(cur, context, params, today=self.today())

    @query(schemas.AskedUnits, schemas.AskedUnitsPage, READERS_OF_ALL)
    def list_report_units(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """List from and until when a report asks each unit; a page after the last one is the last."""
        return answers.asked_units_page(
            cur,
            params["report_id"],
            text=params["text"],
            row_id=params["report_unit_id"],
            page=params["page"],
            size=UNITS_OF_A_PAGE,
        )

    @command(schemas.SaveReportUnit, Nothing, LEAD)
    def save_report_unit(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Correct from and until when a report asks a unit; of a period its last day decides.

        What is owed for rounds follows, but for what was handed in. Conflict when the days are not those of `was_from`
        and `was_until` any more.
        """
        saving.save_report_unit(cur, context, params)
        return {}

    @query(schemas.RoundBoard, schemas.RoundBoardAnswer, READERS_OF_ALL)
    def round_board(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show who is in and who is missing in a round, its days and the exceptions from its lock."""
        return answers.round_board(cur, today=self.today(), **params)

    @query(schemas.RoundsByCalendar, schemas.MovedRounds, ADMINISTRATOR)
    def rounds_by_calendar(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show which rounds would have other days, were these the tables of their years."""
        return answers.moved_rounds(cur, params["tables"], today=self.today())

    @command(schemas.GrantException, schemas.RoundBoardAnswer, LEAD)
    def grant_exception(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Let one unit change a round after its lock day, until the end of a day; the longest of several holds."""
        return granting.grant_exception(cur, context, params, today=self.today())

    @query(schemas.UnitOnly, schemas.UnitSetting, READERS_OF_ALL | UNIT_ROLES | {Role.ADMINISTRATOR})
    def get_unit_setting(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Tell whether a head must confirm what a unit hands in."""
        return granting.unit_setting(cur, params["unit_id"])

    @command(schemas.SaveUnitSetting, schemas.UnitSetting, HEAD_OR_ADMINISTRATOR)
    def save_unit_setting(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Say whether a head must confirm what a unit hands in: heads of their own unit, administrators of any.

        Conflict when somebody has said so meanwhile.
        """
        return granting.save_unit_setting(cur, context, params)
