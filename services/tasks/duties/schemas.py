"""What the operations of doing and reviewing take and answer."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from services.tasks.directory.schemas import UnitName
from services.tasks.duties.duty import TRANSITIONS, WITHDRAW_PARTS, Action, Waiting
from services.tasks.duties.headings import Heading
from services.tasks.vocabulary import PARTS_IN_WORK, REVIEW_RULES, PracticeState
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.light_shapes import LightCounts, LightShown
from shared.calling.params import Params, Words
from shared.calling.shapes import Paged, Shape
from shared.light import Light, State
from shared.text import Text

LONGEST_NOTE = 2000
# All ticks of one page.
MOST_AT_ONCE = 200
# A page of as many lines is at the edge of what a phone scrolls.
MOST_LISTED = 200

DUTY = Text("责任事项", "duty")
DUTIES = Text("责任事项", "duties")
UNIT = Text("单位", "unit")


def _reason(label: Text) -> Words:
    return Words(label, longest=LONGEST_NOTE, has_lines=True)


class MyDuties(Params):
    """Whose duties, in which light, and how many at most."""

    unit_id = f.key(UNIT, load_default=None)
    light = f.member(Text("状态", "light"), Light, load_default=None)
    limit = f.whole(Text("条数", "limit"), 1, MOST_LISTED, load_default=MOST_LISTED)


class UnitDuties(Params):
    """Whose duties, and what they are narrowed to; `page` counts within `heading`."""

    unit_id = f.key(UNIT, load_default=None, allow_none=True)
    heading = f.member(Text("分类", "heading"), Heading, load_default=None, allow_none=True)
    text = Words(Text("查找内容", "search"), longest=60, may_be_empty=True, load_default="")
    period = Words(Text("期次", "period"), longest=10, load_default=None, allow_none=True)
    due_from = f.Day(Text("起始日期", "first day"), load_default=None, allow_none=True)
    due_until = f.Day(Text("截止日期", "last day"), load_default=None, allow_none=True)
    page = f.page()


class DutyOnly(Params):
    """One duty, by its id."""

    duty_id = f.key(DUTY)


class SeveralDuties(Params):
    duty_ids = f.several(f.key(DUTY), DUTIES, least=1, most=MOST_AT_ONCE)


class DutyVersion(Params):
    """A duty as a page showed it."""

    duty_id = f.key(DUTY)
    version = f.version()


class DutyReason(DutyVersion):
    """One duty on the version that was read, with a reason."""

    reason = _reason(Text("理由", "reason"))


class AnswerBlocker(DutyVersion):
    """One duty on the version that was read, with how its difficulty is solved."""

    reason = _reason(Text("怎样解决", "how it is solved"))


class Blocker(DutyVersion):
    """One duty on the version that was read, with what stands in its way."""

    reason = _reason(Text("遇到什么困难", "what the difficulty is"))
    asked_unit_id = f.key(Text("请谁协调", "whom to ask"), load_default=None, allow_none=True)


class TakeOn(DutyVersion):
    """One duty on the version that was read, and what is said to it."""

    reason = Words(Text("说明", "note"), longest=LONGEST_NOTE, has_lines=True, may_be_empty=True, load_default="")


class AskExtension(DutyReason):
    """One duty on the version that was read, with why it needs more time, and until when."""

    wanted_on = f.Day(Text("延期到", "new due date"))


class GrantExtension(DutyVersion):
    """One duty on the version that was read, until when it has time, and what is said to it."""

    due_on = f.Day(Text("延期到", "new due date"))
    reason = Words(Text("说明", "note"), longest=LONGEST_NOTE, has_lines=True, may_be_empty=True, load_default="")


class ReopenDuties(Params):
    """Duties on the versions that were read."""

    duties: fields.List[Any] = f.several(f.part(DutyVersion, DUTIES), DUTIES, least=1, most=MOST_AT_ONCE)


class SubmitDuties(Params):
    """Duties on the versions that were read, with one note for all."""

    duties: fields.List[Any] = f.several(f.part(DutyVersion, DUTIES), DUTIES, least=1, most=MOST_AT_ONCE)
    note = Words(
        Text("备注", "note"), longest=LONGEST_NOTE, has_lines=True, may_be_empty=True, allow_none=True, load_default=""
    )


class NoteProgress(Params):
    """One duty with a note; it contradicts nothing, so no version is asked for."""

    duty_id = f.key(DUTY)
    text = Words(Text("进展", "progress note"), longest=LONGEST_NOTE, has_lines=True)


class ReviewQueue(Params):
    """Which page, from 1; without kinds submissions and waivers, and `text` is looked for in items and units."""

    kinds = f.several(
        f.member(Text("类型", "kind"), Waiting), Text("类型", "kinds"), most=len(Waiting), load_default=None
    )
    text = Words(Text("查找", "search"), longest=60, may_be_empty=True, load_default="")
    page = f.page()


class AcceptDuties(Params):
    """Submissions on the versions that were read."""

    duties: fields.List[Any] = f.several(f.part(DutyVersion, DUTIES), DUTIES, least=1, most=MOST_AT_ONCE)


class DutyAnswer(LightShown):
    """One unit's line for one item and period."""

    duty_id = s.key()
    checklist_id = s.key()
    item_id = s.key()
    unit = s.part(UnitName)
    area = s.text("title")
    measure = s.text("title")
    task = s.text("title")
    item = s.text("title")
    period = s.text("2026, 2026-Q1 or 2026-01")
    role = s.one_of(PARTS_IN_WORK)
    written_due_on = s.day("the due date before it moved off days off")
    is_provisional = s.flag("whether due_on may still move, because the year's days off are not announced")
    first_due_on = s.day("the due date before it was extended", allow_none=True)
    state = s.one_of(State)
    done_on = s.day("day in Asia/Shanghai on which the unit submitted it", allow_none=True)
    is_blocked = s.flag()
    paused_on = s.day("since when its difficulty is taken on and no day counts", allow_none=True)
    waiver_asked = s.flag()
    extension_asked = s.flag()
    last_note = s.text(allow_none=True)
    reviewer = s.text("the unit that reviews it; null where the lead bureau does, or nobody", allow_none=True)
    needs_evidence = s.flag("whether a file is asked for as it stands: to submit it, or of what a sample drew")
    files = s.whole("how many it has")
    delegated_by = s.text("the unit of whose duty it is a part; null for what was issued", allow_none=True)
    parts_total = s.whole("among how many units it is split, without those of which it is not wanted any more")
    parts_done = s.whole("how many of them are done")
    parts_waiting = s.whole("about how many something is asked that its unit answers")
    version = s.whole()


class Doer(Shape):
    """Who did something, by post; both are null for the system."""

    post = s.text(allow_none=True)
    unit = s.text("its name", allow_none=True)


class HistoryEntry(Shape):
    """One thing that happened to a duty."""

    at = s.moment()
    action = s.one_of(Action, "submitted waits for review, completed needed none")
    who = s.part(Doer)
    text = s.text("the note or reason; for reminded the stage, as the lines of a message have it; for a file its name")
    part = s.text("the unit to whose part of the duty it happened; null for the duty itself", allow_none=True)


class FileAnswer(Shape):
    """A file that a unit keeps beside its duty as evidence."""

    evidence_id = s.key()
    name = s.text("as its sender called it, made safe, with the ending of what it is")
    bytes = s.whole()
    at = s.moment("when it was added")
    who = s.part(Doer)


class SampledBy(Shape):
    """How the duties of sampled items were drawn, which can be checked by all once the checklist is closed."""

    percent = s.whole("how many of a hundred are looked at, at least one per unit")
    commitment = s.text("the SHA-256 of the seed; null where the release before issued the checklist", allow_none=True)
    seed = s.text("of a closed checklist, and for who reads all duties", allow_none=True)


class SameNote(Shape):
    """Who else closed the same item with the same words; told to the lead bureau alone."""

    same_note_units = s.whole("how many other units")
    same_note_names = s.several(s.text(), "the first three of them by code")


class DutyPart(DutyAnswer):
    """What a unit below has of a duty that was split."""

    done_by = s.part(Doer, "who submitted it; null as long as it is not done", allow_none=True)


class PracticeOfDuty(Shape):
    """What the unit offered of its duty as good practice last."""

    practice_id = s.key()
    state = s.one_of(PracticeState)


class DutyDetail(DutyAnswer, SameNote):
    """A duty with all that is known of it."""

    acceptance_rule = s.text()
    review_rule = s.one_of(REVIEW_RULES)
    blocked_reason = s.text(allow_none=True)
    waiver_reason = s.text(allow_none=True)
    contact = s.text("whom to ask about the checklist, empty when nobody is named")
    returned_reason = s.text(allow_none=True)
    asked_unit = s.text("who is asked to help with the difficulty; null for the lead bureau", allow_none=True)
    closed_helper = s.text("who was asked to help and is closed, so that another one does", allow_none=True)
    blocker_answer = s.text("what was said to the difficulty that is reported", allow_none=True)
    blocker_plan = s.text("how who has taken it on wants to solve it", allow_none=True)
    blocker_answered_by = s.text("by which unit; null where a person of then is unknown", allow_none=True)
    waiver_refusal = s.text("why the lead bureau refused the last waiver", allow_none=True)
    wanted_on = s.day("until when more time was asked for last", allow_none=True)
    extension_reason = s.text(allow_none=True)
    extension_refusal = s.text("why it was refused, until the unit goes on", allow_none=True)
    evidence = s.several(FileAnswer, "in the order in which they were added, without those that were removed")
    sample = s.part(SampledBy, "null where the item is not sampled", allow_none=True)
    history = s.several(HistoryEntry, "oldest first")
    is_ended = s.flag("whether its checklist is ended, and nothing of it changes any more")
    ended_at = s.moment(allow_none=True)
    ended_reason = s.text("the word with which it was ended", allow_none=True)
    parent_duty_id = s.key("the duty that it is a part of, for who may read that", allow_none=True)
    parts = s.several(DutyPart, "in directory order, withdrawn ones last")
    practice = s.part(PracticeOfDuty, "null where there is none that this person may read", allow_none=True)
    actions = s.several(
        s.one_of([*dict.fromkeys(transition.operation for transition in TRANSITIONS.values()), WITHDRAW_PARTS]),
        "the operations that this person may call on it now",
    )


class AnsweredDuty(DutyAnswer):
    """A duty with what the lead bureau said last and the unit has to go on from; null where it said nothing."""

    returned_reason = s.text(allow_none=True)
    waiver_refusal = s.text(allow_none=True)
    blocker_answer = s.text(allow_none=True)
    extension_refusal = s.text(allow_none=True)
    open_remark = s.text("what a leader remarked that the unit has not answered", allow_none=True)
    is_file_awaited = s.flag("whether it was drawn, waits for review, and lacks the file that is asked for then")


class OwedDuties(Shape):
    """What a unit owes under the checklists in force."""

    today = s.day()
    unit = s.part(UnitName)
    counts = s.part(LightCounts, "of all its duties, whichever light was asked for")
    duties = s.several(DutyAnswer, "open ones first by due date, done ones last and the latest of them first")
    units = s.several(UnitName, "the person's own unit and those below it, active ones by code, at most 300")
    units_more = s.flag("whether there are more, which `find_units` finds below the own unit")


class HeadedDuties(Shape):
    """One heading of the unit's page, which counts all that stand under it."""

    heading = s.one_of(Heading)
    total = s.whole("how many there are, listed or not")
    duties = s.several(AnsweredDuty, "those on the page")


class DutyContact(Shape):
    """Whom the units of a checklist may ask."""

    checklist = s.text("its title")
    contact = s.text()


class EndedChecklist(Shape):
    """A checklist that ended lately, under which the unit owed something."""

    title = s.text()
    at = s.moment()
    reason = s.text("the word with which it was ended")


class DutiesByHeading(Paged):
    """What a unit owes under the checklists in force, most urgent first; pages count within the heading asked for."""

    today = s.day()
    unit = s.part(UnitName)
    headings = s.several(HeadedDuties, "those with something under them, in the order of the page")
    total = s.whole("number of all duties of the unit")
    found = s.whole("number of those that were sought: the sum of the headings")
    periods = s.several(s.text(), "those that its duties have")
    unsigned = s.several(s.key(), "duties of the own unit that nobody has signed for, at most 200")
    unsigned_total = s.whole("how many there are of them")
    ended = s.several(EndedChecklist, "in the last 60 days, newest first")
    contacts = s.several(DutyContact, "of the checklists under which it owes something, newest first")
    units = s.several(UnitName, "the person's own unit and those below it, active ones by code, at most 300")
    units_more = s.flag("whether there are more, which `find_units` finds below the own unit")


class Acknowledged(Shape):
    """What was signed for."""

    duties = s.several(s.key(), "those that had not been before, by id")


class SubmitResult(Shape):
    """What became of one duty of a submission."""

    duty_id = s.key()
    outcome = s.one_of(
        ("done", "submitted", "reopened", "conflict", "already"),
        "submitted waits for review; a conflict saved nothing; already: somebody did it before",
    )
    text = s.sentence()
    note_kept = s.flag("whether the note of one that was done already was added to its history")
    lacks_evidence = s.flag("whether it is a conflict because it needs a file and has none")
    lacks_reason = s.flag("whether it is a conflict because parts of it are open and no note says why")


class Submission(Shape):
    """What became of the duties of a submission, each for itself."""

    results = s.several(SubmitResult, "in the order of the parameters")
    duties = s.several(DutyAnswer, "as they are now, by id")


class WaitingDuty(DutyAnswer, SameNote):
    """A duty of the lead bureau's queue."""

    waiting_since = s.day("on which the unit submitted, asked or reported")
    waiting_days = s.whole("since then")
    blocked_reason = s.text(allow_none=True)
    waiver_reason = s.text(allow_none=True)
    extension_reason = s.text(allow_none=True)
    wanted_on = s.day("until when more time is asked for", allow_none=True)
    is_mine = s.flag("whether this person submitted or asked it, and leaves it to a colleague")


class WaitingCounts(Shape):
    """How many duties wait, each counted once: a waiver before more time, and both before the difficulty behind."""

    submitted = s.whole()
    waivers = s.whole()
    extensions = s.whole()
    blocked = s.whole("with a difficulty that nobody has answered")
    elsewhere = s.whole("submitted, and another unit is named to review them")


class WaitingDuties(Paged):
    """What the lead bureau has to decide, longest waiting first, 50 a page of all kinds asked for together."""

    submitted = s.several(WaitingDuty)
    waivers = s.several(WaitingDuty)
    extensions = s.several(WaitingDuty)
    blocked = s.several(WaitingDuty, "difficulties that nobody has answered, on overdue duties too")
    elsewhere = s.several(WaitingDuty, "what another unit is named to review; the lead bureau may, and need not")
    counts = s.part(WaitingCounts, "of all pages that fit the text, whichever kinds were asked for")


class Waits(Shape):
    """How much waits for the lead bureau."""

    waiting = s.whole("duties of all kinds, and what units offer as good practice")


class AcceptResult(Shape):
    """What became of one of several submissions."""

    duty_id = s.key()
    outcome = s.one_of(
        ("accepted", "already", "conflict"), "a conflict changed nothing; already: somebody accepted it before"
    )
    text = s.sentence()


class Acceptance(Shape):
    """What became of several submissions, each for itself."""

    results = s.several(AcceptResult, "in the order of the parameters")
    duties = s.several(DutyAnswer, "as they are now, by id")
