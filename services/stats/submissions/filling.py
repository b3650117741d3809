"""Use cases of filling in a form: saved as it is typed, right or wrong, and submitted once it is right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.stats.checks import explaining
from services.stats.checks.records import ExplanationState, Failure
from services.stats.submissions import answers, cells, changes, definitions, forms, queries, store
from services.stats.submissions.cells import Kept, Meaning, Typed
from services.stats.submissions.forms import Form, Past
from services.stats.submissions.records import Submission
from services.stats.submissions.store import Change, NewCell
from services.stats.submissions.submission import Action, SubmissionState, next_stop, stops
from shared import clock
from shared.calling.calls import Context
from shared.database import Cursor
from shared.errors import Conflict, Invalid
from shared.text import Text

FOREIGN_CELL = Text(
    "填报的内容里有不属于这张报表的指标，没有保存。请刷新页面再填。",
    "The form holds an indicator that is not of this report. Nothing was saved; please reload the page.",
)
BOTH_CHANGED = Text(
    "您填写的时候，同事改了同样的单元格。请逐格选择保留哪一个；您填的都还在。",
    "While you were typing, a colleague changed the same cells. Please choose for each; what you typed is still there.",
)
NOTHING_CORRECTED = Text(
    "这次更正没有改动任何数，所以没有提交。请改好再提交；数没有错的，请放弃更正。",
    "This correction changes no figure, so it was not submitted. Please change what is wrong and submit again; if the"
    " figures are right, give the correction up.",
)
FUTURE_PAPER = Text("纸质报表的日期不能晚于今天。", "The day of the paper cannot lie after today.")


@dataclass(frozen=True, slots=True)
class Filled:
    """A form with what was typed into it: what each line says now, and what of it is to be written."""

    form: Form
    meanings: Mapping[int, Meaning]
    anew: Sequence[NewCell]
    changed: Mapping[int, tuple[Typed, Typed]]

    @property
    def submission(self) -> Submission:
        return self.form.submission

    @property
    def problems(self) -> dict[int, Text]:
        """What keeps it from being submitted, by indicator."""
        return cells.problems(self.meanings, [one.id for one in self.form.asked])

    @property
    def says_nothing_new(self) -> bool:
        """Whether all that it says is known already, to the same words."""
        return all(
            (known := self.form.recorded(indicator_id)) is not None
            and (known.value, known.no_figure) == (meaning.value, meaning.no_figure)
            for indicator_id, meaning in self.meanings.items()
        )


@dataclass(frozen=True, slots=True)
class Paper:
    """A unit's paper that somebody else enters: why, of which day it is, and who enters it."""

    reason: str
    on: dt.date
    by: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What stands in the way of submitting: definitions that changed, cells that are wrong, checks that fail.

    `said` are the explanations that came with the form, by check; `refusal` is what is wrong with the form as a whole.
    """

    changes: Sequence[Text]
    problems: Mapping[int, Text]
    failed: Sequence[Failure]
    said: Mapping[int, str]
    refusal: Text | None = None

    @property
    def is_clear(self) -> bool:
        """Whether nothing does."""
        is_right = not (self.refusal or self.changes or self.problems)
        return is_right and all(self._is_passed(one) for one in self.failed)

    def _is_passed(self, failure: Failure) -> bool:
        if failure.is_hard:
            return False
        was_refused = failure.explanation_state == ExplanationState.REFUSED
        return failure.check_id in self.said or (bool(failure.explanation) and not was_refused)

    def as_dict(self) -> dict[str, Any]:
        """The part of a SubmissionOutcome that says so."""
        return {
            "outcome": "submitted" if self.is_clear else "changed" if self.changes else "incomplete",
            "refusal": self.refusal.as_dict() if self.refusal else None,
            "changes": [text.as_dict() for text in self.changes],
            "failures": [] if self.is_clear else [answers.failure_as_dict(one, self.said) for one in self.failed],
        }


def save(cur: Cursor, context: Context, params: Mapping[str, Any], *, today: dt.date) -> dict[str, Any]:
    """Keep a form as it is typed. Conflict when a cell was changed by somebody else too, with both in the details."""
    one = changes.for_change(cur, context.signed_in, params["submission_id"], Action.SAVED, today=today)
    filled = fill(cur, one, params)
    after = _saved(cur, context, filled)
    return _as_saved(filled, after)


def submit(cur: Cursor, context: Context, params: Mapping[str, Any], *, today: dt.date) -> dict[str, Any]:
    """Save a form and submit it when nothing stands in its way; what does is in the answer, and the form is saved."""
    one = changes.for_change(cur, context.signed_in, params["submission_id"], Action.SUBMITTED, today=today)
    filled = fill(cur, one, params)
    verdict = judge(cur, filled, params)
    _explain(cur, context, filled, verdict)
    after = _submitted(cur, context, filled) if verdict.is_clear else _saved(cur, context, filled)
    return verdict.as_dict() | _as_submitted(filled, after)


def enter_by_proxy(cur: Cursor, context: Context, params: Mapping[str, Any], *, today: dt.date) -> dict[str, Any]:
    """Enter a unit's paper for it, named as that for ever; what stands in its way leaves nothing behind."""
    paper = paper_of(context, params, today=today)
    one = changes.for_change(cur, context.signed_in, params["submission_id"], Action.PROXIED, today=today)
    filled = fill(cur, one, params)
    verdict = judge(cur, filled, params)
    after = enter(cur, context, filled, verdict, paper) if verdict.is_clear else None
    return verdict.as_dict() | _as_submitted(filled, after)


def paper_of(context: Context, params: Mapping[str, Any], *, today: dt.date) -> Paper:
    """Who enters which paper, and why; Invalid for a paper of the future."""
    if params["paper_on"] > today:
        raise Invalid.of_fields({"paper_on": FUTURE_PAPER})
    actor = context.signed_in
    who = " ".join(word for word in (actor.unit, actor.post) if word)
    return Paper(params["reason"], params["paper_on"], who or "牵头单位")


def enter(cur: Cursor, context: Context, filled: Filled, verdict: Verdict, paper: Paper) -> Change:
    """Write a form that nothing stands in the way of, as entered for its unit."""
    one = filled.submission
    now = clock.now()
    change = changes.change_of(
        one,
        Action.PROXIED,
        SubmissionState.AT_LEAD,
        submitted_at=now,
        first_submitted_at=one.first_submitted_at or now,
        submitted_by=context.signed_in.person_id,
        said=paper.reason,
        detail={"paper_on": paper.on.isoformat()},
        proxy_reason=paper.reason,
        proxy_paper_on=paper.on,
        proxy_by=paper.by,
        definition=definitions.written(filled.form.asked),
    )
    store.save_cells(cur, one.id, filled.anew)
    _explain(cur, context, filled, verdict)
    changes.save(cur, context, [change])
    return change


def fill(cur: Cursor, one: Submission, params: Mapping[str, Any]) -> Filled:
    """What the form says with the cells of `params` in it; Conflict for cells that two people changed."""
    form = forms.load(cur, one, Past.LAST)
    is_current = params["version"] == one.version
    opened_with = definitions.read(params["definition"])
    mine: dict[int, Typed] = {}
    clashes: list[dict[str, Any]] = []
    for cell in params["cells"]:
        indicator_id, typed = cell["indicator_id"], _typed(cell)
        if indicator_id not in form.indicators:
            # Of an indicator that was taken out of the report meanwhile, whoever opened the form before may still send.
            if indicator_id not in opened_with:
                raise Invalid(FOREIGN_CELL)
            continue
        stored = form.typed(indicator_id)
        was = _typed(cell["was"]) if cell["was"] else stored if is_current else None
        kept = cells.merged(typed, was, stored)
        if kept is Kept.CLASH:
            clashes.append({"indicator_id": indicator_id, "mine": _as_dict(typed), "theirs": _as_dict(stored)})
        elif kept is Kept.MINE:
            mine[indicator_id] = typed
    if clashes:
        raise Conflict(BOTH_CHANGED, {"cells": clashes, "version": one.version})
    return _meant(form, mine)


def _meant(form: Form, mine: Mapping[int, Typed]) -> Filled:
    meanings = form.meanings(mine)
    changed = {
        indicator_id: (form.typed(indicator_id), typed)
        for indicator_id, typed in mine.items()
        if typed != form.typed(indicator_id)
    }
    anew = [
        NewCell(indicator_id, mine.get(indicator_id, form.typed(indicator_id)), meaning.value)
        for indicator_id, meaning in meanings.items()
        if indicator_id in changed or meaning.value != _value(form, indicator_id)
    ]
    return Filled(form, meanings, anew, changed)


def _value(form: Form, indicator_id: int) -> Any:
    cell = form.cells.get(indicator_id)
    return cell.value if cell else None


def _saved(cur: Cursor, context: Context, filled: Filled) -> Change | None:
    """Write the draft; None when nothing is new."""
    one = filled.submission
    if filled.anew:
        store.save_cells(cur, one.id, filled.anew)
    if not filled.changed:
        return None
    is_returned = one.state is SubmissionState.RETURNED
    state = SubmissionState.RETURNED if is_returned else SubmissionState.DRAFT
    change = changes.change_of(one, Action.SAVED, state, detail={"cells": _history_of(filled)})
    # Nobody else need know of each word that is typed.
    changes.save(cur, context, [change], told=state is not one.state)
    return change


def _submitted(cur: Cursor, context: Context, filled: Filled) -> Change:
    """Write the form and hand it to whose turn it is next."""
    one, actor = filled.submission, context.signed_in
    if filled.anew:
        store.save_cells(cur, one.id, filled.anew)
    if any(cell.returned_reason for cell in filled.form.cells.values()):
        store.forget_returns(cur, one.id)
    asked = queries.reviewers(cur, round_id=one.round_id, unit_id=one.unit_id, but=actor.person_id)
    stop = next_stop(one.standing, stops(asks_head=asked.needs_head and asked.has_head, above=asked.above))
    now = clock.now()
    detail: dict[str, Any] = {"cells": _history_of(filled)} if filled.changed else {}
    if asked.needs_head and not asked.has_head:
        detail["has_skipped_head"] = True
    change = changes.change_of(
        one,
        Action.SUBMITTED,
        stop.state,
        waits_for=stop.unit_id,
        returned_reason="",
        first_submitted_at=one.first_submitted_at or now,
        submitted_at=now,
        submitted_by=actor.person_id,
        definition=definitions.written(filled.form.asked),
        detail=detail,
    )
    changes.save(cur, context, [change])
    return change


def judge(cur: Cursor, filled: Filled, params: Mapping[str, Any]) -> Verdict:
    """Whether the form can be submitted; checks are asked once every cell is right."""
    failed = answers.not_passed(cur, filled.form, filled.meanings)
    said = {given["check_id"]: given["text"] for given in params["explanations"] if given["text"]}
    since = definitions.changes_since(params["definition"], filled.form.asked)
    is_idle = filled.submission.is_own_correction and filled.says_nothing_new
    return Verdict(tuple(since.sentences), filled.problems, failed, said, NOTHING_CORRECTED if is_idle else None)


def _explain(cur: Cursor, context: Context, filled: Filled, verdict: Verdict) -> None:
    """Keep what the unit says of the soft checks that its form does not pass, and nothing of those that it passes."""
    one = filled.submission
    if verdict.is_clear and one.is_explained:
        explaining.forget_others(cur, submission_id=one.id, doubted=[failure.check_id for failure in verdict.failed])
    for failure in verdict.failed:
        text = verdict.said.get(failure.check_id)
        if text and not failure.is_hard:
            explaining.explain(
                cur,
                context,
                submission_id=one.id,
                unit_id=one.unit_id,
                period=one.period,
                check_id=failure.check_id,
                text=text,
            )


def _history_of(filled: Filled) -> dict[str, list[list[str]]]:
    """What was typed over, from and to, by indicator: nothing that anybody typed is ever gone."""
    return {
        str(indicator_id): [[was.value, was.total, was.no_figure], [now.value, now.total, now.no_figure]]
        for indicator_id, (was, now) in filled.changed.items()
    }


def _as_submitted(filled: Filled, after: Change | None) -> dict[str, Any]:
    """The part of a SubmissionOutcome that says where the submission stands."""
    one = filled.submission
    word = changes.STATE_WORDS[after.state if after else one.state]
    named = {"report": one.report_name, "period": one.period, "state_word": word.as_dict()}
    return named | _as_saved(filled, after)


def _as_saved(filled: Filled, after: Change | None) -> dict[str, Any]:
    """A SubmissionSaved."""
    one = filled.submission
    names = {indicator.id: indicator.name for indicator in filled.form.asked}
    return {
        "submission_id": one.id,
        "version": after.version if after else one.version,
        "state": (after.state if after else one.state).value,
        "problems": [
            {"indicator_id": indicator_id, "name": names[indicator_id], "text": text.as_dict()}
            for indicator_id, text in filled.problems.items()
        ],
    }


def _typed(fields: Mapping[str, str]) -> Typed:
    return Typed(fields["typed"], fields["typed_total"], fields["no_figure"])


def _as_dict(typed: Typed) -> dict[str, str]:
    return {"typed": typed.value, "typed_total": typed.total, "no_figure": typed.no_figure}
