"""What a person must decide before a checklist can be issued; many questions of one kind are answered at once."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from services.portal import asked, draft_rows, words
from services.portal.clients import ask, tell
from services.portal.dates import NoSuchDay, parse_day
from services.portal.directory import Directory, is_search, read_units
from services.portal.filters import say
from services.portal.numbers import MOST_DIGITS, is_number
from services.portal.searching import Search, one_of
from services.portal.tree import grow
from services.portal.views.rows import question_again
from services.portal.way_back import way_back
from shared.errors import MALFORMED, Invalid
from shared.text import Text
from shared.typed_text import tidy

pages = Blueprint("questions", __name__)

# What may still keep a draft from being issued once all questions are answered.
LEFT_TO_FILL = ("no_due", "no_unit")

NONE_TICKED = Text("请先勾选要回答的问题。", "Please tick the questions that you answer first.")
NO_DAY = Text("没有这一天。请写成 2026-11-30 这样的日期。", "There is no such day. Please write it like 2026-11-30.")
NO_NUMBER = Text("“每期第几日”请填写数字。", "Please write the day of the period as a number.")
NO_UNIT = Text("请至少勾选一个单位。", "Please tick at least one unit.")
NO_VALUE = Text(
    "请填写目标的数值，或用文字说明怎样算达到。", "Please give the target's value, or say what counts as reached."
)


# Where a complaint belongs: the end of the field's id on the page, and its label.
PLACES: dict[str, tuple[str, Any]] = {
    "question_ids": ("ticks", _l("要回答的问题")),
    "due_on": ("due", _l("完成时限")),
    "due_day": ("day", _l("每期第几日")),
    "units": ("units", _l("单位")),
    "member_ids": ("units", _l("单位")),
    "value": ("value", _l("达到多少算完成")),
    "note": ("value", _l("达到多少算完成")),
}
# The field that an answer of each kind cannot do without.
LACKING = {"due": "due_on", "units": "units", "group": "units", "target": "value"}
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


@pages.get("/checklists/<int:checklist_id>/questions")
def by_kind(checklist_id: int) -> ResponseReturnValue:
    """The open questions of a draft, by kind."""
    return _page(checklist_id)


@pages.post("/checklists/<int:checklist_id>/questions")
def answer(checklist_id: int) -> ResponseReturnValue:
    """Answer the ticked questions of one kind; its other buttons search units or tick all, and answer nothing."""
    if is_search() or "all" in request.form:
        return _page_again(checklist_id)
    try:
        question_ids = _ticked()
        done = tell("tasks", "answer_questions", checklist_id=checklist_id, question_ids=question_ids, answer=_answer())
    except Invalid as error:
        return _page_again(checklist_id, _problems(error)), error.status
    flash(_said(len(done["answered"]), done["open"]))
    next_page = "questions.by_kind" if done["open"] else "checklists.draft"
    return redirect(way_back(url_for(next_page, checklist_id=checklist_id)))


def _problems(error: Invalid) -> list[tuple[str, str, str]]:
    """Each complaint as (id of its field, label, sentence), as the summary of a page takes it."""
    form_id = request.form.get("form", "")
    fields = error.details.get("fields") or {"": error.text.as_dict()}
    found = []
    for name, text in fields.items():
        lacking = LACKING.get(request.form.get("answer", ""), "") if name == "answer" else name
        place, label = PLACES.get(lacking, ("", ""))
        found.append((f"{form_id}-{place}" if place else form_id, str(label), say(text)))
    return found


def _page_again(checklist_id: int, problems: list[tuple[str, str, str]] | None = None) -> str:
    """The page on which the form stood, with everything typed in it: that of a row, or that of all questions."""
    row = re.fullmatch(rf"/rows/(\d{{1,{MOST_DIGITS}}})", request.form.get("back", ""))
    if row is not None:
        return question_again(int(row[1]), problems or [])
    return _page(checklist_id, problems)


def _page(checklist_id: int, problems: list[tuple[str, str, str]] | None = None) -> str:
    checklist = ask("tasks", "get_checklist", checklist_id=checklist_id)
    rows = {row["row_id"]: row for row in checklist["rows"]}
    search, kind = Search.of_request(), one_of("kind", {*words.QUESTION_KINDS, asked.ANSWERED})
    found = asked.holding(checklist["questions"], rows, search.text)
    open_ones = [question for question in found if question["answered_at"] is None]
    answered = [question for question in found if question["answered_at"] is not None]
    return render_template(
        "questions.html",
        checklist=checklist,
        rows=rows,
        search=search,
        kind=kind,
        kinds=asked.under_kinds(
            open_ones, words.QUESTION_ANSWERS, kinds=list(words.QUESTION_KINDS), chosen=kind, page=search.page
        ),
        answered=asked.cut(answered, search.page if kind == asked.ANSWERED else 1),
        open_ones=sum(question["answered_at"] is None for question in checklist["questions"]),
        lacking=_lacking(checklist),
        directory=Directory.load([*request.form.getlist("units"), *request.form.getlist("leads")]),
        problems=problems or [],
        typed=request.form,
    )


def _lacking(checklist: dict[str, Any]) -> dict[str, int]:
    """Once no question is open: by what it lacks, how many rows still have to be filled in."""
    if any(question["answered_at"] is None for question in checklist["questions"]):
        return {}
    tree = grow(checklist)
    return {code: draft_rows.found(tree, text="", lacking=code, page=1).total for code in LEFT_TO_FILL}


def _ticked() -> list[int]:
    ids = request.form.getlist("question_ids")
    if not ids:
        raise Invalid.of_fields({"question_ids": NONE_TICKED})
    if not all(is_number(one) for one in ids):
        raise Invalid(MALFORMED)
    return [int(one) for one in dict.fromkeys(ids)]


def _answer() -> dict[str, Any]:
    """The answer in the shape of docs/rpc.md; the pressed button says which kind it is."""
    if one := request.form.get("one"):
        return {"kind": "units", "units": read_units([one], [])}
    kind = request.form.get("answer", "")
    if kind == "keep":
        return {"kind": "keep"}
    if kind == "continuous":
        return {"kind": "due", "recurrence": "yearly"}
    if kind == "due":
        return {"kind": "due"} | _due()
    if kind == "units":
        units = read_units(request.form.getlist("units"), request.form.getlist("leads"))
        if not units:
            raise Invalid.of_fields({"units": NO_UNIT})
        return {"kind": "units", "units": units}
    if kind == "group":
        return {"kind": "group", "member_ids": _members()}
    if kind == "target":
        return _target()
    raise Invalid(MALFORMED)


def _target() -> dict[str, Any]:
    """A figure sets the target; words say what counts as reached, and the target stays as the notice has it."""
    value = tidy(request.form.get("value", ""))
    if not value:
        raise Invalid.of_fields({"value": NO_VALUE})
    return {"kind": "target", "value": value} if _NUMBER.fullmatch(value) else {"kind": "keep", "note": value}


def _due() -> dict[str, Any]:
    typed = tidy(request.form.get("due_on", ""))
    due: dict[str, Any] = {}
    if typed:
        try:
            due["due_on"] = parse_day(typed).isoformat()
        except NoSuchDay as error:
            raise Invalid.of_fields({"due_on": NO_DAY}) from error
    recurrence = request.form.get("recurrence") or "once"
    if recurrence != "once":
        due["recurrence"] = recurrence
    due_day = tidy(request.form.get("due_day", ""))
    if due_day and not is_number(due_day):
        raise Invalid.of_fields({"due_day": NO_NUMBER})
    return due | ({"due_day": int(due_day)} if due_day else {})


def _members() -> list[int]:
    ids = [value.removeprefix("unit:") for value in request.form.getlist("units")]
    if not ids:
        raise Invalid.of_fields({"units": NO_UNIT})
    if not all(is_number(one) for one in ids):
        raise Invalid(MALFORMED)
    return [int(one) for one in ids]


def _said(answered: int, still_open: int) -> str:
    said = ngettext("已回答 %(num)d 个问题", "已回答 %(num)d 个问题", answered)
    if still_open == 0:
        return str(_("%(said)s，全部问题都已回答。", said=said))
    left = ngettext("还有 %(num)d 个", "还有 %(num)d 个", still_open)
    return str(_("%(said)s，%(left)s。", said=said, left=left))
