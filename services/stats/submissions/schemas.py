"""What the operations on submissions take and answer."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields

from services.stats.indicators.kinds import IndicatorType
from services.stats.period_params import PeriodLabel
from services.stats.periods import PeriodKind
from services.stats.submissions import definitions
from services.stats.submissions.submission import TRANSITIONS, Action, SubmissionState
from shared.calling import params as f
from shared.calling import shapes as s
from shared.calling.light_shapes import LightShown
from shared.calling.params import Params, Words
from shared.calling.shapes import Paged, Shape
from shared.text import Text

SUBMISSION = Text("报送", "submission")
CELLS = Text("单元格", "cells")
INDICATOR = Text("指标", "indicator")
UNIT = Text("单位", "unit")
REASON = Text("理由", "reason")
LONGEST_REASON = 500
LONGEST_TYPED = 200
MOST_CELLS = 500
# All ticks of one page.
MOST_AT_ONCE = 200
# A workbook with more columns is read by nobody, and its call would not be done in time.
MOST_IN_BOOK = 100


def _typed(label: Text) -> Words:
    return Words(label, longest=LONGEST_TYPED, may_be_empty=True, load_default="")


def _check_definition(value: str) -> None:
    if not definitions.is_written(value):
        raise ValidationError([f.WRONG_SHAPE])


def _definition() -> Words:
    field = Words(Text("口径", "definition"), longest=definitions.LONGEST, may_be_empty=True, load_default="")
    field.validators.append(_check_definition)
    return field


class TypedFields(Params):
    """The fields of one cell as somebody typed them."""

    typed = _typed(Text("本期", "this period"))
    typed_total = _typed(Text("累计", "cumulative"))
    no_figure = _typed(Text("无数的原因", "reason why there is no figure"))


class TypedCell(TypedFields):
    """One cell as it is typed, and as the form showed it when it was opened, if that is known."""

    indicator_id = f.key(INDICATOR)
    was = f.part(TypedFields, CELLS, load_default=None, allow_none=True)


class SubmissionOnly(Params):
    """One submission, by its id."""

    submission_id = f.key(SUBMISSION)


class SubmissionHistoryAsked(SubmissionOnly):
    """One submission, and which page of what happened to it; the last without any."""

    page = f.whole(Text("页码", "page"), 1, f.LAST_PAGE, load_default=None, allow_none=True)


class SubmissionVersion(Params):
    """A submission as a page showed it."""

    submission_id = f.key(SUBMISSION)
    version = f.version()


class SaveSubmission(SubmissionVersion):
    """A form on the version that was opened, with the definitions that it showed; cells left out stay as they are."""

    definition = _definition()
    cells: fields.List[Any] = f.several(f.part(TypedCell, CELLS), CELLS, most=MOST_CELLS, load_default=list)


class Explanation(Params):
    """Why a figure that a check doubts is right; empty says nothing."""

    check_id = f.key(Text("校验", "check"))
    text = Words(Text("说明", "explanation"), longest=LONGEST_REASON, has_lines=True, may_be_empty=True)


class SubmitSubmission(SaveSubmission):
    """A form to be saved and submitted, with explanations of what soft checks doubt."""

    explanations: fields.List[Any] = f.several(
        f.part(Explanation, Text("说明", "explanations")), Text("说明", "explanations"), most=100, load_default=list
    )


class EnterByProxy(SubmitSubmission):
    """A form that the lead bureau types in from a unit's paper: why, and of which day the paper is."""

    reason = Words(REASON, longest=LONGEST_REASON, has_lines=True)
    paper_on = f.Day(Text("纸质报表日期", "day of the paper"))


class RoundOnly(Params):
    """One round, by its id."""

    round_id = f.key(Text("报期", "round"))


class PreviewForms(Params):
    """Forms as a workbook has them; `is_proxy` when they are other units' papers."""

    forms: fields.List[Any] = f.several(f.part(SaveSubmission, SUBMISSION), SUBMISSION, least=1, most=MOST_IN_BOOK)
    is_proxy = f.flag(Text("代录", "proxy entry"), load_default=False)


class EnterSeveralByProxy(Params):
    """The papers of several units: why they are entered for them, and of which day they are."""

    forms: fields.List[Any] = f.several(f.part(SubmitSubmission, SUBMISSION), SUBMISSION, least=1, most=MOST_IN_BOOK)
    reason = Words(REASON, longest=LONGEST_REASON, has_lines=True)
    paper_on = f.Day(Text("纸质报表日期", "day of the paper"))


class SubmissionReason(SubmissionVersion):
    """One submission on the version that was read, with a reason."""

    reason = Words(REASON, longest=LONGEST_REASON, has_lines=True)


class ReturnedCell(Params):
    """A cell to look at again; without a reason of its own it has that of the whole."""

    indicator_id = f.key(INDICATOR)
    reason = Words(REASON, longest=LONGEST_REASON, has_lines=True, may_be_empty=True, load_default="")


class ReturnSubmission(SubmissionReason):
    """A submission given back, with the cells that it is about; `refuses_explanations` asks for better ones."""

    cells: fields.List[Any] = f.several(f.part(ReturnedCell, CELLS), CELLS, most=MOST_CELLS, load_default=list)
    refuses_explanations = f.flag(Text("说明不充分", "explanations refused"), load_default=False)


class ExplanationEnd(Params):
    """Until and including which period an explanation is not asked for again."""

    check_id = f.key(Text("校验", "check"))
    until_period = PeriodLabel()


class AcceptedSubmission(SubmissionVersion):
    """A submission on the version that was read, and how long its explanations hold: for its own period if not said.

    `definition` is that of the form that was read: whoever sends the present one accepts knowing what it says by now.
    """

    definition = _definition()

    until: fields.List[Any] = f.several(
        f.part(ExplanationEnd, Text("有效期", "ends")), Text("有效期", "ends"), most=100, load_default=list
    )


class AcceptSubmissions(Params):
    """Submissions on the versions that were read."""

    submissions: fields.List[Any] = f.several(
        f.part(AcceptedSubmission, SUBMISSION), SUBMISSION, least=1, most=MOST_AT_ONCE
    )


class OwedSubmissionsOf(Params):
    """Whose submissions: the own unit's, or those of a unit below it."""

    unit_id = f.key(UNIT, load_default=None, allow_none=True)


class WaitingSubmissionsOf(Params):
    """Which page, and what is looked for in units and reports."""

    text = Words(Text("查找", "search"), longest=60, may_be_empty=True, load_default="")
    page = f.page()


class SubmittingUnit(Shape):
    """A unit by its name, empty as long as no event has told of it."""

    unit_id = s.key()
    name = s.text()


class SubmissionHead(LightShown):
    """One unit's answer to a round of a report."""

    submission_id = s.key()
    round_id = s.key()
    report_id = s.key()
    table_number = s.text()
    report = s.text("its name")
    is_invented = s.flag("whether its figures are an example's")
    unit = s.part(SubmittingUnit)
    period = s.text("2026, 2026-H1, 2026-Q2 or 2026-01")
    opens_on = s.day()
    lock_on = s.day("the last day on which the unit may change it")
    is_locked = s.flag("whether the unit may change nothing now, exceptions considered")
    unlocked_until = s.day("the last day of an exception", allow_none=True)
    state = s.one_of(SubmissionState)
    state_word = s.sentence()
    waits_for = s.text("the unit whose turn it is; empty when it is the own unit's or the lead bureau's")
    is_correction = s.flag()
    correction_reason = s.text("empty when it is none")
    returned_reason = s.text()
    proxy_by = s.text("who entered it for the unit; empty when the unit did itself")
    is_explained = s.flag("whether it comes with an explanation that nobody has judged yet")
    without = s.whole("how many of its cells say that there is no figure")
    submitted_at = s.moment("the last time", allow_none=True)
    version = s.whole()


class WaitingTurns(Shape):
    """How many submissions wait for this person: as head, as unit above, as lead bureau."""

    at_head = s.whole()
    at_upper = s.whole()
    at_lead = s.whole()


class OwedSubmissions(Shape):
    """What a unit owes, by due day, and the newest of what was accepted."""

    unit = s.part(SubmittingUnit)
    owed = s.several(SubmissionHead)
    accepted = s.several(SubmissionHead, "newest first, at most 12")
    waiting = s.part(WaitingTurns)


class PastFigure(Shape):
    """The unit's own figure of a period before; null with a word where there is none."""

    period = s.text()
    value = s.decimal(allow_none=True)
    no_figure = s.text()


class FormLine(Shape):
    """One indicator of the form with what is typed, what it means, and what is known of the periods before."""

    indicator_id = s.key()
    code = s.text()
    name = s.text()
    section = s.text("empty when the report has none")
    type = s.one_of(IndicatorType)
    definition = s.text()
    unit_of_measure = s.text()
    decimals = s.whole()
    has_total = s.flag("whether the year's cumulative may be typed instead of the period's value")
    typed = s.text("as it was typed, right or wrong")
    typed_total = s.text()
    no_figure = s.text("why there is no figure")
    value = s.decimal("what it means", allow_none=True)
    total = s.decimal("the year's cumulative, where all of it is known", allow_none=True)
    problem = s.sentence("what is wrong with what is typed", allow_none=True)
    returned_reason = s.text("why this cell was given back")
    recorded = s.part(
        PastFigure, "what is known of this very period: of a correction what it corrects", allow_none=True
    )
    last = s.part(PastFigure, "last period's", allow_none=True)
    year_ago = s.part(PastFigure, "of the same period last year", allow_none=True)
    past = s.several(PastFigure, "those that are known of the twelve periods before, oldest first")
    difference = s.decimal("value less last period's, where there are both", allow_none=True)


class ExplanationShown(Shape):
    """What the unit says about a check that doubts its figures."""

    check_id = s.key()
    name = s.text()
    text = s.text()
    state = s.text("given, accepted or refused")
    until_period = s.text("the last period that it holds for")
    answer = s.text("why it was refused")
    ends = s.several(s.text(), "the periods until which it may be accepted, its own first")


class CheckFailure(Shape):
    """A check that the form does not pass."""

    check_id = s.key()
    name = s.text()
    is_hard = s.flag("hard: nothing is submitted until it is passed; soft: an explanation is enough")
    text = s.sentence("with the numbers put in")
    indicator_ids = s.several(s.key())
    explanation = s.text("what the unit said of it for this period")
    explanation_state = s.text("given, accepted, refused, or empty")


class SubmissionForm(SubmissionHead):
    """A form with its lines in order, and what this person may do with it now."""

    period_kind = s.one_of(PeriodKind)
    definition = s.text("which definitions this is, to be sent back with the form")
    contact = s.text("whom to ask about the report")
    proxy_reason = s.text()
    proxy_paper_on = s.day(allow_none=True)
    lines = s.several(FormLine)
    explanations = s.several(ExplanationShown)
    changed_since = s.several(s.sentence(), "what changed since it was submitted, while it waits")
    failures = s.several(CheckFailure, "as long as it can be filled in and each cell is right; hard ones first")
    actions = s.several(s.one_of(dict.fromkeys(one.operation for one in TRANSITIONS)), "operations open to this person")


class CellProblem(Shape):
    """What is wrong with one cell."""

    indicator_id = s.key()
    name = s.text("of the indicator")
    text = s.sentence()


class SubmissionSaved(Shape):
    """A form as it was saved."""

    submission_id = s.key()
    version = s.whole()
    state = s.one_of(SubmissionState)
    problems = s.several(CellProblem, "what keeps it from being submitted by its cells alone")


class SubmissionOutcome(SubmissionSaved):
    """What became of submitting: `changed` and `incomplete` saved the form and did not submit it."""

    report = s.text("its name")
    period = s.text()
    state_word = s.sentence()
    outcome = s.one_of(("submitted", "incomplete", "changed"), "changed: the definitions did since the form was opened")
    failures = s.several(CheckFailure, "hard ones first")
    refusal = s.sentence(
        "why it is not submitted as a whole, such as a correction that changes nothing", allow_none=True
    )
    changes = s.several(s.sentence(), "what changed in the definitions")


class UntypedForms(Shape):
    """The forms of a round in which nobody has typed anything, in directory order, at most 100."""

    expected = s.whole("how many units owe something for the round")
    forms = s.several(SubmissionForm)


class ChangedCell(Shape):
    """A cell that would change; empty is no figure and no word."""

    indicator_id = s.key()
    name = s.text("of the indicator")
    was = s.text()
    now = s.text()


class FailedCheck(Shape):
    """A check that would not be passed."""

    check_id = s.key()
    name = s.text()
    is_hard = s.flag()
    text = s.sentence()


class PreviewedForm(Shape):
    """What a form would become."""

    submission_id = s.key()
    unit = s.part(SubmittingUnit)
    changes = s.several(ChangedCell)
    problems = s.several(CellProblem)
    failures = s.several(FailedCheck)
    definition_changes = s.several(s.sentence())


class PreviewedForms(Shape):
    """Forms in the order in which they were named."""

    forms = s.several(PreviewedForm)


class SeveralEntered(PreviewedForms):
    """Whether all of them were entered; otherwise none was."""

    are_entered = s.flag()


class SubmissionMoved(Shape):
    """A submission after one step."""

    submission_id = s.key()
    version = s.whole()
    state = s.one_of(SubmissionState)
    state_word = s.sentence()


class AcceptedResult(Shape):
    """What became of one of several submissions."""

    submission_id = s.key()
    unit = s.text("its name")
    report = s.text("its name")
    outcome = s.one_of(
        ("accepted", "already", "conflict"), "a conflict changed nothing; already: somebody accepted it before"
    )
    text = s.sentence()


class SubmissionAcceptance(Shape):
    """What became of several submissions, each for itself, in the order of the parameters."""

    results = s.several(AcceptedResult)


class WaitingSubmission(SubmissionHead):
    """A submission that waits for this person."""

    is_mine = s.flag("whether this person submitted it, and leaves it to a colleague")


class WaitingSubmissions(Paged):
    """What waits for this person, longest first, 50 a page."""

    total = s.whole("on all pages")
    submissions = s.several(WaitingSubmission)


class SubmissionStep(Shape):
    """One thing that happened to a submission."""

    at = s.moment()
    action = s.one_of(Action)
    state = s.one_of(SubmissionState, "after it")
    reason = s.text()
    post = s.text(allow_none=True)
    unit = s.text(allow_none=True)
    cells = s.several(CellProblem, "of a return by cell: which, and why")
    has_skipped_head = s.flag("whether the unit's head was to agree and there was none")
    paper_on = s.day("of a proxy entry", allow_none=True)


class SubmissionHistory(SubmissionHead):
    """A submission with what happened to it, oldest first, 50 a page; savings in a row by one person are one."""

    history = s.several(SubmissionStep)
    page = s.whole("from 1")
    pages = s.whole("at least 1")
