"""What the notifications operations take and answer."""

from __future__ import annotations

from services.notifications.reminding.policy import Stage
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params
from shared.calling.shapes import Paged, Shape
from shared.events import OFFER_OUTCOMES
from shared.text import Text

MESSAGE = Text("消息", "message")


class Page(Params):
    """Which page of the inbox, from 1."""

    page = f.page()


class MessageOnly(Params):
    """One message, by its id."""

    message_id = f.key(MESSAGE)


class MarkRead(Params):
    message_id = f.key(MESSAGE, load_default=None)
    until = f.moment(Text("最后变动的时间", "time of the last change"))


class StageCounts(Shape):
    """How many lines of a message have each stage; a duty has one line, of its newest stage.

    What was urged or remarked counts beside that stage.
    """

    issued = s.whole("told at once")
    due_soon = s.whole("told before or on the due date, on the days of the policy")
    overdue = s.whole("told after the due date, on the days of the policy")
    amended = s.whole("told at once: what an amendment changed")
    withdrawn = s.whole("told at once: what an amendment withdrew")
    urged = s.whole("told at once: what the lead bureau or a leader urged")
    remarked = s.whole("told at once: what a leader remarked")
    asked = s.whole("told at once: with which difficulties the unit is asked to help")
    taken_on = s.whole("told at once: a difficulty that somebody has taken on")
    answered = s.whole("told at once: what was said to a difficulty")
    refused = s.whole("told at once: a waiver that the lead bureau refused")
    extended = s.whole("told at once: more time that the lead bureau gave")
    not_extended = s.whole("told at once: more time that the lead bureau refused")
    returned = s.whole("told at once: what the lead bureau gave back")


class ListedMessage(Shape):
    """One person's message of one day. A line that comes later on that day is added and makes it unread again."""

    message_id = s.key()
    day = s.day()
    is_read = s.flag()
    lines = s.part(StageCounts)
    ended = s.whole("how many checklists ended under which the unit still owed something")
    answered_remarks = s.whole("how many answers units gave to remarks of the person")
    offers = s.whole("of how much good practice that the unit offered it tells what became of it")
    reports = s.json_object("how many reports have each stage; a stage without any is left out")


class InboxPage(Paged):
    """Messages of the person, newest day first, 30 a page."""

    messages = s.several(ListedMessage)
    unread = s.whole("how many of all are not read")
    changed_at = s.moment("when something was last added to any of all, null without messages", allow_none=True)


class MessageLine(Shape):
    """One duty of a message, with what has become of it since."""

    duty_id = s.key()
    stage = s.one_of(Stage)
    item = s.text("title, empty as long as no event has told of it")
    period = s.text("2026, 2026-Q1 or 2026-01")
    due_on = s.day()
    first_due_on = s.day("the due date before it was extended", allow_none=True)
    is_open = s.flag()
    delegated_by = s.text("the unit of whose duty it is a part; null for what was issued", allow_none=True)
    urged = s.text("the words of an urging, empty without any, null where nobody urged", allow_none=True)
    remarked = s.text("the words of a leader's remark, null where there was none", allow_none=True)
    unit = s.text("to who is asked to help, the unit whose duty it is; null in other lines", allow_none=True)
    needed = s.text("to who is asked to help, what is needed, null while that is not known", allow_none=True)
    is_answered = s.flag("of a difficulty, whether it was taken on, answered or solved since")
    is_ended = s.flag("whether its checklist ended, so that nothing of it changes any more")
    words = s.sentence("those of the stage of the policy, null where it has none", allow_none=True)


class EndingTold(Shape):
    """A checklist that ended while the unit still owed something under it."""

    checklist_id = s.key()
    title = s.text("empty as long as no event has told of it")


class RemarkReply(Shape):
    """What a unit answered to a remark of the person."""

    duty_id = s.key()
    unit = s.text("name")
    item = s.text("title, empty as long as no event has told of it")
    period = s.text("2026, 2026-Q1 or 2026-01")
    text = s.text("the answer")


class OfferTold(Shape):
    """What became of good practice that the unit offered, as it was when the message was written."""

    practice_id = s.key()
    outcome = s.one_of(OFFER_OUTCOMES)
    title = s.text("of the words for everybody")
    reason = s.text("empty when it was published")


class ReportLine(Shape):
    """One report of a message, with what has become of it since."""

    submission_id = s.key()
    stage = s.one_of(Stage)
    report = s.text("name")
    period = s.text("2026, 2026-H1, 2026-Q1 or 2026-01")
    due_on = s.day()
    is_open = s.flag("whether it is still the unit's turn")
    words = s.sentence("those of the stage of the policy, null where it has none", allow_none=True)


class MessageAnswer(Shape):
    """A message with its lines."""

    message_id = s.key()
    day = s.day()
    is_read = s.flag()
    changed_at = s.moment("when a line was last added")
    lines = s.several(MessageLine, "open ones first, then by due date, at most 500")
    lines_more = s.whole("how many lines are left out")
    ended = s.several(EndingTold)
    answered_remarks = s.several(RemarkReply, "at most 500")
    offers = s.several(OfferTold)
    reports = s.several(ReportLine, "open ones first, then by due date, at most 500")


class Unread(Shape):
    """How many messages the person has not read."""

    unread = s.whole()
