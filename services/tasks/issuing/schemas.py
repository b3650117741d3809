"""What the operations of issuing take and answer."""

from __future__ import annotations

from services.tasks.directory.schemas import UnitName
from services.tasks.vocabulary import CHECKLIST, CHECKLIST_STATES, KINDS
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params
from shared.calling.shapes import Shape
from shared.text import Text


class PreviewIssue(Params):
    """Of which checklist, and above how many duties in a month a unit counts as busy."""

    checklist_id = f.key(CHECKLIST)
    busy_above = f.whole(Text("每月上限", "most duties in a month"), 0, 10_000, load_default=10)


class IssueChecklist(Params):
    """A draft, and which version of it was previewed."""

    checklist_id = f.key(CHECKLIST)
    version = f.version()


class IssueProgress(Params):
    """Of which checklist."""

    checklist_id = f.key(CHECKLIST)


class UnitLoad(UnitName):
    """What one unit would get."""

    kind = s.one_of(KINDS)
    duties = s.whole()


class BusyMonth(UnitName):
    """A month in which a unit would have more due than was asked about."""

    month = s.text("such as 2026-06")
    duties = s.whole()


class MovedDue(Shape):
    """A due date that falls on a day off and moves to the next working day."""

    row_id = s.key()
    title = s.text()
    written = s.day()
    moved_to = s.day()


class PastDue(Shape):
    """A due date that is over already."""

    row_id = s.key()
    title = s.text()
    due_on = s.day()


class Blocker(Shape):
    """Something that must be mended before issuing."""

    row_id = s.key("null when it concerns the whole checklist", allow_none=True)
    text = s.sentence()


class IssuePreview(Shape):
    """What issuing would mean, and what stands in its way."""

    duties = s.whole("how many it would make")
    units = s.several(UnitLoad, "by code")
    moved = s.several(MovedDue)
    provisional_years = s.several(s.whole(), "years whose days off are not announced, so that due dates may still move")
    past_due = s.several(PastDue)
    busy = s.several(BusyMonth)
    blockers = s.several(Blocker)
    version = s.whole("that of the checklist, for `issue_checklist`")


class IssueStarted(Shape):
    """The run that makes the duties."""

    run_id = s.key()


class IssueState(Shape):
    """How far issuing is."""

    state = s.one_of(CHECKLIST_STATES)
    done_chunks = s.whole()
    chunks = s.whole("preparing counts as one, so at least 1 once issued; 0 for a draft")
    duties = s.whole("made so far")
