"""What leaders remark (批示) on duties and items, and what units answer."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from services.portal import resume
from services.portal.clients import ask, tell
from services.portal.forms.fields import number_or_none
from services.portal.problems import problem_page, sentences_of
from services.portal.way_back import way_back
from shared.errors import Invalid

pages = Blueprint("remarks", __name__)


@pages.get("/remarks")
def listing() -> ResponseReturnValue:
    """All remarks with their answers, open ones first."""
    found = ask("tasks", "list_remarks", page=max(1, request.args.get("page", 1, type=int)))
    return render_template("remarks.html", found=found)


@pages.post("/remarks/make")
def make() -> ResponseReturnValue:
    """Remark on a duty or an item, and go back to where the form stood."""
    about: dict[str, Any] = {name: number_or_none(request.form.get(name)) for name in ("duty_id", "item_id")}
    try:
        made = tell("tasks", "make_remark", **about, text=request.form.get("remark", ""))
    except Invalid as error:
        return problem_page(error.status, _("没有批示"), sentences_of(error), typed=resume.keep_form().typed)
    flash(ngettext("已批示，%(num)d 个单位要答复。", "已批示，%(num)d 个单位要答复。", made["units"]))
    return redirect(way_back(url_for("remarks.listing")))


@pages.post("/remarks/answer")
def answer() -> ResponseReturnValue:
    """Answer a remark, and go back to the duty."""
    duty_id = number_or_none(request.form.get("duty_id"))
    remark_id = number_or_none(request.form.get("remark_id"))
    try:
        tell("tasks", "answer_remark", remark_id=remark_id, duty_id=duty_id, text=request.form.get("answer", ""))
    except Invalid as error:
        return problem_page(error.status, _("没有答复"), sentences_of(error), typed=resume.keep_form().typed)
    flash(_("已答复批示。"))
    return redirect(way_back(url_for("duties.mine")))
