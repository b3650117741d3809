"""The operation of looking up reports and indicators."""

from __future__ import annotations

from services.stats.lookup import finding, schemas
from shared.actor import READERS_OF_ALL, UNIT_ROLES
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, query
from shared.database import Cursor


class LookupOperations(BaseService):
    """Reports and indicators by what they are called."""

    @query(schemas.FiguresAsked, schemas.FiguresFound, READERS_OF_ALL | UNIT_ROLES)
    def find_figures(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Find reports and indicators by code, name, approval number and definition.

        Staff and heads find those reports alone that ask their own unit, and any indicator.
        """
        return finding.find(cur, context.signed_in, **params)
