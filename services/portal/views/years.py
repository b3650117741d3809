"""The turn of the year: ending a checklist, carrying it over into another year, comparing the two."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.portal import log_lines
from services.portal.clients import ask, tell
from services.portal.forms.checklists import CarryForm, CloseForm
from services.portal.forms.fields import number_or_none
from shared.errors import Invalid
from shared.limits import CALLER

pages = Blueprint("years", __name__)


@pages.route("/checklists/<int:checklist_id>/end", methods=["GET", "POST"])
def end(checklist_id: int) -> ResponseReturnValue:
    """How far a checklist is; the lead bureau ends it with a word."""
    found = ask("tasks", "look_at_year_end", checklist_id=checklist_id)
    form = CloseForm(version=found["version"])
    if form.validate_on_submit():
        with form.taking_refusals():
            version = number_or_none(form.version.data)
            tell("tasks", "close_checklist", checklist_id=checklist_id, version=version, reason=form.reason.data)
            flash(_("清单已结束。责任不能再改动，也不再提醒。"))
            return redirect(url_for("years.end", checklist_id=checklist_id))
    return render_template("checklist_end.html", form=form, found=found), form.status


@pages.route("/checklists/<int:checklist_id>/carry", methods=["GET", "POST"])
def carry(checklist_id: int) -> ResponseReturnValue:
    """A checklist as the draft of the next year."""
    checklist = ask("tasks", "get_checklist", checklist_id=checklist_id)
    year = checklist["year"] + 1
    form = CarryForm(year=year, title=checklist["title"].replace(str(checklist["year"]), str(year)))
    carried: list[dict[str, Any]] = []
    if form.validate_on_submit():
        try:
            made = tell(
                "tasks",
                "carry_checklist",
                within=CALLER.preview,
                checklist_id=checklist_id,
                title=form.title.data,
                year=form.year.data,
                only_open=form.only_open.data,
                again=form.again.data,
            )
            flash(_("已结转成草稿，期限改到了新的年度。请核对后再下发。"))
            return redirect(url_for("checklists.draft", checklist_id=made["checklist_id"]))
        except Invalid as error:
            form.take(error)
            carried = error.details.get("carried") or []
    return render_template("checklist_carry.html", form=form, checklist=checklist, carried_before=carried), form.status


@pages.get("/checklists/<int:checklist_id>/carried")
def compared(checklist_id: int) -> ResponseReturnValue:
    """What is different from the checklist that this one was carried over from."""
    checklist = ask("tasks", "get_checklist", checklist_id=checklist_id)
    page = max(1, request.args.get("page", 1, type=int))
    found = ask("tasks", "compare_carried", within=CALLER.preview, checklist_id=checklist_id, page=page)
    return render_template("checklist_carried.html", checklist=checklist, found=found, changed=log_lines.changed)
