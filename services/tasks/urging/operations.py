"""The operation of urging."""

from __future__ import annotations

from services.tasks.urging import schemas, urging
from services.tasks.urging.queries import Meant
from shared import clock
from shared.actor import Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, command
from shared.database import Cursor

LEAD_AND_LEADERSHIP = frozenset({Role.LEAD_BUREAU, Role.LEADERSHIP})


class UrgingOperations(BaseService):
    """Urging what is not done."""

    @command(schemas.Urge, schemas.Urgings, LEAD_AND_LEADERSHIP)
    def urge(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Urge a duty, or what is overdue or due soon of an item or of a unit; each duty once a day.

        What waits for an answer of the lead bureau is left alone.
        """
        meant = Meant(params["duty_id"], params["item_id"], params["unit_id"], params["checklist_id"])
        return urging.urge(cur, context, meant, text=params["text"], today=clock.today())
