"""Operations of targets: the lead bureau sets them, whoever reads everything sees where they stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from services.stats.figures.operations import settle_first
from services.stats.targets import saving, schemas, showing, statements
from shared import clock
from shared.actor import READERS_OF_ALL, Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.params import NoParams
from shared.calling.service import BaseService, command, query
from shared.database import Cursor
from shared.limits import SERVICE

LEAD = frozenset({Role.LEAD_BUREAU})


class TargetOperations(BaseService):
    """Targets, and where they stand by the figures."""

    today: Callable[[], dt.date] = staticmethod(clock.today)

    @query(schemas.TargetsAsked, schemas.Targets, READERS_OF_ALL, within=SERVICE.preview, prepare=settle_first)
    def list_targets(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """List all targets with where they stand, now or as of a moment: each part after its whole."""
        return showing.list_targets(cur, as_of=params["as_of"], day=self._day(params))

    @query(schemas.TargetAsked, schemas.TargetAnswer, READERS_OF_ALL, within=SERVICE.preview, prepare=settle_first)
    def get_target(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show a target with its periods, its split over years and units, and its versions."""
        return showing.get_target(cur, params["target_id"], as_of=params["as_of"], day=self._day(params))

    @query(NoParams, schemas.TargetChoices, LEAD)
    def target_choices(self, cur: Cursor, _context: Context, _params: Loaded) -> Answer:
        """List the indicators with the comparators that fit them, and the targets that may have parts."""
        return showing.choices(cur)

    @command(schemas.SaveTarget, schemas.TargetKept, LEAD)
    def save_target(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Set a target, or change the one with `target_id`; what it was before stays known as of then."""
        return saving.save_target(cur, context, params, today=self.today())

    @command(schemas.StatementOnly, schemas.StatementKept, LEAD)
    def put_statement_aside(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Make no target of what a notice says; it is listed no more."""
        return statements.put_aside(cur, context, params["statement_id"])

    @command(schemas.SplitTarget, schemas.TargetKept, LEAD)
    def split_target(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Split a target over years and units; sums that differ from the whole are kept, and said on its page."""
        return saving.split_target(cur, context, **params)

    @command(schemas.DropTarget, schemas.TargetKept, LEAD)
    def drop_target(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Drop a target with a reason; it stays known as of the moments before."""
        return saving.drop_target(cur, context, **params)

    def _day(self, params: Loaded) -> dt.date:
        as_of = params["as_of"]
        return self.today() if as_of is None else clock.day_of(as_of)
