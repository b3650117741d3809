"""Suggestions (投诉建议): a form or a rule that does not work, said on any page and answered in public."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.portal.clients import ask, tell
from services.portal.downloads import all_pages, send_list
from services.portal.forms.fields import number_or_none
from services.portal.forms.suggestions import SuggestionForm
from services.portal.list_files import Column, Kind
from services.portal.problems import stay
from shared.errors import Invalid
from shared.own_path import own_path

pages = Blueprint("suggestions", __name__)

COLUMNS = (
    Column(_l("单位"), lambda one: one["unit"]),
    Column(_l("建议"), lambda one: one["text"], width=60),
    Column(_l("提出时间"), lambda one: one["made_at"], Kind.MOMENT),
    Column(_l("答复"), lambda one: one["answer"], width=60),
    Column(_l("答复时间"), lambda one: one["answered_at"], Kind.MOMENT),
)


@pages.route("/suggestions", methods=["GET", "POST"])
def listing() -> ResponseReturnValue:
    """What was said and answered, with a form to say more."""
    form = SuggestionForm(about=own_path(request.args.get("about", "")[:200]))
    if form.validate_on_submit():
        with form.taking_refusals():
            tell("tasks", "make_suggestion", text=form.text.data, about=own_path(form.about.data or ""))
            flash(_("已收到，牵头单位会公开答复。"))
            return redirect(url_for("suggestions.listing"))
    return _page(form), form.status


@pages.post("/suggestions/xlsx")
def as_file() -> ResponseReturnValue:
    """All that was said and answered, as a workbook."""
    return send_list(_("投诉建议"), COLUMNS, all_pages("list_suggestions", "suggestions"))


@pages.post("/suggestions/answer")
def answer() -> ResponseReturnValue:
    """Answer in public; the page is shown again when the answer was refused."""
    suggestion_id = number_or_none(request.form.get("suggestion_id"))
    try:
        tell("tasks", "answer_suggestion", suggestion_id=suggestion_id, text=request.form.get("answer", ""))
    except Invalid as error:
        if suggestion_id is None:
            raise
        stay(f"answer-{suggestion_id}", error, page="suggestions.listing")
        return _page(SuggestionForm(formdata=None)), error.status
    flash(_("已公开答复。"))
    return redirect(url_for("suggestions.listing"))


def _page(form: SuggestionForm) -> str:
    found = ask("tasks", "list_suggestions", page=max(1, request.args.get("page", 1, type=int)))
    return render_template("suggestions.html", form=form, found=found, own_path=own_path)
