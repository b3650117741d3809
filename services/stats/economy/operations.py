"""Operations of economy and employment: the lead bureau says what plays which role, whoever reads everything reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from services.stats.economy import schemas, setting, showing, townships
from services.stats.figures.operations import settle_first
from shared import clock
from shared.actor import READERS_OF_ALL, Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.params import NoParams
from shared.calling.service import BaseService, command, query
from shared.database import Cursor
from shared.limits import SERVICE

LEAD = frozenset({Role.LEAD_BUREAU})


class EconomyOperations(BaseService):
    """What the economy did, and what employment did beside it."""

    today: Callable[[], dt.date] = staticmethod(clock.today)

    @query(schemas.EconomyAsked, schemas.Economy, READERS_OF_ALL, within=SERVICE.preview, prepare=settle_first)
    def economy(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show the economy beside employment, with what is derived from both, now or as of a moment."""
        return showing.economy(cur, as_of=params["as_of"], day=self._as_of_day(params))

    @query(schemas.TownshipsAsked, schemas.Townships, READERS_OF_ALL, within=SERVICE.preview, prepare=settle_first)
    def benefits_and_coverage(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show money for firms beside people insured, township by township, and where one moved without the other."""
        return townships.townships(cur, day=self._as_of_day(params), **params)

    @query(NoParams, schemas.RolesOffered, LEAD)
    def economy_roles(self, cur: Cursor, _context: Context, _params: Loaded) -> Answer:
        """List the roles of the page of economy and employment with the indicators that play them or could."""
        return setting.offered(cur)

    @command(schemas.SetRoles, schemas.RolesKept, LEAD)
    def set_economy_roles(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Say which indicators play the roles of that page; what played them before stays on record."""
        return setting.set_roles(cur, context, **params)

    def _as_of_day(self, params: Loaded) -> dt.date:
        as_of = params["as_of"]
        return self.today() if as_of is None else clock.day_of(as_of)
