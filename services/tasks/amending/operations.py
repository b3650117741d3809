"""Operations of amending: begin, look, issue, and what was amended before."""

from __future__ import annotations

from services.tasks.amending import amending, schemas
from services.tasks.issuing.issuing import Previewed
from shared import clock
from shared.actor import READERS_OF_ALL, Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, command, query
from shared.database import Cursor
from shared.limits import SERVICE

LEAD = frozenset({Role.LEAD_BUREAU})


class AmendingOperations(BaseService):
    """Changing what is issued."""

    @command(schemas.ChecklistToAmend, schemas.AmendmentDraft, LEAD, within=SERVICE.preview)
    def start_amendment(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Make the draft that amends an issued checklist, or find the one there is.

        It is changed as any draft; the checklist stays as it is until the amendment is issued. Invalid for what is not
        issued.
        """
        return {"checklist_id": amending.start(cur, context, params["checklist_id"])}

    @query(schemas.LookAtAmendment, schemas.AmendmentPreview, LEAD, within=SERVICE.preview)
    def preview_amendment(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show what an amendment changes of the rows and of each unit's duties, and what must be mended first."""
        return amending.preview(
            cur, params["checklist_id"], today=clock.today(), with_past=params["with_past"], page=params["page"]
        )

    @command(schemas.IssueAmendment, schemas.AmendmentStarted, LEAD, within=SERVICE.preview)
    def issue_amendment(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Issue an amendment as it was looked at: its draft goes into the checklist, and the duties follow.

        Conflict with details.current = AmendmentPreview when it would do something else by now; Invalid with
        details.blockers as in the preview, or where nothing is different; of `hurry` where new or earlier dates
        are very near, of `knows_late` where duties are overdue at once and nobody said that it is meant.
        """
        previewed = Previewed(
            params["version"], params["with_past"], params["seen"], params["hurry"], params["knows_late"]
        )
        checklist_id = amending.issue(
            cur, context, params["checklist_id"], previewed, reason=params["reason"], today=clock.today()
        )
        return {"checklist_id": checklist_id}

    @query(schemas.ListAmendments, schemas.Amendments, READERS_OF_ALL)
    def list_amendments(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """List the revisions of a checklist after the first: why, by whom, the first of what they changed."""
        return amending.amendments(cur, params["checklist_id"], page=params["page"])

    @query(schemas.RowsOfRevision, schemas.RevisionRows, READERS_OF_ALL)
    def list_changed_rows(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """List all rows that a revision changed, 200 a page."""
        return amending.changed_rows(cur, **params)
