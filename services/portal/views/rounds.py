"""One round of a report: who is in, who is missing, and who may still change what is locked."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.portal import filters, words
from services.portal.clients import ask, tell
from services.portal.downloads import all_pages, send_list
from services.portal.forms.fields import number_or_none, options
from services.portal.forms.reports import ExceptionForm
from services.portal.list_files import Column, Kind
from services.portal.searching import Search, one_of

pages = Blueprint("rounds", __name__)

COLUMNS = (
    Column(_l("单位"), lambda one: one["unit"], width=30),
    Column(_l("报送情况"), lambda one: filters.name_of(words.TIMINGS, one["timing"]), width=14),
    Column(_l("审核情况"), lambda one: filters.name_of(words.SUBMISSION_STATES, one["state"]), width=20),
    Column(_l("首次报送"), lambda one: one["first_submitted_at"], Kind.MOMENT),
    Column(_l("审核通过"), lambda one: one["accepted_at"], Kind.MOMENT),
    Column(_l("解锁至"), lambda one: one["until_on"], Kind.DAY),
)


@pages.get("/rounds/<int:round_id>")
def board(round_id: int) -> ResponseReturnValue:
    """Who is in and who is missing, in the order of the directory."""
    search, timing = Search.of_request(), one_of("timing", words.TIMINGS)
    found = ask("stats", "round_board", round_id=round_id, timing=timing or None, text=search.text, page=search.page)
    return render_template("round.html", found=found, search=search, timing=timing)


@pages.post("/rounds/<int:round_id>/xlsx")
def as_file(round_id: int) -> ResponseReturnValue:
    """All units that are sought, as a workbook."""
    search, timing = Search.of_request(), one_of("timing", words.TIMINGS)
    head = ask("stats", "round_board", round_id=round_id)
    asked = search.in_words([(_("报送情况"), filters.name_of(words.TIMINGS, timing) if timing else "")])
    rows = all_pages(
        "round_board", "units", service="stats", round_id=round_id, timing=timing or None, text=search.text
    )
    title = f"{head['report']['name']} {filters.period(head['round']['period'])}"
    return send_list(title, COLUMNS, rows, asked=asked)


@pages.route("/rounds/<int:round_id>/unlock", methods=["GET", "POST"])
def unlock(round_id: int) -> ResponseReturnValue:
    """Let one unit change the round after its lock day."""
    search = Search.of_request()
    form = ExceptionForm(unit_id=request.args.get("unit", ""))
    found = ask("stats", "round_board", round_id=round_id, text=search.text, page=search.page)
    named = [(str(unit["unit_id"]), unit["unit"]) for unit in found["units"]]
    form.unit_id.choices = options([("", _("请选择")), *named])
    if form.validate_on_submit():
        with form.taking_refusals():
            tell(
                "stats",
                "grant_exception",
                round_id=round_id,
                unit_id=number_or_none(form.unit_id.data),
                reason=form.reason.data,
                until_on=form.until_on.iso,
            )
            flash(_("已解锁，单位在截止日之前可以修改。"))
            return redirect(url_for("rounds.board", round_id=round_id))
    return render_template("round_unlock.html", form=form, found=found), form.status
