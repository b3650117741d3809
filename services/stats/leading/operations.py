"""Operations for the leadership group's board beside the counts: units by measures, and reports that are not in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from services.stats.leading import late, matrix, schemas
from shared import clock
from shared.actor import READERS_OF_ALL
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, query
from shared.database import Cursor


class LeadingOperations(BaseService):
    """What the leadership group asks beside the counts."""

    today: Callable[[], dt.date] = staticmethod(clock.today)

    @query(schemas.MatrixAsked, schemas.Matrix, READERS_OF_ALL)
    def matrix(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show how each unit stands with each measure, now or as of the end of a day."""
        return matrix.matrix(cur, today=self.today(), **params)

    @query(schemas.LateReportsAsked, schemas.LateReports, READERS_OF_ALL)
    def late_reports(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """List the rounds of the last three months that units still owe."""
        return late.late_reports(cur, self.today(), **params)
