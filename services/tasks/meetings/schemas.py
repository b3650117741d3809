"""What the operations of meetings take and answer."""

from __future__ import annotations

from services.tasks.duties.schemas import Doer
from services.tasks.meetings.meeting import Part
from services.tasks.vocabulary import CHECKLIST_STATES, DUE, LONGEST_BODY, LONGEST_TITLE, TITLE, UNIT, YEAR
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params, Words
from shared.calling.shapes import Paged, Shape
from shared.text import Text

MEETING = Text("会议", "meeting")
# With the words behind it, it is the title of a checklist.
LONGEST_NAME = LONGEST_TITLE - 10


class ListMeetings(Params):
    """Which page."""

    page = f.page()


class MakeMeeting(Params):
    """On which day, about the checklists of which year; without a title it is called after its day."""

    held_on = f.Day(Text("会议日期", "day of the meeting"))
    year = f.whole(YEAR, 2000, 2100)
    title = Words(TITLE, longest=LONGEST_NAME, may_be_empty=True, load_default="")


class OneMeeting(Params):
    """Which meeting."""

    meeting_id = f.key(MEETING)


class SaveMeeting(MakeMeeting):
    """A meeting as a page showed it, with its new fields."""

    meeting_id = f.key(MEETING)
    version = f.version()


class DeleteMeeting(OneMeeting):
    """A meeting as a page showed it."""

    version = f.version()


class Decide(OneMeeting):
    """What was decided, for which part of the agenda and about what of it; who does it until when."""

    version = f.version()
    part = f.member(Text("议程", "part of the agenda"), Part)
    text = Words(Text("议定事项", "decision"), longest=LONGEST_TITLE)
    about = Words(Text("针对", "what it is about"), longest=LONGEST_BODY, may_be_empty=True, load_default="")
    unit_id = f.key(UNIT)
    due_on = f.Day(DUE)


class MeetingHead(Shape):
    """A meeting as lists have it."""

    meeting_id = s.key()
    held_on = s.day()
    title = s.text()
    year = s.whole("whose checklists it is about")


class MeetingListed(MeetingHead):
    """A meeting in the list."""

    decisions = s.whole("that were issued")
    waiting = s.whole("that were not issued yet")


class Meetings(Paged):
    """The newest first, 20 a page."""

    meetings = s.several(MeetingListed)
    total = s.whole()


class MeetingMade(Shape):
    """Which meeting there is now."""

    meeting_id = s.key()
    is_new = s.flag("false where there was one on that day already")


class DecisionShown(Shape):
    """Something that was decided."""

    row_id = s.key("in the checklist that was issued; null before", allow_none=True)
    draft_row_id = s.key("in the draft in which it can be changed; null where there is none", allow_none=True)
    task = s.text("under which it stands in the checklist")
    text = s.text()
    about = s.text()
    due_on = s.day(allow_none=True)
    units = s.several(s.text(), "their names")


class WithDecisions(MeetingHead):
    """A meeting with what it decided."""

    checklist_id = s.key("of what it decided; null where that is nothing", allow_none=True)
    state = s.one_of(CHECKLIST_STATES, "of that checklist", allow_none=True)
    decisions = s.several(DecisionShown, "as the checklist is read")


class UnderWay(Shape):
    """A checklist that a meeting is about."""

    checklist_id = s.key()
    title = s.text()


class MeetingDetail(WithDecisions):
    """A meeting with all that tasks knows of it."""

    version = s.whole()
    made_at = s.moment()
    made_by = s.part(Doer)
    draft_id = s.key("of the checklist or of what amends it, which can be issued", allow_none=True)
    waiting = s.whole("decisions that were not issued yet")
    under_way = s.several(
        UnderWay, "of its year, issued and not ended when its day ended; now as long as that is to come"
    )
    former = s.part(WithDecisions, "the meeting before", allow_none=True)
