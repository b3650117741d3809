"""What the lead bureau itself enters: adjustments of sums, and figures that other sources published."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from services.portal.clients import ask, tell
from services.portal.confirming import say_refused
from services.portal.filters import say
from services.portal.forms.fields import number_or_none
from services.portal.forms.figures import AdjustmentForm, ExternalForm, externals_form, name_of
from services.portal.problems import sentences_of
from shared import clock
from shared.errors import Invalid

pages = Blueprint("figure_changes", __name__)


@pages.route("/figures/<int:indicator_id>/<int:unit_id>/<period>/adjust", methods=["GET", "POST"])
def adjust(indicator_id: int, unit_id: int, period: str) -> ResponseReturnValue:
    """Add to the sum at a unit, or take off it, with a reason; what units reported stays as it is.

    What it would make of the sums is shown first, and is on record only once that is confirmed.
    """
    about: dict[str, Any] = {"indicator_id": indicator_id, "unit_id": unit_id, "period": period}
    form = AdjustmentForm()
    pressed = request.form.get("do", "")
    weighed = None
    if pressed != "edit" and form.validate_on_submit():
        with form.taking_refusals():
            if pressed == "confirm":
                tell("stats", "save_adjustment", **about, **form.proposed, reason=form.reason.data)
                flash(_("已收回，另记了一笔相反的调整。") if form.takes_back.data else _("已记入调整。"))
                return redirect(url_for("figures.number", **about))
            weighed = ask("stats", "weigh_adjustment", **about, **form.proposed)
    found = ask("stats", "get_figure", **about)
    back = found["to_take_back"]
    if back and not form.is_submitted():
        form.amount.data = back
    if found["why_not_adjusted"] and not back and not form.is_submitted():
        say_refused(say(found["why_not_adjusted"]))
        return redirect(url_for("figures.number", **about))
    return render_template("figure_adjust.html", form=form, found=found, weighed=weighed), form.status


@pages.get("/figures/<int:indicator_id>/<int:unit_id>/<period>/take-back/<int:adjustment_id>")
def take_back(indicator_id: int, unit_id: int, period: str, adjustment_id: int) -> ResponseReturnValue:
    """Show what taking one adjustment back would do, with a reason to be confirmed or changed."""
    about: dict[str, Any] = {"indicator_id": indicator_id, "unit_id": unit_id, "period": period}
    try:
        weighed = ask("stats", "weigh_adjustment", **about, takes_back_id=adjustment_id)
    except Invalid as error:
        for sentence in sentences_of(error):
            flash(sentence)
        return redirect(url_for("figures.number", **about))
    form = AdjustmentForm(takes_back=str(adjustment_id))
    form.reason.data = _("收回：%(reason)s", reason=weighed["taken_back"]["reason"])[:500]
    found = ask("stats", "get_figure", **about)
    return render_template("figure_adjust.html", form=form, found=found, weighed=weighed)


@pages.route("/figures/external", methods=["GET", "POST"])
def external() -> ResponseReturnValue:
    """Enter a figure that another source published for the whole area."""
    form = ExternalForm()
    choices = ask("stats", "figure_choices")
    indicators = [one for one in choices["indicators"] if one["type"] == "external" and not one["is_computed"]]
    form.offer(indicators)
    if form.validate_on_submit():
        with form.taking_refusals():
            indicator_id = number_or_none(form.indicator_id.data)
            saved = tell("stats", "record_external", indicator_id=indicator_id, **form.content)
            flash(_("已保存。"))
            return redirect(
                url_for(
                    "figures.number",
                    indicator_id=indicator_id,
                    unit_id=saved["unit_id"],
                    period=saved["period"],
                )
            )
    return render_template("figure_external.html", form=form, indicators=indicators), form.status


@pages.route("/figures/external/period", methods=["GET", "POST"])
def externals() -> ResponseReturnValue:
    """Enter all figures of a period that other sources published, on one page and with their source once."""
    typed = request.args.get("period", "").strip()[:20] or str(clock.today().year - 1)
    indicator_id = request.args.get("indicator", type=int)
    external = [one for one in ask("stats", "figure_choices")["indicators"] if one["type"] == "external"]
    indicators = [one for one in external if not one["is_computed"]]
    try:
        offered = ask("stats", "external_period", period=typed, indicator_id=indicator_id)
    except Invalid as error:
        problems = sentences_of(error)
        page = render_template(
            "figure_externals.html", indicators=indicators, indicator_id=indicator_id, typed=typed, problems=problems
        )
        return page, Invalid.status
    form = externals_form(offered)
    if form.validate_on_submit():
        with form.taking_refusals():
            kept = tell("stats", "record_externals", period=offered["period"], **form.content)
            flash(ngettext("已保存 %(num)d 个数。", "已保存 %(num)d 个数。", kept["recorded"]))
            return redirect(url_for("figure_changes.externals", period=offered["period"], indicator=indicator_id))
    page = render_template(
        "figure_externals.html",
        indicators=indicators,
        indicator_id=indicator_id,
        typed=typed,
        problems=[],
        form=form,
        offered=offered,
        fields=[(entry, form[name_of(entry)]) for entry in offered["entries"]],
    )
    return page, form.status
