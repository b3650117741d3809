"""The operation of urging."""

from __future__ import annotations

from services.tasks.urging import schemas, urging
from services.tasks.urging.queries import Meant
from shared import clock
from shared.actor import UNIT_ROLES
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, command
from shared.database import Cursor


class UrgingOperations(BaseService):
    """Urging what is not done."""

    @command(schemas.Urge, schemas.Urgings, urging.ANYTHING | UNIT_ROLES)
    def urge(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Urge a duty, or what is overdue or due soon of an item, of a unit, or of a duty's parts; each once a day.

        The lead bureau and leaders urge anything, a unit the parts of what it split, and nothing else.
        What waits for an answer is left alone: there the next move is not the unit's. Invalid for a single duty that is
        done, over, paused, or not due soon.
        """
        names = ("duty_id", "item_id", "unit_id", "checklist_id", "duty_ids", "whole_id")
        meant = Meant(**{name: params[name] for name in names})
        return urging.urge(cur, context, meant, text=params["text"], today=clock.today())
