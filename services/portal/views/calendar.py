"""The calendar of working days: a year for everybody to look at, and the administrator's changes of it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.portal import filters
from services.portal.calendar_months import months_of
from services.portal.clients import ask, tell
from services.portal.downloads import send_list
from services.portal.forms.calendar import DayForm, YearFileForm
from services.portal.forms.fields import Form, number_or_none
from services.portal.list_files import Column, Kind
from services.portal.uploads import content_of
from services.portal.working_days import MARK, table_from
from shared import clock
from shared.errors import Conflict, Invalid, QingdanError
from shared.limits import CALLER

pages = Blueprint("calendar", __name__)

FIRST_YEAR, LAST_YEAR = 2004, 2100
# A year has a few KB; the service refuses more than this.
LONGEST_CONTENT = 100_001
ALL = 10_000

COLUMNS = (
    Column(_l("清单"), lambda one: one["checklist"], width=30),
    Column(_l("事项"), lambda one: one["item"], width=50),
    Column(_l("期次"), lambda one: filters.period(one["period"]), width=14),
    Column(_l("现在的完成时限"), lambda one: one["due_on"], Kind.DUE, mark=MARK),
    Column(_l("调整后的完成时限"), lambda one: one["due_on"] if one["stays"] else one["wanted_on"], Kind.DAY, width=16),
    Column(_l("说明"), lambda one: _("不提前到今天或以前，维持不变") if one["stays"] else "", width=30),
    Column(_l("责任数"), lambda one: one["duties"], Kind.NUMBER),
)


@pages.get("/calendar")
def this_year() -> ResponseReturnValue:
    """The year that today is in."""
    return redirect(url_for("calendar.year", year=clock.today().year))


@pages.get("/calendar/<int:year>")
def year(year: int) -> ResponseReturnValue:
    """One year month by month, with who changed what."""
    _refuse_odd(year)
    found = ask("tasks", "calendar_year", year=year)
    return render_template("calendar.html", year=year, found=found, months=months_of(table_from(found["table"])))


@pages.post("/calendar/<int:year>/json")
def as_json(year: int) -> ResponseReturnValue:
    """The year's days off in the form in which they are imported."""
    _refuse_odd(year)
    table = ask("tasks", "calendar_year", year=year)["table"]
    days = {one: [{"date": day, "name": name} for day, name in sorted(table[one].items())] for one in ("off", "worked")}
    content = json.dumps({"year": year, **days}, ensure_ascii=False, indent=1)
    return Response(
        content + "\n",
        mimetype="application/json",
        headers={"Content-Disposition": f"attachment; filename=calendar-{year}.json"},
    )


@pages.route("/calendar/<int:year>/day", methods=["GET", "POST"])
def day(year: int) -> ResponseReturnValue:
    """One day becomes another one; what follows is shown before it is saved."""
    _refuse_odd(year)
    form = DayForm(day=_asked_day())
    if form.validate_on_submit():
        with form.taking_refusals():
            params = {"day": form.day.iso, "becomes": form.becomes.data, "name": form.name.data}
            return _preview(year, params, reason=form.reason.data)
    return render_template("calendar_day.html", year=year, form=form), form.status


@pages.route("/calendar/<int:year>/import", methods=["GET", "POST"])
def from_file(year: int) -> ResponseReturnValue:
    """Read a year's file and show what it would change; nothing is stored before that was confirmed."""
    _refuse_odd(year)
    form = YearFileForm()
    lines: list[dict[str, str]] = []
    if form.validate_on_submit():
        try:
            return _preview(year, {"content": _text_of(form)}, reason=form.reason.data)
        except Invalid as error:
            lines = (error.details.get("lines") or [])[1:]
            form.take(error)
    return render_template("calendar_import.html", year=year, form=form, lines=lines), form.status


@pages.post("/calendar/<int:year>/confirm")
def confirm(year: int) -> ResponseReturnValue:
    """Save what was shown; when it would do something else by now, that is shown instead."""
    _refuse_odd(year)
    params, reason = _sent(), request.form.get("reason", "")
    operation = "import_calendar" if "content" in params else "save_calendar_day"
    params |= {"version": number_or_none(request.form.get("version")), "seen": request.form.get("fingerprint", "")}
    try:
        tell("tasks", operation, within=CALLER.preview, year=year, reason=reason, **params)
    except Conflict as error:
        return _preview(year, _sent(), reason=reason, sentence=filters.say(error.text.as_dict())), error.status
    flash(_("日历已保存，受影响的期限正在重新计算。"))
    return redirect(url_for("calendar.year", year=year))


@pages.post("/calendar/<int:year>/xlsx")
def moves_file(year: int) -> ResponseReturnValue:
    """All due dates that a change would move, before it is made."""
    _refuse_odd(year)
    found = ask("tasks", "preview_calendar", within=CALLER.preview, year=year, most=ALL, **_sent())
    return send_list(_("日历调整影响的期限"), COLUMNS, found["moves"])


def _preview(year: int, params: dict[str, Any], *, reason: str, sentence: str = "") -> str:
    found = ask("tasks", "preview_calendar", within=CALLER.preview, year=year, **params)
    version = ask("tasks", "calendar_year", year=year)["version"]
    return render_template(
        "calendar_preview.html",
        year=year,
        found=found,
        rounds=_rounds(found["tables"]),
        sent={name: value for name, value in params.items() if value is not None},
        reason=reason,
        version=version,
        sentence=sentence,
    )


def _rounds(tables: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    """The rounds of reports that would have other days; None when that is not to be had in time."""
    years = [
        {"year": one["year"], "is_announced": one["is_announced"], "off": [*one["off"]], "worked": [*one["worked"]]}
        for one in tables
    ]
    try:
        found: list[dict[str, Any]] = ask("stats", "rounds_by_calendar", tables=years)["rounds"]
    except QingdanError:
        return None
    return found


def _sent() -> dict[str, Any]:
    """What is to be changed, as the page before carried it along."""
    names = ("content",) if request.form.get("content") else ("day", "becomes", "name")
    return {name: request.form.get(name, "") for name in names}


def _text_of(form: Form) -> str:
    content = content_of(form.file.data)[:LONGEST_CONTENT]
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", "replace")


def _asked_day() -> dt.date | None:
    try:
        return dt.date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None


def _refuse_odd(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        abort(404)
