"""The operation of the auditor's list of reporting."""

from __future__ import annotations

from services.stats.audit import reading, schemas
from shared.actor import Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, query
from shared.database import Cursor

AUDITOR = frozenset({Role.AUDITOR})


class ReportingAuditOperations(BaseService):
    """What an auditor reads of reporting."""

    @query(schemas.SoughtActs, schemas.ReportingActs, AUDITOR)
    def list_reporting_audit(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show who did what with indicators, reports, checks, submissions and figures, and refused calls."""
        return reading.read(cur, reading.sought_of(params), page=params["page"], size=params["size"])
