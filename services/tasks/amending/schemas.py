"""What the operations of amending take and answer."""

from __future__ import annotations

from services.tasks.directory.schemas import UnitName
from services.tasks.duties.schemas import Doer
from services.tasks.issuing.schemas import Blocker, PastDue, hurry_field
from services.tasks.vocabulary import CHECKLIST, seen_field
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.audited import Changed
from shared.calling.params import Params, Words
from shared.calling.shapes import Paged, Shape
from shared.text import Text

LONGEST_REASON = 500
KINDS_OF_CHANGE = ("added", "changed", "dropped")


class ChecklistToAmend(Params):
    """An issued checklist."""

    checklist_id = f.key(CHECKLIST)


class PreviewAmendment(Params):
    """The draft of an amendment, and whether new duties are made of dates that are over too."""

    checklist_id = f.key(CHECKLIST)
    with_past = f.flag(Text("已过去的期次", "past periods"), load_default=False)


class LookAtAmendment(PreviewAmendment):
    """Which page of it."""

    page = f.page()


class ListAmendments(ChecklistToAmend):
    """Of which checklist, and which page."""

    page = f.page()


class RowsOfRevision(ListAmendments):
    """Of which of its revisions."""

    revision = f.whole(Text("版次", "revision"), 2, 1_000_000)


class IssueAmendment(PreviewAmendment):
    """The draft of an amendment as it was looked at, why it is made, why something is due so soon, and whether it is
    meant that something is overdue at once.

    The release before says nothing of the last two, and is not asked.
    """

    version = f.version()
    seen = seen_field()
    reason = Words(Text("调整原因", "reason for the amendment"), longest=LONGEST_REASON, has_lines=True)
    hurry = hurry_field(load_default=None, allow_none=True)
    knows_late = f.flag(Text("立即逾期的责任", "duties that are overdue at once"), load_default=None, allow_none=True)


class AmendmentDraft(Shape):
    """The draft that amends a checklist."""

    checklist_id = s.key("of the draft")


class RowDifference(Shape):
    """One row that an amendment adds, changes or drops."""

    kind = s.one_of(KINDS_OF_CHANGE)
    row_id = s.key("in the draft; of a dropped row in the checklist")
    level = s.whole()
    number = s.text("where it stands, such as 1.2.3; of a dropped row where it stood")
    title = s.text()
    changes = s.several(Changed)


class UnitEffect(UnitName):
    """What becomes of one unit's duties."""

    made = s.whole("new ones and ones that come back")
    changed = s.whole("with another date, other words or another part in the work")
    withdrawn = s.whole()
    gains = s.several(s.text(), "titles of items of which it gets duties, at most 20")
    loses = s.several(s.text(), "titles of items of which it has no duty any more, at most 20")


class AmendmentPreview(Paged):
    """What an amendment changes, 200 rows and 200 units a page, and what stands in its way."""

    checklist_id = s.key("of the checklist that is amended")
    title = s.text()
    level_names = s.several(s.text(), "of the five levels, from the area down")
    revision = s.whole("the one that it becomes")
    rows = s.several(RowDifference, "in reading order, dropped ones last")
    rows_total = s.whole("on all pages")
    units = s.several(UnitEffect, "those whose duties change, by code")
    units_total = s.whole("on all pages")
    made = s.whole()
    changed = s.whole()
    withdrawn = s.whole()
    hurried = s.several(PastDue, "new or earlier dates less than ten working days away, for which a reason is asked")
    overdue = s.whole("duties that are overdue at once, for which a tick is asked")
    late = s.several(PastDue, "the dates of items on which they are")
    blockers = s.several(Blocker)
    version = s.whole("that of the draft, for `issue_amendment`")
    with_past = s.flag("whether new duties are made of dates that are over")
    seen = s.text("a fingerprint of all that would be done, for `issue_amendment`")


class AmendmentStarted(Shape):
    """The checklist whose duties are being changed."""

    checklist_id = s.key()


class AmendmentShown(Shape):
    """A revision after the first."""

    revision = s.whole()
    reason = s.text()
    is_done = s.flag("whether all duties are changed")
    rows = s.several(RowDifference, "the first 30")
    rows_total = s.whole()
    units = s.several(UnitEffect, "the first 30; none where a release of old issued it")
    units_total = s.whole()
    at = s.moment()
    by = s.part(Doer)
    made = s.whole("so far")
    changed = s.whole("so far")
    withdrawn = s.whole("so far")


class Amendments(Paged):
    """What became of a checklist after it was first issued, ten revisions a page."""

    amendments = s.several(AmendmentShown, "newest first")


class ChangedRows(Paged):
    """The rows that are different, 200 a page."""

    rows = s.several(RowDifference)
    rows_total = s.whole()


class RevisionRows(ChangedRows):
    """The rows that a revision changed, 200 a page, and the units whose duties it did."""

    units = s.several(UnitEffect, "as many a page; none where a release of old issued it")
    units_total = s.whole()
