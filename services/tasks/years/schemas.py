"""What the operations of the turn of the year take and answer."""

from __future__ import annotations

from services.tasks.amending.schemas import ChangedRows
from services.tasks.vocabulary import CHECKLIST, CHECKLIST_STATES, LONGEST_TITLE, TITLE, YEAR
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params, Words
from shared.calling.shapes import Shape
from shared.text import Text

LONGEST_REASON = 500


class OneChecklist(Params):
    """Which checklist."""

    checklist_id = f.key(CHECKLIST)


class CloseChecklist(OneChecklist):
    """A checklist as a page showed it, and with which word it is ended."""

    version = f.version()
    reason = Words(Text("结束说明", "closing note"), longest=LONGEST_REASON, has_lines=True)


class CarryChecklist(OneChecklist):
    """Which checklist, for which year, under which title; all of it, or what is open alone.

    `again` says that it is meant where it was carried over into that year before; the release before is not asked.
    """

    title = Words(TITLE, longest=LONGEST_TITLE)
    year = f.whole(YEAR, 2000, 2100)
    only_open = f.flag(Text("只结转未完成的事项", "open items alone"), load_default=False)
    again = f.flag(Text("再结转一份", "once more"), load_default=None, allow_none=True)


class CompareCarried(OneChecklist):
    """Which checklist that was carried over, and which page."""

    page = f.page()


class YearEnd(Shape):
    """How far a checklist is, and whether it can be ended."""

    checklist_id = s.key()
    title = s.text()
    year = s.whole()
    state = s.one_of(CHECKLIST_STATES)
    version = s.whole()
    total = s.whole("duties, without those that an amendment withdrew")
    done = s.whole()
    submitted = s.whole("that wait for a review")
    open = s.whole("that are not submitted")
    requests = s.whole("what units ask about them and nobody has answered; it ends with the checklist")
    median_days = s.whole("from issuing to done, the middle of what is done in the whole county", allow_none=True)
    median_steps = s.whole("what a unit did with a duty until it was done, likewise", allow_none=True)
    closed_at = s.moment(allow_none=True)
    closed_reason = s.text(allow_none=True)
    carried_from_id = s.key("the checklist that it was carried over from", allow_none=True)
    problem = s.sentence("why it cannot be ended; null when it can, or is", allow_none=True)


class Carried(Shape):
    """The draft that was made."""

    checklist_id = s.key()


class CarriedRows(ChangedRows):
    """What is different from the checklist that one was carried over from, its dates moved by the years between."""

    title = s.text("of that checklist")
    year = s.whole("of that checklist")
