"""Operations of indicators: everybody may read what a figure means, the lead bureau defines it."""

from __future__ import annotations

from services.stats.indicators import answers, importing, queries, saving, schemas
from services.stats.indicators.saving import NO_INDICATOR
from shared.actor import EVERYBODY, Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, command, query
from shared.database import Cursor
from shared.errors import NotFound
from shared.limits import SERVICE

LEAD = frozenset({Role.LEAD_BUREAU})


class IndicatorOperations(BaseService):
    """Indicators with their definitions."""

    @query(schemas.FindIndicators, schemas.Indicators, EVERYBODY, within=SERVICE.preview)
    def list_indicators(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """List the indicators by code, a page of them or all; a page after the last one is the last."""
        return answers.list_indicators(cur, **params)

    @query(schemas.IndicatorOnly, schemas.IndicatorAnswer, EVERYBODY)
    def get_indicator(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show an indicator with its definition, what its type means, and who changed what."""
        found = queries.indicators(cur, [params["indicator_id"]]).get(params["indicator_id"])
        if found is None:
            raise NotFound(NO_INDICATOR)
        return answers.indicator_answer(cur, found)

    @command(schemas.SaveIndicator, schemas.IndicatorAnswer, LEAD)
    def save_indicator(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Make an indicator, or change the one with `indicator_id`; each change is a version that is kept.

        A code stands once it is given; type, period and unit of measure stand once there are figures. Invalid also when
        a formula cannot be read, runs in a circle, or adds different units of measure.
        """
        return saving.save_indicator(cur, context, params)

    @query(schemas.SheetRows, schemas.SheetPreview, LEAD, within=SERVICE.preview)
    def preview_indicators(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show what importing the lines of a sheet would change.

        Invalid with details.rows = [{line, column, text}] when something in the sheet is wrong; a column is a field.
        """
        return importing.preview_indicators(cur, params["rows"])

    @command(schemas.ImportIndicators, schemas.SheetImported, LEAD, within=SERVICE.preview)
    def import_indicators(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Take over the lines of a sheet, all of them or nothing.

        `seen` is the fingerprint of the preview; Conflict, with details.current = SheetPreview, when indicators have
        changed so that the sheet would do something else now. Invalid as in the preview; nothing is stored then.
        """
        return importing.import_indicators(cur, context, params)
