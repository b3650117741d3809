"""Operations of the audit log."""

from __future__ import annotations

from services.tasks.audit import queries, schemas
from services.tasks.audit.queries import Entry, Refusal
from shared.actor import Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, query
from shared.database import Cursor

AUDITOR = frozenset({Role.AUDITOR})


class AuditOperations(BaseService):
    """What an auditor reads."""

    @query(schemas.Page, schemas.AuditPage, AUDITOR)
    def list_audit(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show who changed what, and which calls were refused."""
        page = params["page"]
        return {
            "entries": [_logged(row) for row in queries.entries(cur, page)],
            "refusals": [_logged(row) for row in queries.refusals(cur, page)],
            "page": page,
            "pages": queries.pages(cur),
        }


def _logged(row: Entry | Refusal) -> Answer:
    return row._asdict() | {"at": row.at.isoformat()}
