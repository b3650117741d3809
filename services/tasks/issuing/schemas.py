"""What the operations of issuing take and answer."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from services.tasks.directory.schemas import UnitName
from services.tasks.vocabulary import (
    CHECKLIST,
    CHECKLIST_STATES,
    KINDS,
    LONGEST_UNIT_CODE,
    PARTS_IN_WORK,
    UNIT_CODE,
    seen_field,
)
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.params import Params, Word, Words
from shared.calling.shapes import Shape
from shared.text import Text


def _with_past() -> fields.Boolean:
    """Whether periods that are over make duties too.

    The release before sends nothing here: it shows and issues all of them, so that is what nothing means.
    """
    return f.flag(Text("已过去的期次", "past periods"), load_default=True)


class PreviewIssue(Params):
    """Of which checklist, with or without past periods, and above how many steps in a month a unit counts as busy."""

    checklist_id = f.key(CHECKLIST)
    busy_above = f.whole(Text("每月步数上限", "most steps in a month"), 0, 10_000, load_default=10)
    with_past = _with_past()


class ComingDutiesSought(Params):
    """Of which checklist, with or without past periods, and behind the code of which unit."""

    checklist_id = f.key(CHECKLIST)
    with_past = _with_past()
    after = Word(UNIT_CODE, longest=LONGEST_UNIT_CODE, may_be_empty=True, load_default="")


def hurry_field(**options: Any) -> Words:
    """Why something is due so soon."""
    label = Text("为什么这么急", "why it has to be so soon")
    return Words(label, longest=500, has_lines=True, may_be_empty=True, **options)


class IssueChecklist(Params):
    """A draft, and which version of it was previewed."""

    checklist_id = f.key(CHECKLIST)
    version = f.version()
    with_past = _with_past()
    seen = seen_field()
    hurry = hurry_field(load_default="")


class IssueProgress(Params):
    """Of which checklist."""

    checklist_id = f.key(CHECKLIST)


class UnitLoad(UnitName):
    """What one unit would get."""

    kind = s.one_of(KINDS)
    duties = s.whole()
    steps = s.whole("one for each duty, one more where a file is asked for")
    files = s.whole("how many duties ask for a file")


class BusyMonth(UnitName):
    """A month in which a unit would have more steps than was asked about."""

    month = s.text("such as 2026-06")
    duties = s.whole()
    steps = s.whole()
    files = s.whole()


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


class PartialGroup(Shape):
    """A group whose name means all units of a kind, and which units of it beside its members it lacks."""

    group_id = s.key()
    name = s.text()
    lacking = s.several(s.text(), "the first ten by code")
    lacking_total = s.whole()


class IssuePreview(Shape):
    """What issuing would mean, and what stands in its way."""

    duties = s.whole("how many it would make")
    units = s.several(UnitLoad, "by code, the first 300")
    units_total = s.whole("how many units would get some")
    moved = s.several(MovedDue)
    provisional_years = s.several(s.whole(), "years whose days off are not announced, so that due dates may still move")
    past_due = s.several(PastDue, "dates that are over, whether duties are made of them or not")
    hurried = s.several(PastDue, "dates less than ten working days away, for which a reason is asked")
    left_out = s.several(PastDue, "items of which no duty is made, because all their dates are over, with the last one")
    busy = s.several(BusyMonth, "of the first 100 units that have any, by code")
    busy_total = s.whole("how many units have such a month")
    blockers = s.several(Blocker)
    partial_groups = s.several(PartialGroup)
    open_questions = s.whole("how many questions wait for an answer")
    contact = s.text("whom the units may ask, empty when nobody is named")
    version = s.whole("that of the checklist, for `issue_checklist`")
    with_past = s.flag("whether duties are made of periods that are over")
    seen = s.text("a fingerprint of all that would be made, for `issue_checklist`")


class ComingUnit(UnitName):
    """A unit that would get duties."""

    code = s.text()
    kind = s.one_of(KINDS)
    alike = s.text("a key: units that have the same one get the same duties")


class ComingPart(Shape):
    """A row that names units."""

    alike = s.text("the key of the units")
    row_id = s.key()
    role = s.one_of(PARTS_IN_WORK)


class ComingDue(Shape):
    """A date on which an item is due, for each unit that a row names."""

    row_id = s.key("the row that names the units: the item itself, or one above it")
    item_id = s.key()
    title = s.text("of the item")
    period = s.text()
    due_on = s.day("after days off")
    asks_file = s.flag()


class ComingDuties(Shape):
    """Whom issuing would give what: units, the rows that name them, and the dates below each of these rows."""

    title = s.text("of the checklist")
    units = s.several(ComingUnit, "by code")
    parts = s.several(ComingPart, "of the keys of these units")
    dues = s.several(ComingDue, "of all units, in the order of the checklist; empty behind the first units")
    next = s.text("the code behind which the next units are; empty when these are the last")
    seen = s.text("a fingerprint of all that would be made, as in the preview")


class IssueStarted(Shape):
    """The run that makes the duties."""

    run_id = s.key()


class IssueState(Shape):
    """How far issuing is."""

    state = s.one_of(CHECKLIST_STATES)
    done_chunks = s.whole()
    chunks = s.whole("preparing counts as one, so at least 1 once issued; 0 for a draft")
    duties = s.whole("made so far; of an amendment those that it made, changed and withdrew")
    is_amendment = s.flag("whether the newest revision is one")
