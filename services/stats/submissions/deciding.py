"""Use cases of those who look at a submission: the head agrees, a unit above passes it on, the lead bureau accepts.

Whoever looks may give it back with a reason. Nobody but the unit changes a figure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.stats.checks import explaining
from services.stats.checks import queries as check_queries
from services.stats.figures import store as figures
from services.stats.figures.recording import NewFact, Origin, record
from services.stats.reports import queries as report_queries
from services.stats.submissions import changes, definitions, forms, meanwhile, queries, store
from services.stats.submissions.forms import Form, Past
from services.stats.submissions.records import StoredCell, Submission
from services.stats.submissions.store import Change
from services.stats.submissions.submission import Action, SubmissionState, next_stop, sides_of, stops, transition_of
from shared import clock
from shared.actor import Actor
from shared.calling.calls import Context
from shared.database import Cursor
from shared.errors import Conflict, Forbidden, Invalid
from shared.text import Text

ACCEPTED = Text("审核通过，数据已入库。", "Accepted: the figures are in the store.")
NO_SUCH_CELL = Text(
    "退回的指标不在这张报表里，请刷新页面。", "A returned cell is not of this report. Please reload the page."
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of several submissions; `change` is set when it is accepted."""

    submission: Submission
    outcome: str
    text: Text
    change: Change | None = None

    def as_dict(self) -> dict[str, Any]:
        one = self.submission
        named = {"submission_id": one.id, "unit": one.unit_name or "", "report": one.report_name}
        return {**named, "outcome": self.outcome, "text": self.text.as_dict()}


def pass_on(
    cur: Cursor, context: Context, submission_id: int, *, version: int, action: Action, today: dt.date
) -> dict[str, Any]:
    """Agree as the unit's head, or look at it as a unit above: it is the next one's turn then."""
    one = _unchanged(changes.for_change(cur, context.signed_in, submission_id, action, today=today), version)
    asked = queries.reviewers(cur, round_id=one.round_id, unit_id=one.unit_id, but=one.submitted_by or 0)
    stop = next_stop(one.standing, stops(asks_head=False, above=asked.above))
    change = changes.change_of(one, action, stop.state, waits_for=stop.unit_id)
    changes.save(cur, context, [change])
    return as_moved(change)


def give_back(cur: Cursor, context: Context, params: Mapping[str, Any], *, today: dt.date) -> dict[str, Any]:
    """Return a submission to its unit with a reason, by cell where some are named.

    What was accepted is asked to be corrected by it; its figures stay until a correction is accepted.
    """
    one = changes.for_change(cur, context.signed_in, params["submission_id"], Action.RETURNED, today=today)
    _unchanged(one, params["version"])
    reason = params["reason"]
    named = [(cell["indicator_id"], cell["reason"] or reason) for cell in params["cells"]]
    asked = {line.indicator_id for line in report_queries.round_lines(cur, [one.round_id])}
    if {indicator_id for indicator_id, _ in named} - asked:
        raise Invalid(NO_SUCH_CELL)
    store.return_cells(cur, one.id, named)
    if params["refuses_explanations"]:
        explaining.refuse(cur, submission_id=one.id, reason=reason)
    was_accepted = one.state is SubmissionState.ACCEPTED
    correcting = {"is_correction": True, "reason": reason} if was_accepted else {}
    # What was entered for the unit and did not pass is the unit's own from here on; the history keeps who entered it.
    own = {} if was_accepted or one.is_correction else {"proxy_by": "", "proxy_reason": "", "proxy_paper_on": None}
    change = changes.change_of(
        one,
        Action.RETURNED,
        SubmissionState.RETURNED,
        returned_reason=reason,
        said=reason,
        detail={"cells": {str(indicator_id): why for indicator_id, why in named}} if named else {},
        **correcting,
        **own,
    )
    changes.save(cur, context, [change])
    return as_moved(change)


def accept(cur: Cursor, context: Context, wanted: Sequence[Mapping[str, Any]], *, today: dt.date) -> dict[str, Any]:
    """Accept submissions, each for itself: their figures become known, and their explanations hold.

    What somebody accepted before is `already`; what changed since, waits for somebody else, was submitted by whoever
    asks, or means something else by now than when it was submitted is a `conflict` and stays as it is.
    """
    based_on = {one["submission_id"]: one for one in wanted}
    rows = changes.locked_rows(cur, list(based_on))
    outcomes = {
        row.id: _accepted(row, context.signed_in, version=based_on[row.id]["version"], today=today) for row in rows
    }
    ready = _forms(cur, [outcome.submission for outcome in outcomes.values() if outcome.change is not None])
    outcomes |= _held_up(cur, ready, based_on)
    done = [outcome for outcome in outcomes.values() if outcome.change is not None]
    if done:
        _judge_explanations(cur, [one.submission for one in done], based_on)
        changes.save(cur, context, [one.change for one in done if one.change is not None])
        _record(cur, context, [form for form in ready if outcomes[form.submission.id].change is not None])
    return {"results": [outcomes[submission_id].as_dict() for submission_id in based_on]}


def as_moved(change: Change) -> dict[str, Any]:
    """A SubmissionMoved."""
    return {
        "submission_id": change.submission_id,
        "version": change.version,
        "state": change.state.value,
        "state_word": changes.STATE_WORDS[change.state].as_dict(),
    }


def _unchanged(one: Submission, version: int) -> Submission:
    if one.version != version:
        raise Conflict(changes.stale(one), {"state": one.state.value})
    return one


def _accepted(one: Submission, actor: Actor, *, version: int, today: dt.date) -> Outcome:
    if one.state is SubmissionState.ACCEPTED:
        return Outcome(one, "already", Text("此前已经审核通过。", "It was accepted before."))
    if one.version != version:
        return Outcome(one, "conflict", changes.stale(one))
    if transition_of(one.standing, Action.ACCEPTED, sides_of(one.standing, actor)) is None:
        return Outcome(one, "conflict", changes.not_allowed(one, Action.ACCEPTED))
    try:
        changes.step(one, actor, Action.ACCEPTED, today=today)
    except Forbidden as error:
        return Outcome(one, "conflict", error.text)
    change = changes.change_of(
        one, Action.ACCEPTED, SubmissionState.ACCEPTED, accepted_at=clock.now(), returned_reason=""
    )
    return Outcome(one, "accepted", ACCEPTED, change)


def _forms(cur: Cursor, submissions: Sequence[Submission]) -> list[Form]:
    if not submissions:
        return []
    # What a typed cumulative is less must not change between here and the commit.
    figures.hold_clock(cur)
    return forms.load_all(cur, submissions, Past.TOTALS)


def _held_up(cur: Cursor, ready: Sequence[Form], based_on: Mapping[int, Mapping[str, Any]]) -> dict[int, Outcome]:
    """Those of the submissions whose acceptance would record something else than the unit said."""
    known = {
        form.submission.id
        for form in ready
        if based_on[form.submission.id]["definition"] == definitions.written(form.asked)
    }
    changed = meanwhile.since_submitted(cur, ready, known=known)
    return {
        form.submission.id: Outcome(form.submission, "conflict", since.sentences[-1])
        for form in ready
        if (since := changed[form.submission.id]).sentences
    }


def _judge_explanations(cur: Cursor, accepted: Sequence[Submission], based_on: Mapping[int, Mapping[str, Any]]) -> None:
    explained = check_queries.explained(cur, [one.id for one in accepted])
    for one in accepted:
        if one.id in explained:
            until = {end["check_id"]: end["until_period"] for end in based_on[one.id]["until"]}
            explaining.judge(cur, submission_id=one.id, period=one.period, until=until)


def _record(cur: Cursor, context: Context, accepted: Sequence[Form]) -> None:
    """Make facts of the cells that the rounds ask for; what says nothing new of its cell stays the fact that it is."""
    facts = [
        _fact(form.submission, cell)
        for form in accepted
        for one in form.asked
        if (cell := form.cells.get(one.id)) is not None and cell.is_filled
    ]
    if facts:
        record(cur, facts, who=context.signed_in.signature, correlation_id=context.correlation_id)


def _fact(one: Submission, cell: StoredCell) -> NewFact:
    origin = Origin.CORRECTION if one.is_correction else Origin.PROXY if one.proxy_by else Origin.REPORT
    paper = f"{one.proxy_by} {one.proxy_paper_on}" if origin is Origin.PROXY else ""
    return NewFact(
        indicator_id=cell.indicator_id,
        unit_id=one.unit_id,
        period=one.period,
        value=cell.value,
        no_figure=cell.no_figure,
        origin=origin,
        reason={Origin.CORRECTION: one.reason, Origin.PROXY: one.proxy_reason}.get(origin, ""),
        source=paper,
        submission_id=one.id,
    )
