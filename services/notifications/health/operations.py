"""The operation of health."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from services.notifications.health import schemas, showing
from shared import clock
from shared.actor import Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.params import NoParams
from shared.calling.service import BaseService, query
from shared.database import Cursor

READERS = frozenset({Role.LEAD_BUREAU, Role.ADMINISTRATOR})


class HealthOperations(BaseService):
    """Whoever answers for reminders sees that they go out."""

    now: Callable[[], dt.datetime] = staticmethod(clock.now)

    @query(NoParams, schemas.ReminderHealth, READERS)
    def reminder_health(self, cur: Cursor, _context: Context, _params: Loaded) -> Answer:
        """Say how reminding fares: the last sweep, what waits, what failed on which channel, what is missing."""
        return showing.shown(cur, self.now())
