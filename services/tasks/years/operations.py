"""Operations of the turn of the year: end a checklist, carry one over, compare it with where it came from."""

from __future__ import annotations

from services.tasks.years import schemas, years
from shared.actor import READERS_OF_ALL, Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, command, query
from shared.calling.shapes import Nothing
from shared.database import Cursor
from shared.limits import SERVICE

LEAD = frozenset({Role.LEAD_BUREAU})


class YearOperations(BaseService):
    """Ending a year and beginning the next."""

    @query(schemas.OneChecklist, schemas.YearEnd, READERS_OF_ALL)
    def look_at_year_end(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show how far a checklist is, and what stands in the way of ending it."""
        return years.look(cur, params["checklist_id"])

    @command(schemas.CloseChecklist, Nothing, LEAD)
    def close_checklist(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """End a checklist with a word: nothing of its duties changes any more, and nobody is reminded of them.

        Conflict when it changed since; Invalid where it is not issued, is being amended, or a submission waits.
        """
        years.close(cur, context, params["checklist_id"], version=params["version"], reason=params["reason"])
        return {}

    @command(schemas.CarryChecklist, schemas.Carried, LEAD, within=SERVICE.preview)
    def carry_checklist(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Make the draft of another year of an issued or ended checklist, its dates moved by whole years.

        Invalid of `again`, with details.carried, where that was done for the same year before.
        """
        return {"checklist_id": years.carry(cur, context, **params)}

    @query(schemas.CompareCarried, schemas.CarriedRows, READERS_OF_ALL, within=SERVICE.preview)
    def compare_carried(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show what is different from the checklist that this one was carried over from, 200 rows a page."""
        return years.compared(cur, params["checklist_id"], page=params["page"])
