"""Splitting a duty among units below: all of them with one day by one press, or each with a day of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from services.portal.clients import ask, tell
from services.portal.confirming import naming
from services.portal.dates import NoSuchDay, parse_day
from services.portal.numbers import is_number
from services.portal.problems import sentences_by_field
from services.portal.way_back import way_back
from shared.errors import Invalid
from shared.text import Text
from shared.typed_text import tidy

pages = Blueprint("delegation", __name__)

NOT_TICKED = Text(
    "填了时限，但上面没有勾选这个单位。请勾选它，或者清空这个时限。",
    "A day is given, but this unit is not ticked above. Please tick it, or empty the day.",
)
NO_DAY = Text("没有这一天。请写成 2026-11-30 这样的日期。", "There is no such day. Please write it as 2026-11-30.")


@pages.get("/duties/<int:duty_id>/delegate")
def form(duty_id: int) -> ResponseReturnValue:
    """Whom the duty can be split among; the next units below are ticked."""
    return _page(duty_id, {})


@pages.post("/duties/<int:duty_id>/delegate")
def delegate(duty_id: int) -> ResponseReturnValue:
    """Split it; what cannot be is said beside the field, and everything typed stays."""
    try:
        _refuse_days_of_nobody()
        units = [{"unit_id": unit_id, "due_on": _day_of(unit_id)} for unit_id in _ticked()]
        version, text = request.form.get("version", type=int), request.form.get("text", "")
        duty = tell("tasks", "delegate_duty", duty_id=duty_id, version=version, units=units, text=text)
    except Invalid as error:
        return _page(duty_id, sentences_by_field(error)), error.status
    count = len(units)
    flash(
        ngettext("%(duty)s已分解给 %(num)d 个单位。", "%(duty)s已分解给 %(num)d 个单位。", count, duty=naming([duty]))
    )
    return redirect(way_back(url_for("duties.one", duty_id=duty_id)))


def _ticked() -> list[int]:
    return [int(one) for one in request.form.getlist("units") if is_number(one)]


def _refuse_days_of_nobody() -> None:
    """Refuse a day that was typed for a unit that is not ticked: it would be lost without a word."""
    ticked = {f"due_on-{unit_id}" for unit_id in _ticked()}
    typed = [name for name, day in request.form.items() if name.startswith("due_on-") and tidy(day)]
    wrong = {name: NOT_TICKED for name in typed if name not in ticked}
    if wrong:
        raise Invalid.of_fields(wrong)


def _day_of(unit_id: int) -> str:
    """The day typed for the unit, else the one for all."""
    own = f"due_on-{unit_id}"
    field = own if request.form.get(own, "").strip() else "due_on"
    try:
        return parse_day(request.form.get(field, "")).isoformat()
    except NoSuchDay as error:
        raise Invalid.of_fields({field: NO_DAY}) from error


def _page(duty_id: int, problems: Mapping[str, str]) -> str:
    found = ask("tasks", "whom_to_delegate_to", duty_id=duty_id)
    sent = request.form if request.method == "POST" else None
    units = found["units"]
    open_to = [one for one in units if not one["has_part"] and not one["has_own"]]
    ticked = _ticked() if sent else [one["unit"]["unit_id"] for one in open_to if one["is_next"]]
    return render_template(
        "delegate.html",
        duty=found["duty"],
        open_to=open_to,
        with_part=[one["unit"]["name"] for one in units if one["has_part"]],
        with_own=[one["unit"]["name"] for one in units if one["has_own"]],
        ticked=ticked,
        day=sent.get("due_on", "") if sent else found["proposed_on"],
        days=_days(sent or {}, open_to),
        text=sent.get("text", "") if sent else "",
        problems=problems,
        back=way_back(""),
    )


def _days(sent: Mapping[str, str], units: list[dict[str, Any]]) -> dict[int, str]:
    """What was typed for single units."""
    ids = [one["unit"]["unit_id"] for one in units]
    return {unit_id: sent[f"due_on-{unit_id}"] for unit_id in ids if sent.get(f"due_on-{unit_id}")}
