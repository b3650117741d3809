"""What the lead bureau itself enters: adjustments of sums, and figures that other sources published."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.portal.clients import ask, tell
from services.portal.filters import say
from services.portal.forms.fields import number_or_none
from services.portal.forms.figures import AdjustmentForm, ExternalForm

pages = Blueprint("figure_changes", __name__)


@pages.route("/figures/<int:indicator_id>/<int:unit_id>/<period>/adjust", methods=["GET", "POST"])
def adjust(indicator_id: int, unit_id: int, period: str) -> ResponseReturnValue:
    """Add to the sum at a unit, or take off it, with a reason; what units reported stays as it is."""
    form = AdjustmentForm()
    if form.validate_on_submit():
        with form.taking_refusals():
            tell(
                "stats",
                "save_adjustment",
                indicator_id=indicator_id,
                unit_id=unit_id,
                period=period,
                amount=form.plain_amount,
                reason=form.reason.data,
            )
            flash(_("已记入调整。"))
            return redirect(url_for("figures.number", indicator_id=indicator_id, unit_id=unit_id, period=period))
    found = ask("stats", "get_figure", indicator_id=indicator_id, unit_id=unit_id, period=period)
    back = found["to_take_back"]
    if back and not form.is_submitted():
        form.amount.data = back
    if found["why_not_adjusted"] and not back and not form.is_submitted():
        flash(say(found["why_not_adjusted"]))
        return redirect(url_for("figures.number", indicator_id=indicator_id, unit_id=unit_id, period=period))
    return render_template("figure_adjust.html", form=form, found=found), form.status


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
