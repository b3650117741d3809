"""Operations of figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from services.stats.figures import adding, entering, moments, schemas, single, tables
from shared.actor import READERS_OF_ALL, UNIT_ROLES, Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.params import NoParams
from shared.calling.service import BaseService, command, query
from shared.database import Cursor
from shared.limits import SERVICE

LEAD = frozenset({Role.LEAD_BUREAU})
READERS = READERS_OF_ALL | UNIT_ROLES


def settle_first(service: Any, _context: Context, params: Loaded) -> None:
    """In a transaction of its own: nobody records while the clock is held, and a table takes its time."""
    if params["as_of"] is not None:
        with service.database.transaction() as cur:
            moments.settle(cur, params["as_of"])


class FigureOperations(BaseService):
    """Reading figures, and what the lead bureau adds. Staff and heads see their own unit and the units below it."""

    today: Callable[[], dt.date]

    @query(NoParams, schemas.FigureChoices, READERS)
    def figure_choices(self, cur: Cursor, context: Context, _params: Loaded) -> Answer:
        """List the reports and indicators whose figures can be looked at, and where to begin."""
        return tables.choices(cur, context.signed_in)

    @query(schemas.FigureAsked, schemas.FigureAnswer, READERS, prepare=settle_first)
    def get_figure(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Show one figure, of any period, now or as of a moment, with its coverage and the cells it is made of."""
        return single.figure(cur, context.signed_in, **params)

    @query(schemas.TableAsked, schemas.TableAnswer, READERS, within=SERVICE.preview, prepare=settle_first)
    def figures_table(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Show a year of one indicator by unit, or of many indicators of one unit."""
        return tables.table(cur, context.signed_in, **params)

    @query(schemas.YearAsked, schemas.YearAnswer, READERS, within=SERVICE.preview, prepare=settle_first)
    def year_table(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Show all figures of a year of a unit and those right below it, some of the indicators at a time."""
        return tables.year_table(cur, context.signed_in, **params)

    @query(schemas.CellHistoryAsked, schemas.HistoryAnswer, READERS)
    def cell_history(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Show what was ever known of one cell, 50 a page: when, from whom, from what to what, and why."""
        return single.cell_history(cur, context.signed_in, **params)

    @query(schemas.ProposedAdjustment, schemas.WeighedAdjustment, LEAD)
    def weigh_adjustment(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show what an adjustment would make of the sums, before it is on record; refused as it would be then."""
        return adding.weigh(cur, **params)

    @command(schemas.NewAdjustment, schemas.AdjustmentKept, LEAD)
    def save_adjustment(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Add to the sum at a unit, with a reason; no unit's own figure changes, and the opposite takes it back."""
        return adding.save_adjustment(cur, context, **params)

    @command(schemas.NewExternal, schemas.ExternalKept, LEAD)
    def record_external(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Record what another source published for the whole area, with that source."""
        return adding.record_external(cur, context, today=self.today(), **params)

    @query(schemas.ExternalAsked, schemas.ExternalPeriod, LEAD)
    def external_period(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """List the published figures of a period, to be entered on one page."""
        return entering.offered(cur, **params)

    @command(schemas.NewExternals, schemas.ExternalsKept, LEAD)
    def record_externals(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Record several published figures of a period with their source, all of them or none."""
        return entering.record_several(cur, context, today=self.today(), **params)
