"""What the operations of slips take and answer."""

from __future__ import annotations

from services.notifications.policies.rules import Audience, Scope
from services.notifications.slips.rules import Settled
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params
from shared.calling.shapes import Paged, Shape
from shared.text import Text


class Slips(Params):
    """Which page, from 1; `level` narrows them down."""

    page = f.page()
    level = f.whole(Text("级别", "level"), 1, 3, load_default=None)


class SlipsOfOne(Params):
    """A duty, of the scope of checklists, or a submission, of that of reports."""

    kind = f.member(Text("类型", "kind"), Scope)
    subject_id = f.key(Text("责任或报表", "duty or report"))


class ListedSlip(Shape):
    """A slip with what it is on."""

    slip_id = s.key()
    kind = s.one_of(Scope, "a duty of a checklist, or a report")
    subject_id = s.key("the duty or the submission")
    unit = s.text("name")
    title = s.text("of the item or the report")
    period = s.text()
    level = s.whole("1 for the first that stands")
    name = s.sentence("of the slip, as the policy has it")
    audience = s.several(s.one_of(Audience), "whom it was sent to")
    due_on = s.day("as it was then")
    issued_on = s.day()
    settled_on = s.day("null while it stands", allow_none=True)
    settled_why = s.one_of(
        Settled, "finished or not due any more, its difficulty taken on, its due date moved", allow_none=True
    )


class LevelCount(Shape):
    """How many things are escalated to a level."""

    level = s.whole()
    slips = s.whole()


class SlipList(Paged):
    """What is escalated, each by its last slip: the highest level first, units in the order of the directory."""

    slips = s.several(ListedSlip)
    counts = s.several(LevelCount)


class SlipsOf(Shape):
    """All that were issued on a duty or a report, in their order."""

    slips = s.several(ListedSlip)
