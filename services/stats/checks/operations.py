"""Operations on checks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from services.stats.checks import defining, queries, schemas, sheets
from services.stats.checks.records import CheckState
from shared import clock
from shared.actor import READERS_OF_ALL, UNIT_ROLES, Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, command, query
from shared.database import Cursor

LEAD = frozenset({Role.LEAD_BUREAU})


class CheckOperations(BaseService):
    """What the lead bureau does with checks, and who may read them."""

    today: Callable[[], dt.date] = staticmethod(clock.today)

    @query(schemas.ListChecks, schemas.Checks, READERS_OF_ALL)
    def list_checks(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """List the checks of a report, or of all reports."""
        report_id = params["report_id"]
        found = queries.all_checks(cur) if report_id is None else queries.checks_of(cur, report_id)
        return {"checks": [defining.as_dict(check) for check in found]}

    @query(schemas.CheckOnly, schemas.CheckShown, READERS_OF_ALL)
    def get_check(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show a check."""
        return defining.get_check(cur, params["check_id"])

    @command(schemas.SaveCheck, schemas.CheckShown, LEAD)
    def save_check(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Make a check, which is not asked yet, or change one; what it stopped before stays as it was."""
        return defining.save_check(cur, context, params)

    @command(schemas.SwitchCheck, schemas.CheckShown, LEAD)
    def switch_check(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Switch a check on or off."""
        return defining.switch_check(
            cur, context, params["check_id"], state=CheckState(params["state"]), version=params["version"]
        )

    @query(schemas.TryCheck, schemas.Trial, LEAD)
    def try_check(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Try a check, as it is written now, on the figures of a period; nothing is stored."""
        return defining.try_check(cur, params, today=self.today())

    @query(schemas.ReportOnly, schemas.SheetChecks, READERS_OF_ALL | UNIT_ROLES)
    def sheet_checks(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show the hard checks of a report that a spreadsheet can ask by itself, as a spreadsheet writes them."""
        return {"checks": sheets.checks_of(cur, params["report_id"])}
