"""What the operations of drafting answer: checklists, their rows and questions."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, validates_schema

from services.tasks.directory.schemas import UnitName
from services.tasks.drafting.questions import ANSWER_WORDS, ANSWERS
from services.tasks.drafting.sheet_changes import FIELDS, MOST_SHOWN, UNITS
from services.tasks.notices.draft import NamedAs, TargetKind
from services.tasks.vocabulary import (
    CHECKLIST_STATES,
    EVIDENCE_RULES,
    FEW_UNITS,
    KINDS,
    PARTS_IN_WORK,
    RECURRENCES,
    REVIEW_RULES,
)
from shared.calling import shapes as s
from shared.calling.shapes import Shape

SHEET_FIELDS = (*FIELDS, UNITS)


class ChecklistHeader(Shape):
    """A checklist without its rows."""

    checklist_id = s.key()
    title = s.text()
    year = s.whole()
    level_names = s.several(s.text(), "of the five levels, from the area down")
    contact = s.text("whom its units may ask, empty when nobody is named")
    state = s.one_of(CHECKLIST_STATES)
    revision = s.whole("which issue of it this is, from 1")
    version = s.whole("counts up with every change of the draft or of a group that it names")
    amends_id = s.key("the checklist of which this draft is an amendment", allow_none=True)
    sample_percent = s.whole("how many of a hundred duties of sampled items are looked at")
    carried_from_id = s.key("the checklist of another year that it was carried over from", allow_none=True)
    document_number = s.text("of the notice that it carries out, such as 歙就组〔2025〕3号; empty without one")


class ListedChecklist(Shape):
    """A checklist in the list of all."""

    checklist_id = s.key()
    title = s.text()
    year = s.whole()
    state = s.one_of(CHECKLIST_STATES)
    revision = s.whole()
    open_questions = s.whole("number of questions without an answer")
    rows = s.whole("number of rows")
    duties = s.whole("number of duties, 0 for a draft that was never issued")
    issued_at = s.moment(allow_none=True)
    amends_id = s.key("the checklist of which this draft is an amendment", allow_none=True)


class Checklists(Shape):
    """All checklists, newest first."""

    checklists = s.several(ListedChecklist)


class ChecklistMade(Shape):
    """A new draft."""

    checklist_id = s.key()


class NoticeImported(ChecklistMade):
    """A new draft, and how much of everything the notice had."""

    areas = s.whole()
    measures = s.whole()
    tasks = s.whole()
    targets = s.whole("without the parts of which a target consists")
    questions = s.whole()
    year = s.whole("that the draft is for; the release before leaves it out", required=False)
    year_is_of_notice = s.flag("whether nobody said the year and the notice does", required=False)
    plan_years = s.several(
        s.whole(),
        "the first and the last one of a plan of several years, else none; the release before leaves it out",
        required=False,
    )


class RowUnit(Shape):
    """A unit or a group that a row names; the id of the other is null."""

    role = s.one_of(PARTS_IN_WORK)
    unit_id = s.key(allow_none=True)
    group_id = s.key(allow_none=True)


class NamedRowUnit(RowUnit):
    """The same with its name."""

    name = s.text()


class RowAnswer(Shape):
    """A row of levels 1 to 4. Only rows of level 4 have dates.

    `once` takes a due_on from 1 January of the year before to 31 December of the year after; `monthly` and `quarterly`
    take a due_day or none, which is the period's last day; `yearly` takes a due_on or a due_day.
    """

    row_id = s.key()
    parent_id = s.key("the row above, null for level 1", allow_none=True)
    level = s.whole("1 to 4")
    position = s.whole("orders it among the rows below the same one")
    number = s.text("where it stands, such as 1.2.3")
    title = s.text()
    body = s.text()
    due_on = s.day(allow_none=True)
    recurrence = s.one_of(RECURRENCES)
    due_day = s.whole("day of each period, 1 to 31", allow_none=True)
    review_rule = s.one_of(REVIEW_RULES)
    acceptance_rule = s.text()
    evidence_rule = s.one_of(EVIDENCE_RULES, "whether a unit submits it only with a file")
    reviewer_unit_id = s.key("which unit reviews it; null for the lead bureau", allow_none=True)
    reviewer = s.text("its name", allow_none=True)
    units = s.several(NamedRowUnit)
    inherits_units = s.flag(
        "whether the units are those of the nearest row above that names some; saving such a row unchanged sends none"
    )
    version = s.whole()


class RowTitle(Shape):
    """A row as it is named in passing."""

    row_id = s.key()
    title = s.text()
    level = s.whole()


class GivenAnswer(Shape):
    """How a question was answered; beside `kind` and `note`, what belongs to the kind and nothing else."""

    kind = s.one_of(ANSWER_WORDS)
    note = s.text(required=False)
    units = s.several(RowUnit, "for units: added to the row", required=False)
    member_ids = s.several(s.key(), f"for group: its members, the first {FEW_UNITS} by id", required=False)
    members = s.whole("for group: how many there are, where these are not all", required=False)
    due_on = s.day("for due", required=False, allow_none=True)
    recurrence = s.one_of(RECURRENCES, "for due", required=False)
    due_day = s.whole("for due", required=False, allow_none=True)
    value = s.decimal("for target", required=False)

    @validates_schema(skip_on_field_errors=True)
    def check_kind(self, data: dict[str, Any], **_: object) -> None:
        optional = {"note", "members"} if data["kind"] == "group" else {"note"}
        if set(data) - optional != {"kind", *_BELONGING[data["kind"]]}:
            raise ValidationError(f"This is no whole answer of kind {data['kind']}.")


_BELONGING: dict[str, tuple[str, ...]] = {
    "keep": (),
    "units": ("units",),
    "group": ("member_ids",),
    "due": ("due_on", "recurrence", "due_day"),
    "target": ("value",),
}


def _by_fitting_answer() -> str:
    kinds: dict[str, list[str]] = {}
    for kind, fitting in ANSWERS.items():
        for answer in fitting:
            kinds.setdefault(answer, []).append(kind)
    return "; ".join(f"`{answer}` answers {', '.join(those)}" for answer, those in kinds.items())


class QuestionAnswer(Shape):
    """A question that a notice leaves to a person. The answer `keep` fits every one of them.

    Where `row_id` is null for a question that `units` or `due` answers, its row was replaced by a sheet or it concerns
    the whole notice, and only `keep` fits.
    """

    question_id = s.key()
    row_id = s.key(allow_none=True)
    target_id = s.key(allow_none=True)
    group_id = s.key(allow_none=True)
    kind = s.one_of(ANSWERS, _by_fitting_answer())
    quote = s.text("the words of the notice that it is about")
    role = s.one_of(NamedAs, "for an unknown or ambiguous name: what it is named for", allow_none=True)
    text = s.sentence()
    everyone_of = s.one_of(("", *KINDS), "the kind of which the group that it asks about means all units")
    suggested = s.several(UnitName, "active units that an unknown or ambiguous name may mean, the likeliest first")
    answer = s.part(GivenAnswer, allow_none=True)
    answered_at = s.moment(allow_none=True)


class Target(Shape):
    """A value to reach by a year, as the notice says it."""

    target_id = s.key()
    name = s.text()
    quote = s.text()
    kind = s.one_of(TargetKind)
    comparator = s.one_of(("=", ">=", ">", "<=", "<", "~", "rising", "falling"), "~ means about")
    value = s.decimal(allow_none=True)
    unit_of_measure = s.text()
    to_year = s.whole()
    is_approximate = s.flag()
    is_part = s.flag("whether it is a part of the target before it")


class Plan(Shape):
    """The programme of several years that a notice announces."""

    title = s.text()
    from_year = s.whole()
    to_year = s.whole()
    targets = s.several(Target)


class Source(Shape):
    """What is kept of the notice that a draft was made of."""

    pieces = s.whole("pieces of the source, each of them either taken or left out")
    taken = s.whole()
    left_out = s.whole()
    figures = s.whole("figures in the words of measures that were offered as targets")
    offered = s.whole("those of them that nobody has taken or declined yet")


class ChecklistAnswer(ChecklistHeader):
    """A whole checklist."""

    plan = s.part(Plan, "null for one that no notice began", allow_none=True)
    source = s.part(
        Source, "null where no source was kept; the release before leaves it out", allow_none=True, required=False
    )
    offered_contacts = s.several(
        s.text(), "whom the notice of a draft says to ask; the release before leaves it out", required=False
    )
    rows = s.several(RowAnswer, "in reading order")
    questions = s.several(QuestionAnswer, "open ones first")


class RowPage(Shape):
    """One row with what stands around it."""

    row = s.part(RowAnswer)
    checklist = s.part(ChecklistHeader)
    ancestors = s.several(RowTitle, "from the area down")
    previous_id = s.key("the row of the same level before it, in reading order", allow_none=True)
    next_id = s.key("the row of the same level after it", allow_none=True)
    questions = s.several(QuestionAnswer, "those on this row, open ones first")


class QuestionsAnswered(Shape):
    """What an answer settled."""

    answered = s.several(s.key(), "the questions asked about, and others of this checklist that it answers as well")
    open = s.whole("number of questions of the checklist that still wait")


class RowInDraft(Shape):
    """A row of a draft by its place."""

    number = s.text("where it stands, such as 1.2.3")
    title = s.text()


class RowsSaved(Shape):
    """What became of rows that were changed together."""

    saved = s.several(s.key(), "the rows that were changed")
    stale = s.several(RowInDraft, "those that somebody changed since they were read, left as they are")


class ChangedRow(RowInDraft):
    """An item that a sheet would change."""

    changed = s.several(s.one_of(SHEET_FIELDS), "the fields that would be others")
    emptied = s.several(s.one_of(SHEET_FIELDS), "those of them that would be empty then")


class RowsPreview(Shape):
    """What importing a workbook would do to a draft; nothing is stored yet."""

    rows_now = s.whole("number of rows of the draft")
    rows_after = s.whole("number of rows that it would have")
    added = s.whole("number of rows that the draft lacks")
    deleted = s.whole("number of rows that the sheet lacks, which would be deleted with all that is in them")
    changed = s.whole("number of items that would be different")
    losing = s.whole("number of changed items in which something would be emptied")
    deleted_rows = s.several(RowInDraft, f"in reading order, at most {MOST_SHOWN}")
    changed_rows = s.several(ChangedRow, f"those in which something would be emptied first, at most {MOST_SHOWN}")
    fingerprint = s.text("of all these changes; importing with it stores these or none")


class RowsImported(Shape):
    """What the draft has after an import."""

    rows = s.whole("number of rows")
