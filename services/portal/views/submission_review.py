"""What units reported, looked at by their head, a unit above, the lead bureau: passed on, accepted, given back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from services.portal import filters
from services.portal.clients import ask, tell
from services.portal.confirming import say_refused
from services.portal.downloads import all_pages, send_list
from services.portal.filters import say
from services.portal.list_files import Column, Kind
from services.portal.numbers import is_number
from services.portal.problems import sentences_of
from services.portal.searching import Search
from services.portal.ticks import ticked
from services.portal.way_back import way_back
from shared.errors import MALFORMED, Conflict, Invalid
from shared.text import Text

pages = Blueprint("submission_review", __name__)

COLUMNS = (
    Column(_l("单位"), lambda one: one["unit"]["name"], width=24),
    Column(_l("表号"), lambda one: one["table_number"], width=14),
    Column(_l("报表"), lambda one: one["report"], width=36),
    Column(_l("期次"), lambda one: filters.period(one["period"]), width=14),
    Column(_l("状态"), lambda one: say(one["state_word"]), width=18),
    Column(_l("提交时间"), lambda one: one["submitted_at"], Kind.MOMENT),
)
# By the last part of the address.
STEPS = {"confirm": "confirm_submission", "pass": "pass_submission", "return": "return_submission"}
NOTHING_TICKED = Text("请先勾选要通过的报送。", "Please tick the submissions to be accepted first.")


@pages.get("/submissions/waiting")
def waiting() -> ResponseReturnValue:
    """What waits for this person, with the search in the address."""
    return _page()


@pages.post("/submissions/waiting/xlsx")
def as_file() -> ResponseReturnValue:
    """All that waits for this person and is sought, as a workbook."""
    search = Search.of_request()
    rows = all_pages("waiting_submissions", "submissions", service="stats", text=search.text)
    return send_list(_("待审核的报送"), COLUMNS, rows, asked=search.in_words())


@pages.post("/submissions/waiting/accept")
def accept() -> ResponseReturnValue:
    """Accept what is ticked, or the one whose button was pressed; what could not be is named, each with its reason."""
    try:
        results = tell("stats", "accept_submissions", submissions=_chosen())["results"]
    except Invalid as error:
        return _page(sentences_of(error)), error.status
    _say_accepted(results)
    refused = [result for result in results if result["outcome"] == "conflict"]
    if refused:
        return _page([_named(result) for result in refused]), Conflict.status
    return redirect(_page_before())


@pages.post("/submissions/<int:submission_id>/<action>")
def decide(submission_id: int, action: str) -> ResponseReturnValue:
    """Pass one on, or give it back with a reason and the cells that are ticked."""
    if action not in STEPS:
        raise Invalid(MALFORMED)
    try:
        params = _returned() if action == "return" else {"version": _version()}
        tell("stats", STEPS[action], submission_id=submission_id, **params)
    except Invalid as error:
        form = ask("stats", "get_form", submission_id=submission_id)
        problems = sentences_of(error)
        html = render_template(
            "submission.html", form=form, back=_page_before(), problems=problems, wrong=action, typed=request.form
        )
        return html, error.status
    flash(_done_words()[action])
    return redirect(_page_before())


def _page(problems: list[str] | None = None) -> str:
    search = Search.of_request()
    found = ask("stats", "waiting_submissions", text=search.text, page=search.page)
    return render_template("submissions_waiting.html", found=found, search=search, problems=problems or [])


def _chosen() -> list[dict[str, Any]]:
    only = ticked("only", "submission_id")
    if only:
        return [{**only[0], "until": _ends(), "definition": request.form.get("definition", "")}]
    chosen = ticked("submissions", "submission_id")
    if not chosen:
        raise Invalid(NOTHING_TICKED)
    return list(chosen)


def _ends() -> list[dict[str, Any]]:
    """Until when explanations hold, as chosen beside each: `u5` is about check 5."""
    named = ((name[1:], value) for name, value in request.form.items() if name.startswith("u") and is_number(name[1:]))
    return [{"check_id": int(check_id), "until_period": value} for check_id, value in named if value]


def _returned() -> dict[str, Any]:
    ids = request.form.getlist("cells")
    if not all(is_number(one) for one in ids):
        raise Invalid(MALFORMED)
    cells = [{"indicator_id": int(one), "reason": request.form.get(f"r{one}", "")} for one in ids]
    return {
        "version": _version(),
        "reason": request.form.get("reason", ""),
        "cells": cells,
        "refuses_explanations": "refuses_explanations" in request.form,
    }


def _version() -> int | None:
    return request.form.get("version", type=int)


def _page_before() -> str:
    return way_back(url_for("submission_review.waiting"))


def _say_accepted(results: list[dict[str, Any]]) -> None:
    accepted = sum(result["outcome"] == "accepted" for result in results)
    already = sum(result["outcome"] == "already" for result in results)
    if accepted:
        flash(ngettext("%(num)d 份已审核通过，数据已入库。", "%(num)d 份已审核通过，数据已入库。", accepted))
    if already:
        say_refused(ngettext("%(num)d 份此前已经通过。", "%(num)d 份此前已经通过。", already))


def _named(result: dict[str, Any]) -> str:
    named = {"unit": result["unit"], "item": result["report"]}
    return str(_("%(unit)s“%(item)s”：%(text)s", **named, text=say(result["text"])))


def _done_words() -> dict[str, str]:
    return {
        "confirm": _("已确认，转给下一步审核。"),
        "pass": _("已审核，转给下一步。"),
        "return": _("已退回单位。"),
    }
