"""Suggestions (投诉建议): a form or a rule that does not work, said on any page and answered in public."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.portal import resume
from services.portal.clients import ask, tell
from services.portal.forms.fields import number_or_none
from services.portal.forms.suggestions import SuggestionForm
from services.portal.problems import problem_page, sentences_of
from shared.errors import Invalid

pages = Blueprint("suggestions", __name__)


@pages.route("/suggestions", methods=["GET", "POST"])
def listing() -> ResponseReturnValue:
    """What was said and answered, with a form to say more."""
    form = SuggestionForm(about=request.args.get("about", "")[:200])
    if form.validate_on_submit():
        with form.taking_refusals():
            tell("tasks", "make_suggestion", text=form.text.data, about=form.about.data)
            flash(_("已收到，牵头单位会公开答复。"))
            return redirect(url_for("suggestions.listing"))
    found = ask("tasks", "list_suggestions", page=max(1, request.args.get("page", 1, type=int)))
    return render_template("suggestions.html", form=form, found=found), form.status


@pages.post("/suggestions/answer")
def answer() -> ResponseReturnValue:
    """Answer in public."""
    suggestion_id = number_or_none(request.form.get("suggestion_id"))
    try:
        tell("tasks", "answer_suggestion", suggestion_id=suggestion_id, text=request.form.get("answer", ""))
    except Invalid as error:
        return problem_page(error.status, _("没有答复"), sentences_of(error), typed=resume.keep_form().typed)
    flash(_("已公开答复。"))
    return redirect(url_for("suggestions.listing"))
