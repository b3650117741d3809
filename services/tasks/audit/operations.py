"""Operations of the audit log."""

from __future__ import annotations

from services.tasks.audit import queries, reading, schemas
from services.tasks.audit import store as audit
from shared.actor import Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, command, query
from shared.calling.shapes import Nothing
from shared.database import Cursor

AUDITOR = frozenset({Role.AUDITOR})
EVERYBODY = frozenset(Role)


class AuditOperations(BaseService):
    """What an auditor reads."""

    @query(schemas.SoughtEntries, schemas.AuditPage, AUDITOR)
    def list_audit(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show who did what: changes, sign-ins, downloads, what happened to duties, and refused calls."""
        return reading.read(cur, reading.sought_of(cur, params), page=params["page"], size=params["size"])

    @query(schemas.SoughtPeople, schemas.PeopleNames, AUDITOR)
    def name_people(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Name people by their ids, and find those whose name, sign-in name or post holds a text.

        Other services know people by their ids alone.
        """
        found = queries.people_called(cur, params["text"])[: schemas.MOST_PEOPLE] if params["text"] else []
        names = queries.names_of(cur, [*params["person_ids"], *found])
        return {"people": [{"person_id": one.id, "name": one.name} for one in names]}

    @command(schemas.Export, Nothing, EVERYBODY)
    def record_export(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Put on record that the person takes a list away as a file; the page makes the file, and only after that."""
        detail = {"asked": params["asked"], "rows": params["rows"]}
        audit.record(cur, context, "list.exported", subject=params["title"], detail=detail)
        return {}
