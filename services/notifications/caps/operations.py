"""Operations of the cap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from services.notifications.caps import schemas, setting
from shared import clock
from shared.actor import Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.params import NoParams
from shared.calling.service import BaseService, command, query
from shared.database import Cursor

LEAD = frozenset({Role.LEAD_BUREAU})
READERS = LEAD | {Role.ADMINISTRATOR}


class CapOperations(BaseService):
    """The lead bureau decides how many messages a week nobody gets more of."""

    now: Callable[[], dt.datetime] = staticmethod(clock.now)

    @query(NoParams, schemas.CapAnswer, READERS)
    def weekly_cap(self, cur: Cursor, _context: Context, _params: Loaded) -> Answer:
        """Show how many messages a post gets on a channel in a week at most, and who set that why."""
        return setting.shown(cur)

    @command(schemas.SetCap, schemas.CapAnswer, LEAD)
    def set_weekly_cap(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Set it. What does not fit waits for the next week, and stands in the inbox at once.

        Conflict shows it as CapAnswer when somebody set it meanwhile.
        """
        more = {"seen": params["version"], "reason": params["reason"]}
        setting.save(cur, context.signed_in, params["most"], **more, now=self.now())
        return setting.shown(cur)
