"""Operations of importing history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from services.stats.past import importing, schemas
from shared.actor import Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.params import NoParams
from shared.calling.service import BaseService, command, query
from shared.calling.shapes import Nothing
from shared.database import Cursor
from shared.limits import SERVICE

LEAD = frozenset({Role.LEAD_BUREAU})


class PastOperations(BaseService):
    """History out of a file: begun, sent in chunks, checked as a whole, taken over in steps."""

    today: Callable[[], dt.date]

    @command(schemas.NewImport, schemas.ImportBegun, LEAD)
    def begin_import(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Begin an import of history."""
        return importing.begin(cur, context, **params)

    @command(schemas.MoreCells, Nothing, LEAD)
    def add_import_cells(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Send cells of the file; nothing of them is a figure yet."""
        importing.add_cells(cur, today=self.today(), **params)
        return {}

    @command(schemas.ImportOnly, schemas.ImportAnswer, LEAD, within=SERVICE.preview)
    def check_import(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Find everything that is wrong with the file, each with its place."""
        return importing.check(cur, **params)

    @command(schemas.ImportOnly, schemas.ImportAnswer, LEAD, within=SERVICE.preview)
    def apply_import(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Take over the next 5,000 cells of an import without problems; call it again until it is applied."""
        return importing.apply(cur, context, **params)

    @command(schemas.ImportOnly, Nothing, LEAD)
    def discard_import(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Forget an import of which nothing was taken over."""
        importing.discard(cur, context, **params)
        return {}

    @query(schemas.ImportAsked, schemas.ImportAnswer, LEAD)
    def import_state(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show how far an import is, and what is wrong with it."""
        return importing.state(cur, **params)

    @query(NoParams, schemas.Imports, LEAD)
    def list_imports(self, cur: Cursor, _context: Context, _params: Loaded) -> Answer:
        """List the newest imports."""
        return importing.newest(cur)
