"""Operations of delegation (分解): taking one part back and answering what is asked about it are of duties."""

from __future__ import annotations

from services.tasks.delegation import delegating, schemas
from services.tasks.duties.schemas import DutyDetail, DutyReason
from shared import clock
from shared.actor import UNIT_ROLES
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, command, query
from shared.database import Cursor


class DelegationOperations(BaseService):
    """Splitting a duty among units below."""

    @query(schemas.ChooseParts, schemas.PartChoices, UNIT_ROLES)
    def whom_to_delegate_to(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Name the units among which a duty of the own unit could be split, and who of them has a part."""
        return delegating.choices(cur, context, params["duty_id"], today=clock.today())

    @command(schemas.DelegateDuty, DutyDetail, UNIT_ROLES)
    def delegate_duty(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Split an open duty of the own unit among units below it; done again it adds more of them.

        Invalid, by unit, for a day that is over or after the duty's own; for a unit that has it already.
        """
        days = {one["unit_id"]: one["due_on"] for one in params["units"]}
        return delegating.delegate(
            cur,
            context,
            params["duty_id"],
            version=params["version"],
            days=days,
            text=params["text"],
            today=clock.today(),
        )

    @command(DutyReason, DutyDetail, UNIT_ROLES)
    def withdraw_parts(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Take back all parts of a duty of the own unit that are not done; what is done stays."""
        return delegating.take_back(
            cur,
            context,
            params["duty_id"],
            version=params["version"],
            reason=params["reason"],
            today=clock.today(),
        )
