"""Operations of issuing: preview, start, progress."""

from __future__ import annotations

from services.tasks.issuing import issuing, measuring, schemas
from services.tasks.issuing.issuing import Previewed
from shared import clock
from shared.actor import Role
from shared.calling.calls import Answer, Context, Loaded
from shared.calling.service import BaseService, command, every, query
from shared.database import Cursor
from shared.limits import SERVICE

LEAD = frozenset({Role.LEAD_BUREAU})
LEAD_AND_GROUP = LEAD | {Role.LEADERSHIP}


class IssuingOperations(BaseService):
    """From a draft to duties."""

    @query(schemas.PreviewIssue, schemas.IssuePreview, LEAD, within=SERVICE.preview)
    def preview_issue(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show what issuing would mean, and what must be mended first.

        A month in which a unit has more than `busy_above` steps is listed as busy: one for each duty, one more for a
        file. Of many units the first are listed; the counts are of all.
        """
        return issuing.preview(
            cur,
            params["checklist_id"],
            today=clock.today(),
            busy_above=params["busy_above"],
            with_past=params["with_past"],
        )

    @query(schemas.ComingDutiesSought, schemas.ComingDuties, LEAD, within=SERVICE.preview)
    def list_coming_duties(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show which units issuing would give which duties, 5,000 units at a time.

        A unit has those of all dates below the rows that its key has parts in.
        """
        return issuing.coming(
            cur, params["checklist_id"], today=clock.today(), with_past=params["with_past"], after=params["after"]
        )

    @command(schemas.IssueChecklist, schemas.IssueStarted, LEAD, within=SERVICE.preview)
    def issue_checklist(self, cur: Cursor, context: Context, params: Loaded) -> Answer:
        """Freeze a draft as it was previewed and begin to make its duties.

        Conflict when this revision was issued already, or with details.current = IssuePreview when it would make
        something else by now; Invalid with details.blockers as in the preview, or of `hurry` where dates are very near.
        """
        previewed = Previewed(params["version"], params["with_past"], params["seen"], params["hurry"])
        return {"run_id": issuing.start(cur, context, params["checklist_id"], previewed, today=clock.today())}

    @query(schemas.IssueProgress, schemas.IssueState, LEAD_AND_GROUP)
    def issue_progress(self, cur: Cursor, _context: Context, params: Loaded) -> Answer:
        """Show how far issuing is."""
        return issuing.progress(cur, params["checklist_id"])

    @every(15)
    def measure(self) -> None:
        """Set the gauges of runs that are not finished."""
        with self.database.transaction() as cur:
            measuring.measure(cur)
