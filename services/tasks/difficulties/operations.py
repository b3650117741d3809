"""Operations of difficulties (需协调): the list for the meeting, whom to ask; reporting and answering are of duties."""

from __future__ import annotations

from services.tasks.difficulties import listing, measuring, queries, schemas
from services.tasks.duties import queries as duty_queries
from services.tasks.duties.duty import HELPERS
from shared import clock
from shared.actor import READERS_OF_ALL, UNIT_ROLES
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.params import NoParams
from shared.calling.service import BaseService, every, query
from shared.database import Cursor


class DifficultyOperations(BaseService):
    """What stands in the way of units, and who is asked to help."""

    @query(schemas.ListDifficulties, schemas.Difficulties, READERS_OF_ALL | HELPERS)
    def list_difficulties(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """List the difficulties that stand; units see what they are asked, and what they and those below reported."""
        return listing.listed(cur, context, **params, today=clock.today())

    @query(schemas.HelpersOf, schemas.Helpers, UNIT_ROLES, by_link=True)
    def whom_to_ask(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Name the units that a duty's unit may ask to help with its difficulty."""
        return listing.helpers(cur, context, params["duty_id"])

    @query(NoParams, schemas.AskedOf, HELPERS)
    def count_asked(self, cur: Cursor, context: Context, _params: Loaded) -> Answer:
        """Count the difficulties with which the own unit is asked to help and has not answered yet.

        And what others have submitted that it is named to review.
        """
        unit_id = context.signed_in.unit_id
        to_review = duty_queries.count_to_decide(cur, reviewer_id=unit_id)
        return {"waiting": queries.asked_of(cur, unit_id), "to_review": to_review}

    @every(60)
    def measure_requests(self) -> None:
        """Set the gauges of what units ask and nobody has answered."""
        with self.database.transaction() as cur:
            measuring.measure(cur)
