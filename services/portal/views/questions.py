"""What a person must decide before a checklist can be issued; many questions of one kind are answered at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from services.portal import words
from services.portal.clients import ask, tell
from services.portal.dates import NoSuchDay, parse_day
from services.portal.directory import Directory, is_search, read_units
from services.portal.problems import sentences_of
from services.portal.views.entry import is_own_path
from shared.errors import MALFORMED, Invalid
from shared.text import Text
from shared.typed_text import tidy

pages = Blueprint("questions", __name__)

NONE_TICKED = Text("请先勾选要回答的问题。", "Please tick the questions that you answer first.")
NO_DAY = Text("没有这一天。请写成 2026-11-30 这样的日期。", "There is no such day. Please write it like 2026-11-30.")
NO_NUMBER = Text("“每期第几日”请填写数字。", "Please write the day of the period as a number.")
NO_UNIT = Text("请至少勾选一个单位。", "Please tick at least one unit.")
NO_VALUE = Text("请填写目标的数值。", "Please fill in the target's value.")


@pages.get("/checklists/<int:checklist_id>/questions")
def by_kind(checklist_id: int) -> ResponseReturnValue:
    """The open questions of a draft, by kind."""
    return _page(checklist_id)


@pages.post("/checklists/<int:checklist_id>/questions")
def answer(checklist_id: int) -> ResponseReturnValue:
    """Answer the ticked questions of one kind."""
    if is_search():
        return _page(checklist_id)
    try:
        question_ids = _ticked()
        done = tell("tasks", "answer_questions", checklist_id=checklist_id, question_ids=question_ids, answer=_answer())
    except Invalid as error:
        return _page(checklist_id, problems=sentences_of(error)), error.status
    flash(_said(len(done["answered"]), done["open"]))
    back = request.form.get("back", "")
    if is_own_path(back):
        return redirect(back)
    if done["open"] == 0:
        return redirect(url_for("checklists.draft", checklist_id=checklist_id))
    return redirect(url_for("questions.by_kind", checklist_id=checklist_id))


def _page(checklist_id: int, problems: list[str] | None = None) -> str:
    checklist = ask("tasks", "get_checklist", checklist_id=checklist_id)
    rows = {row["row_id"]: row for row in checklist["rows"]}
    open_ones = [question for question in checklist["questions"] if question["answered_at"] is None]
    return render_template(
        "questions.html",
        checklist=checklist,
        rows=rows,
        kinds=_under_kinds(open_ones),
        answered=[question for question in checklist["questions"] if question["answered_at"] is not None],
        directory=Directory.load([*request.form.getlist("units"), *request.form.getlist("leads")]),
        problems=problems or [],
        typed=request.form,
    )


def _under_kinds(questions: Iterable[dict[str, Any]]) -> list[tuple[str, list[list[dict[str, Any]]]]]:
    """Questions under their kinds, in the order of the page. One answer is for all questions on the same group."""
    found: dict[str, dict[Any, list[dict[str, Any]]]] = {kind: {} for kind in words.QUESTION_KINDS}
    for question in questions:
        together = question["group_id"] if question["kind"] == "group" else None
        if words.QUESTION_ANSWERS.get(question["kind"]) == "target":
            together = question["question_id"]
        found.setdefault(question["kind"], {}).setdefault(together, []).append(question)
    return [(kind, list(sets.values())) for kind, sets in found.items() if sets]


def _ticked() -> list[int]:
    ids = request.form.getlist("question_ids")
    if not ids:
        raise Invalid(NONE_TICKED)
    if not all(one.isdecimal() for one in ids):
        raise Invalid(MALFORMED)
    return [int(one) for one in dict.fromkeys(ids)]


def _answer() -> dict[str, Any]:
    """The answer in the shape of docs/rpc.md; the pressed button says which kind it is."""
    kind = request.form.get("answer", "")
    if kind == "keep":
        note = tidy(request.form.get("note", ""), has_lines=True)
        return {"kind": "keep"} | ({"note": note} if note else {})
    if kind == "due":
        return {"kind": "due"} | _due()
    if kind == "units":
        units = read_units(request.form.getlist("units"), request.form.getlist("leads"))
        if not units:
            raise Invalid(NO_UNIT)
        return {"kind": "units", "units": units}
    if kind == "group":
        return {"kind": "group", "member_ids": _members()}
    if kind == "target":
        value = tidy(request.form.get("value", ""))
        if not value:
            raise Invalid(NO_VALUE)
        return {"kind": "target", "value": value}
    raise Invalid(MALFORMED)


def _due() -> dict[str, Any]:
    typed = tidy(request.form.get("due_on", ""))
    due: dict[str, Any] = {}
    if typed:
        try:
            due["due_on"] = parse_day(typed).isoformat()
        except NoSuchDay as error:
            raise Invalid(NO_DAY) from error
    recurrence = request.form.get("recurrence") or "once"
    if recurrence != "once":
        due["recurrence"] = recurrence
    due_day = tidy(request.form.get("due_day", ""))
    if due_day and not due_day.isdecimal():
        raise Invalid(NO_NUMBER)
    return due | ({"due_day": int(due_day)} if due_day else {})


def _members() -> list[int]:
    ids = [value.removeprefix("unit:") for value in request.form.getlist("units")]
    if not ids:
        raise Invalid(NO_UNIT)
    if not all(one.isdecimal() for one in ids):
        raise Invalid(MALFORMED)
    return [int(one) for one in ids]


def _said(answered: int, still_open: int) -> str:
    said = ngettext("已回答 %(num)d 个问题", "已回答 %(num)d 个问题", answered)
    if still_open == 0:
        return str(_("%(said)s，全部问题都已回答，可以预览下发。", said=said))
    left = ngettext("还有 %(num)d 个", "还有 %(num)d 个", still_open)
    return str(_("%(said)s，%(left)s。", said=said, left=left))
