"""Operations of leaders' remarks (批示): make one, answer, read."""

from __future__ import annotations

from services.tasks.remarks import measuring, remarking, schemas
from shared import clock
from shared.actor import READERS_OF_ALL, UNIT_ROLES, Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, command, every, query
from shared.calling.shapes import Nothing
from shared.database import Cursor

LEADERSHIP = frozenset({Role.LEADERSHIP})


class RemarkOperations(BaseService):
    """What leaders remark, and what units answer."""

    @command(schemas.MakeRemark, schemas.RemarkMade, LEADERSHIP)
    def make_remark(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Remark on a duty, or on an item: then each unit of it answers. Invalid where nobody is there to answer."""
        return remarking.make(cur, context, **params)

    @command(schemas.AnswerRemark, Nothing, UNIT_ROLES)
    def answer_remark(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Answer a remark for the unit of a duty; Conflict when somebody has."""
        remarking.answer(cur, context, **params, today=clock.today())
        return {}

    @query(schemas.ListRemarks, schemas.Remarks, READERS_OF_ALL)
    def list_remarks(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """List all remarks with their answers, open ones first; 30 a page."""
        return remarking.listed(cur, page=params["page"], today=clock.today())

    @query(schemas.RemarksOfDuty, schemas.DutyRemarks, UNIT_ROLES | READERS_OF_ALL, by_link=True)
    def remarks_of_duty(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """List the remarks on one duty, to whoever may read it."""
        return remarking.of_duty(cur, context, params["duty_id"], today=clock.today())

    @every(60)
    def measure_remarks(self) -> None:
        """Set the gauges of remarks that are not answered."""
        with self.database.transaction() as cur:
            measuring.measure(cur)
