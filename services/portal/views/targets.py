"""Targets: where each stands and why, one with its course and split, and the forms by which they are set."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.portal import charts, target_chart
from services.portal.clients import ask, tell
from services.portal.figure_search import AsOf, known_then
from services.portal.forms.fields import number_or_none
from services.portal.forms.targets import DropForm, SplitForm, TargetForm
from shared.limits import CALLER

pages = Blueprint("targets", __name__)

# Reports mark an indicator that is a part of the one before by its name already.
PART = "其中"


@pages.get("/targets")
def listing() -> ResponseReturnValue:
    """All targets, each with its word and the sentence why."""
    found, as_of = known_then(
        AsOf.of_request(), lambda at: ask("stats", "list_targets", within=CALLER.preview, as_of=at.iso)
    )
    parts = {t["target_id"] for t in found["targets"] if t["whole_id"] and not t["indicator"]["name"].startswith(PART)}
    return render_template("targets.html", found=found, as_of=as_of, parts=parts)


@pages.get("/targets/<int:target_id>")
def one(target_id: int) -> ResponseReturnValue:
    """One target: its course as a picture and a table, its split, and what it was before."""
    found, as_of = known_then(AsOf.of_request(), lambda at: _target(target_id, at.iso))
    return render_template(
        "target.html",
        found=found,
        as_of=as_of,
        chart=target_chart.of_target(found),
        chart_data=charts.of_target(found),
        rows=_rows(found),
    )


@pages.route("/targets/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """A new target, for the indicator that the address may name, or of what a notice says."""
    stated = _stated(request.args.get("statement", type=int))
    if stated is None:
        return _edit(None, TargetForm(indicator_id=request.args.get("indicator", "")))
    shown = {
        name: stated[name] for name in ("statement_id", "comparator", "value", "first_month", "last_month", "words")
    }
    return _edit(None, TargetForm(data=shown | {"indicator_id": str(stated["indicator_id"] or "")}))


@pages.post("/targets/put-aside")
def put_aside() -> ResponseReturnValue:
    """Make no target of what a notice says."""
    tell("stats", "put_statement_aside", statement_id=request.form.get("statement_id", type=int))
    flash(_("已记下，不设为目标。"))
    return redirect(url_for("targets.listing"))


@pages.route("/targets/<int:target_id>/edit", methods=["GET", "POST"])
def edit(target_id: int) -> ResponseReturnValue:
    """One target; what it was before stays known."""
    found = _target(target_id, None)
    shown = {name: found[name] for name in ("version", "comparator", "value", "baseline", "tolerance", "course")}
    shown |= {name: found[name] for name in ("first_month", "last_month", "words")}
    shown |= {"indicator_id": str(found["indicator_id"]), "whole_id": str(found["whole_id"] or "")}
    return _edit(found, TargetForm(data=shown | {"unit": found["unit"]["code"]}))


@pages.route("/targets/<int:target_id>/split", methods=["GET", "POST"])
def split(target_id: int) -> ResponseReturnValue:
    """How a target is split over years and units."""
    found = _target(target_id, None)
    form = SplitForm(data={"version": found["version"], "split": found["split"]})
    if form.validate_on_submit():
        with form.taking_refusals():
            tell(
                "stats",
                "split_target",
                target_id=target_id,
                version=number_or_none(form.version.data) or 0,
                split=form.split.data or "",
            )
            flash(_("已保存。"))
            return redirect(url_for("targets.one", target_id=target_id))
    return render_template("target_split.html", form=form, found=found), form.status


@pages.route("/targets/<int:target_id>/drop", methods=["GET", "POST"])
def drop(target_id: int) -> ResponseReturnValue:
    """Drop a target, with a reason."""
    found = _target(target_id, None)
    form = DropForm(data={"version": found["version"]})
    if form.validate_on_submit():
        with form.taking_refusals():
            version = number_or_none(form.version.data) or 0
            tell("stats", "drop_target", target_id=target_id, version=version, reason=form.reason.data)
            flash(_("已撤销。"))
            return redirect(url_for("targets.listing"))
    return render_template("target_drop.html", form=form, found=found), form.status


def _edit(found: dict[str, Any] | None, form: TargetForm) -> ResponseReturnValue:
    target_id = found["target_id"] if found else None
    form.offer(ask("stats", "target_choices"), but=target_id)
    if form.validate_on_submit():
        with form.taking_refusals():
            saved = tell("stats", "save_target", target_id=target_id, **form.content)
            flash(_("已保存。"))
            return redirect(url_for("targets.one", target_id=saved["target_id"]))
    return render_template("target_form.html", form=form, found=found), form.status


def _stated(statement_id: int | None) -> dict[str, Any] | None:
    """What a notice says, as it waits; None for what was dealt with."""
    if statement_id is None:
        return None
    stated = ask("stats", "list_targets", within=CALLER.preview, as_of=None)["statements"]
    return next((one for one in stated if one["statement_id"] == statement_id), None)


def _target(target_id: int, as_of: str | None) -> dict[str, Any]:
    return ask("stats", "get_target", within=CALLER.preview, target_id=target_id, as_of=as_of)


def _rows(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The periods of which there is anything to say, the newest first."""
    given = [number for number, row in enumerate(found["rows"]) if row["value"] is not None or row["is_counted"]]
    return found["rows"][: given[-1] + 1][::-1] if given else []
