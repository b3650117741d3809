"""Operations of issuing: preview, start, progress."""

from __future__ import annotations

from services.tasks.issuing import issuing, measuring, schemas
from shared import clock
from shared.actor import Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, command, every, query
from shared.database import Cursor

LEAD = frozenset({Role.LEAD_BUREAU})
LEAD_AND_GROUP = LEAD | {Role.LEADERSHIP}


class IssuingOperations(BaseService):
    @query(schemas.PreviewIssue, LEAD)
    def preview_issue(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        return issuing.preview(cur, params["checklist_id"], today=clock.today(), busy_above=params["busy_above"])

    @command(schemas.IssueChecklist, LEAD)
    def issue_checklist(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        run_id = issuing.start(cur, context, params["checklist_id"], version=params["version"], today=clock.today())
        return {"run_id": run_id}

    @query(schemas.IssueProgress, LEAD_AND_GROUP)
    def issue_progress(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        return issuing.progress(cur, params["checklist_id"])

    @every(15)
    def measure(self) -> None:
        with self.database.transaction() as cur:
            measuring.measure(cur)
