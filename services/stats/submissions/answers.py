"""How a submission is shown to whoever asks: its light and state in words, its form with the past beside each field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from services.stats.checks import explaining, running
from services.stats.checks.records import Failure, GivenExplanation
from services.stats.figures.queries import Known
from services.stats.indicators.records import Indicator
from services.stats.numbers import plain
from services.stats.periods import Period
from services.stats.reports.records import RoundLine
from services.stats.submissions import cells, changes, definitions, forms, meanwhile
from services.stats.submissions.cells import Meaning, has_total
from services.stats.submissions.forms import PAST, Form, Past
from services.stats.submissions.meanwhile import Meanwhile
from services.stats.submissions.records import Happened, Submission
from services.stats.submissions.submission import UNITS_TURN, WAITING, Action, SubmissionState, operations_open_to
from shared.actor import Actor
from shared.clock import day_of
from shared.database import Cursor
from shared.light import WORDS, Light, Lit, State, light_of
from shared.text import Text


def head_as_dict(one: Submission, today: dt.date) -> dict[str, Any]:
    """A SubmissionHead."""
    lit = light_on(one, today)
    return {
        "submission_id": one.id,
        "round_id": one.round_id,
        "report_id": one.report_id,
        "table_number": one.table_number,
        "report": one.report_name,
        "is_invented": one.is_invented,
        "unit": {"unit_id": one.unit_id, "name": one.unit_name or ""},
        "period": one.period,
        "opens_on": one.opens_on.isoformat(),
        "due_on": one.due_on.isoformat(),
        "lock_on": one.lock_on.isoformat(),
        "is_locked": changes.is_lock(one, today),
        "unlocked_until": one.unlocked_until.isoformat() if one.unlocked_until else None,
        "state": one.state.value,
        "state_word": changes.STATE_WORDS[one.state].as_dict(),
        "waits_for": one.waits_for_name or "",
        "light": lit.light.value,
        "light_word": WORDS[lit.light].as_dict(),
        "reason": lit.reason.as_dict(),
        "brief": lit.brief.as_dict(),
        "is_correction": one.is_correction,
        "correction_reason": one.reason,
        "returned_reason": one.returned_reason,
        "proxy_by": one.proxy_by,
        "is_explained": one.is_explained,
        "without": one.without,
        "submitted_at": one.submitted_at.isoformat() if one.submitted_at else None,
        "version": one.version,
    }


def light_on(one: Submission, today: dt.date) -> Lit:
    """The light of a submission: by its due day while it is the unit's turn, and by the first submission once it is in.

    A correction is never late: what it corrects was in before.
    """
    if one.state in WAITING:
        word = changes.STATE_WORDS[one.state]
        return Lit(Light.AWAITING_REVIEW, word, word)
    if one.state is SubmissionState.ACCEPTED:
        done_on = day_of(one.first_submitted_at) if one.first_submitted_at else None
        return light_of(State.ACCEPTED, one.due_on, today, done_on=done_on)
    if one.is_correction:
        correcting = Text("更正中，原来的数据仍然有效", "Being corrected; the earlier figures still hold")
        return Lit(Light.ON_TRACK, correcting, correcting)
    return light_of(State.ISSUED, one.due_on, today)


def forms_as_dicts(
    cur: Cursor, submissions: Sequence[Submission], actor: Actor, *, today: dt.date
) -> list[dict[str, Any]]:
    """A SubmissionForm for each of the submissions, in their order; read at once, however many there are."""
    found = forms.load_all(cur, submissions, Past.ALL)
    explained = explaining.of_submissions(cur, [one.id for one in submissions])
    waiting = [form for form in found if form.submission.state in WAITING]
    changed = meanwhile.since_submitted(cur, waiting) if waiting else {}
    return [
        _form(cur, form, explained[one.id], changed.get(one.id, Meanwhile()), actor=actor, today=today)
        for form, one in zip(found, submissions, strict=True)
    ]


def _form(
    cur: Cursor,
    form: Form,
    explained: Sequence[GivenExplanation],
    changed: Meanwhile,
    *,
    actor: Actor,
    today: dt.date,
) -> dict[str, Any]:
    one = form.submission
    meanings = form.meanings() if one.state in UNITS_TURN else forms.handed_in(form)
    actions = _actions(one, actor, today)
    failed = not_passed(cur, form, meanings) if "save_submission" in actions else []
    return {
        **head_as_dict(one, today),
        "period_kind": one.period_kind.value,
        "definition": definitions.written(form.asked),
        "contact": one.contact,
        "proxy_reason": one.proxy_reason,
        "proxy_paper_on": one.proxy_paper_on.isoformat() if one.proxy_paper_on else None,
        "lines": [_line(form, line, meanings[line.indicator_id]) for line in form.lines],
        "explanations": [_explanation(given, form.period) for given in explained],
        "failures": [failure_as_dict(failure) for failure in failed],
        "changed_since": [text.as_dict() for text in changed.sentences],
        "actions": actions,
    }


def failure_as_dict(failure: Failure, said: Mapping[int, str] = MappingProxyType({})) -> dict[str, Any]:
    """A CheckFailure, with what is `said` of it just now, by check, in the place of what was said before."""
    return {
        "check_id": failure.check_id,
        "name": failure.name,
        "is_hard": failure.is_hard,
        "text": failure.sentence.as_dict(),
        "indicator_ids": list(failure.indicator_ids),
        "explanation": said.get(failure.check_id, failure.explanation),
        "explanation_state": failure.explanation_state,
    }


def history_as_dict(
    one: Submission, happened: Sequence[Happened], names: dict[int, str], today: dt.date
) -> dict[str, Any]:
    """A SubmissionHistory without its pages."""
    return {**head_as_dict(one, today), "history": [_step(step, names) for step in happened]}


def not_passed(cur: Cursor, form: Form, meanings: Mapping[int, Meaning]) -> list[Failure]:
    """The checks that a form does not pass; they are asked once it says all it has to say, and says it right."""
    if not form.asked or cells.problems(meanings, [one.id for one in form.asked]):
        return []
    one = form.submission
    values = {indicator_id: meaning.value for indicator_id, meaning in meanings.items()}
    return running.failures(cur, report_id=one.report_id, unit_id=one.unit_id, period=one.period, values=values)


def _actions(one: Submission, actor: Actor, today: dt.date) -> list[str]:
    if not one.is_expected or today < one.opens_on:
        return []
    return operations_open_to(one.standing, actor, is_locked=changes.is_lock(one, today))


def _line(form: Form, line: RoundLine, meaning: Meaning) -> dict[str, Any]:
    indicator = form.indicators[line.indicator_id]
    cell, last = form.cells.get(indicator.id), form.last(indicator.id)
    return {
        "indicator_id": indicator.id,
        "code": indicator.code,
        "name": indicator.name,
        "section": line.section,
        "type": indicator.type.value,
        "definition": indicator.definition,
        "unit_of_measure": indicator.unit_of_measure,
        "decimals": indicator.decimals,
        "has_total": has_total(indicator, form.period),
        "typed": cell.typed if cell else "",
        "typed_total": cell.typed_total if cell else "",
        "no_figure": cell.no_figure if cell else "",
        "value": _number(meaning.value, indicator),
        "total": _number(meaning.total, indicator),
        "problem": meaning.problem.as_dict() if meaning.problem else None,
        "returned_reason": cell.returned_reason if cell else "",
        "recorded": _past(form.recorded(indicator.id), indicator),
        "last": _past(last, indicator),
        "year_ago": _past(form.fact(indicator.id, form.period.a_year_before()), indicator),
        "past": _past_of(form, indicator),
        "difference": _difference(meaning, last, indicator),
    }


def _past_of(form: Form, indicator: Indicator) -> list[dict[str, Any] | None]:
    periods = [form.period.moved(-steps) for steps in range(PAST, 0, -1)]
    known = [form.fact(indicator.id, period) for period in periods]
    return [_past(one, indicator) for one in known if one is not None]


def _past(known: Known | None, indicator: Indicator) -> dict[str, Any] | None:
    if known is None:
        return None
    return {"period": known.period, "value": _number(known.value, indicator), "no_figure": known.no_figure}


def _difference(meaning: Meaning, last: Known | None, indicator: Indicator) -> str | None:
    if meaning.value is None or last is None or last.value is None:
        return None
    return _number(meaning.value - last.value, indicator)


def _number(value: Decimal | None, indicator: Indicator) -> str | None:
    return None if value is None else plain(value, indicator.decimals)


def _explanation(given: GivenExplanation, period: Period) -> dict[str, Any]:
    most = explaining.LONGEST_MONTHS // period.kind.months
    return {
        "check_id": given.check_id,
        "name": given.name,
        "text": given.text,
        "state": given.state.value,
        "until_period": given.until_period,
        "answer": given.answer,
        "ends": [period.moved(steps).label for steps in range(most + 1)],
    }


def _step(step: Happened, names: dict[int, str]) -> dict[str, Any]:
    by_cell = step.cells if step.action == Action.RETURNED else {}
    return {
        "at": step.at.isoformat(),
        "action": step.action,
        "state": step.state.value,
        "reason": step.reason,
        "post": step.post,
        "unit": step.unit,
        "cells": [
            {
                "indicator_id": indicator_id,
                "name": names.get(indicator_id, ""),
                "text": {"zh": str(why), "en": str(why)},
            }
            for indicator_id, why in by_cell.items()
        ],
        "has_skipped_head": bool(step.detail.get("has_skipped_head")),
        "paper_on": step.detail.get("paper_on"),
    }
