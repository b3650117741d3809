"""Which forms are kept while the services are away, and the command that each of them is.

Kept is what a clerk does with the duties and reports of the own unit: it says something, needs no answer to go on with,
and is guarded by the version that its page showed. What leaders and the lead bureau do is not: issuing, deciding and
exporting need the answer at once, and whoever decides must see what holds now. Nor are files, whose bytes are looked at
on the way, nor what reads before it writes, such as filling in last period's figures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from services.portal.duty_actions import ACTIONS
from services.portal.forms.fields import number_or_none
from services.portal.numbers import is_number
from services.portal.submission_cells import cells_of, explanations_of
from services.portal.ticks import ticked_duties
from shared.errors import MALFORMED, Invalid
from shared.text import Text

NOTHING_TICKED = Text("请先勾选已经完成的责任。", "Please tick the duties that are done first.")
# Of what may be done with one duty, what its own unit does.
OWN_ACTIONS = (
    *("note", "blocker", "clear-blocker", "waiver", "take-back-waiver"),
    *("extension", "take-back-extension", "reopen"),
)
SAME_AS_LAST = "same"


@dataclass(frozen=True, slots=True)
class Kind:
    """One form that is kept: the operation that it calls, and its parameters as the page's own view sends them.

    `doing` is its word on pages.
    """

    service: str
    operation: str
    doing: str
    params: Callable[[], dict[str, Any]]


def kind_of(endpoint: str, place: Mapping[str, Any]) -> Kind | None:
    """The kind of this request's form; None for one that is not kept. `place` is what its address names."""
    if endpoint == "duties.act":
        return _act(place["duty_id"], place["action"])
    if endpoint == "submissions.fill":
        return _fill(place["submission_id"])
    if endpoint == "submissions.take_back":
        return Kind("stats", "take_back_submission", "report-take-back", lambda: report_version(place["submission_id"]))
    return OF_ENDPOINTS.get(endpoint)


def marked_done() -> dict[str, Any]:
    """What marking duties done sends. Invalid when none is ticked."""
    duties = ticked_duties("duties")
    if not duties:
        raise Invalid(NOTHING_TICKED)
    return {"duties": duties, "note": request.form.get("note", "")}


def taken_back() -> dict[str, Any]:
    """What taking submissions back sends."""
    return {"duties": ticked_duties("duties")}


def signed_for() -> dict[str, Any]:
    """What signing for duties sends. Invalid for what no page sends."""
    ids = request.form.get("duty_ids", "").split(",")
    if not all(is_number(one) for one in ids):
        raise Invalid(MALFORMED)
    return {"duty_ids": [int(one) for one in ids]}


def action_on(duty_id: int, action: str) -> dict[str, Any]:
    """What one action on one duty sends."""
    _operation, fields = ACTIONS[action]
    params: dict[str, Any] = {"duty_id": duty_id}
    if action != "note":
        params["version"] = request.form.get("version", type=int)
    return params | {field: _given(field) for field in fields}


def filled_in() -> dict[str, Any]:
    """What a report's form holds, besides which one it is."""
    return {
        "version": request.form.get("version", type=int),
        "definition": request.form.get("definition", ""),
        "cells": cells_of(request.form),
    }


def report_version(submission_id: int) -> dict[str, Any]:
    """What a button on a report sends."""
    return {"submission_id": submission_id, "version": request.form.get("version", type=int)}


def answered_remark() -> dict[str, Any]:
    """What answering a remark sends."""
    return {
        "remark_id": number_or_none(request.form.get("remark_id")),
        "duty_id": number_or_none(request.form.get("duty_id")),
        "text": request.form.get("answer", ""),
    }


def _act(duty_id: int, action: str) -> Kind | None:
    if action not in OWN_ACTIONS:
        return None
    return Kind("tasks", ACTIONS[action][0], action, lambda: action_on(duty_id, action))


def _fill(submission_id: int) -> Kind | None:
    pressed = request.form.get("do", "")
    if pressed.startswith(SAME_AS_LAST):
        return None
    if pressed != "submit":
        saved = {"submission_id": submission_id}
        return Kind("stats", "save_submission", "report-save", lambda: saved | filled_in())
    return Kind("stats", "submit_submission", "report-submit", lambda: _submitted(submission_id))


def _submitted(submission_id: int) -> dict[str, Any]:
    return {"submission_id": submission_id, **filled_in(), "explanations": explanations_of(request.form)}


def _given(field: str) -> str | int | None:
    typed = request.form.get(field, "")
    return number_or_none(typed) if field.endswith("_id") else typed


OF_ENDPOINTS: Mapping[str, Kind] = {
    "duties.mark_done": Kind("tasks", "submit_duties", "done", marked_done),
    "duties.take_back": Kind("tasks", "reopen_duties", "undo", taken_back),
    "duties.sign_for": Kind("tasks", "acknowledge_duties", "sign", signed_for),
    "remarks.answer": Kind("tasks", "answer_remark", "remark-answer", answered_remark),
}
