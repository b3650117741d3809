"""Operations of the rule of lights: everybody reads it, the lead bureau changes it."""

from __future__ import annotations

from services.tasks.lights import editing, schemas
from shared import clock
from shared.actor import EVERYBODY, Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.params import NoParams
from shared.calling.service import BaseService, command, every, query
from shared.database import Cursor

LEAD = frozenset({Role.LEAD_BUREAU})


class LightOperations(BaseService):
    """Within how many working days a duty is due soon."""

    @query(NoParams, schemas.LightRulesAnswer, EVERYBODY)
    def light_rules(self, cur: Cursor, _context: Context, _params: Loaded) -> Answer:
        """Show within how many working days something is due soon, what is planned, and who changed it why."""
        return editing.shown(cur, clock.today())

    @query(schemas.PreviewLightRule, schemas.LightRulePreview, LEAD)
    def preview_light_rule(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show instead of what another rule would hold, and until when. Invalid names `from_day` and `workdays`."""
        return editing.preview(cur, params, today=clock.today())

    @command(schemas.SaveLightRule, schemas.LightRulesAnswer, LEAD)
    def save_light_rule(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Keep another number of working days from a day on; what was planned for the same day gives way.

        Invalid names `from_day` and `workdays`. Conflict has the LightRulesAnswer when somebody changed it meanwhile.
        """
        return editing.save(cur, context, params, today=clock.today())

    @command(schemas.TakeBackLightRule, schemas.LightRulesAnswer, LEAD)
    def take_back_light_rule(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Take back what is planned for a day to come. Conflict as for saving."""
        return editing.take_back(cur, context, params, today=clock.today())

    @every(60)
    def say_lights_again(self) -> None:
        """Say the rule again once an hour, for whoever missed it."""
        with self.database.transaction() as cur:
            editing.say_again(cur)
