"""Operations of slips."""

from __future__ import annotations

from services.notifications.slips import reading, schemas
from shared.actor import EVERYBODY
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, query
from shared.database import Cursor


class SlipOperations(BaseService):
    """What was escalated is seen by those whom it went to, and by the unit itself."""

    @query(schemas.Slips, schemas.SlipList, EVERYBODY)
    def list_slips(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """List what is escalated, by its last slip: of the own unit, or of all for who reads all; pages of 50."""
        return reading.standing(cur, context.signed_in, params["level"], params["page"])

    @query(schemas.SlipsOfOne, schemas.SlipsOf, EVERYBODY)
    def slips_of(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """List all slips of one duty or submission."""
        return reading.of_subject(cur, context.signed_in, params["kind"], params["subject_id"])
