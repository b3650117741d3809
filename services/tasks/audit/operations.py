"""Operations of the audit log."""

from __future__ import annotations

from services.tasks.audit import queries, schemas
from services.tasks.audit import store as audit
from services.tasks.audit.queries import Entry, Refusal
from shared.actor import Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, command, query
from shared.calling.shapes import Nothing
from shared.database import Cursor

AUDITOR = frozenset({Role.AUDITOR})
EVERYBODY = frozenset(Role)


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

    @command(schemas.Export, Nothing, EVERYBODY)
    def record_export(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Put on record that the person takes a list away as a file; the page makes the file, and only after that."""
        detail = {"asked": params["asked"], "rows": params["rows"]}
        audit.record(cur, context, "list.exported", subject=params["title"], detail=detail)
        return {}


def _logged(row: Entry | Refusal) -> Answer:
    return row._asdict() | {"at": row.at.isoformat()}
