"""Reports: the list, one report, its form with its lines, whom it asks from and until when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.portal import filters, log_lines, report_lines, words
from services.portal.clients import ask, tell
from services.portal.directory import Directory, ids_of, is_search
from services.portal.downloads import all_pages, send_list
from services.portal.forms.fields import number_or_none, options_with
from services.portal.forms.reports import ReportForm, UnitDaysForm
from services.portal.list_files import Column, Kind
from services.portal.report_lines import FormLine
from services.portal.searching import Search
from services.portal.working_days import MARK
from shared import clock
from shared.errors import NotFound
from shared.text import Text

pages = Blueprint("reports", __name__)


def _of_round(name: str) -> Callable[[dict[str, Any]], Any]:
    return lambda report: (report["newest_round"] or {}).get(name)


COLUMNS = (
    Column(_l("表号"), lambda report: report["table_number"], width=14),
    Column(_l("报表"), lambda report: report["name"], width=36),
    Column(_l("报告期"), lambda report: filters.name_of(words.REPORT_KINDS, report["period_kind"]), width=10),
    Column(_l("状态"), lambda report: filters.name_of(words.REPORT_STATES, report["state"]), width=10),
    Column(_l("最近一期"), lambda report: filters.period(_of_round("period")(report) or ""), width=14),
    Column(_l("应报日"), _of_round("due_on"), Kind.DUE, mark=MARK),
    Column(_l("应报单位数"), _of_round("expected"), Kind.NUMBER),
    Column(_l("已报单位数"), _of_round("reported"), Kind.NUMBER),
)
UNIT_COLUMNS = (
    Column(_l("单位"), lambda row: row["unit"], width=30),
    Column(_l("从哪天起"), lambda row: row["expected_from"], Kind.DAY),
    Column(_l("到哪天止"), lambda row: row["expected_until"], Kind.DAY),
)
NO_UNIT = Text(
    "这张报表没有这个单位，请返回刷新。", "This report has no such unit. Please go back and reload the page."
)


@pages.get("/reports")
def listing() -> ResponseReturnValue:
    """The reports with their newest rounds."""
    return render_template("reports.html", reports=ask("stats", "list_reports")["reports"])


@pages.post("/reports/xlsx")
def as_file() -> ResponseReturnValue:
    """The reports as a workbook."""
    return send_list(_("报表"), COLUMNS, ask("stats", "list_reports")["reports"])


@pages.get("/reports/<int:report_id>")
def one(report_id: int) -> ResponseReturnValue:
    """One report with its rounds and its next days."""
    return render_template("report.html", report=ask("stats", "get_report", report_id=report_id), lines=log_lines)


@pages.route("/reports/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """A new report; it opens no rounds until it is started."""
    form = ReportForm(due_days=5, lock_days=10, first_period=f"{clock.today():%Y-%m}")
    return _edit(None, form, [])


@pages.route("/reports/<int:report_id>/edit", methods=["GET", "POST"])
def edit(report_id: int) -> ResponseReturnValue:
    """What a report asks, of whom, and when."""
    found = ask("stats", "get_report", report_id=report_id)
    form = ReportForm(data=found | {"basis_until": _day(found["basis_until"]), "recipients": _recipients(found)})
    form.period_kind.choices = options_with(words.REPORT_KINDS, [found["period_kind"]])
    return _edit(found, form, report_lines.lines_of_report(found))


@pages.post("/reports/<int:report_id>/start")
def start(report_id: int) -> ResponseReturnValue:
    """Let a report open rounds from now on."""
    tell("stats", "start_report", report_id=report_id, version=number_or_none(request.form.get("version")))
    flash(_("报表已启用，到期的报期一分钟内自动开出。"))
    return redirect(url_for("reports.one", report_id=report_id))


@pages.post("/reports/<int:report_id>/stop")
def stop(report_id: int) -> ResponseReturnValue:
    """Let a report open no more rounds."""
    tell("stats", "stop_report", report_id=report_id, version=number_or_none(request.form.get("version")))
    flash(_("报表已停用，不再开新的报期；已开的照常填报。"))
    return redirect(url_for("reports.one", report_id=report_id))


@pages.get("/reports/<int:report_id>/units")
def units(report_id: int) -> ResponseReturnValue:
    """From and until when the report asks each unit."""
    search = Search.of_request()
    report = ask("stats", "get_report", report_id=report_id)
    found = ask("stats", "list_report_units", report_id=report_id, text=search.text, page=search.page)
    return render_template("report_units.html", report=report, found=found, search=search)


@pages.post("/reports/<int:report_id>/units/xlsx")
def units_as_file(report_id: int) -> ResponseReturnValue:
    """From and until when the report asks all units that are sought, as a workbook."""
    search = Search.of_request()
    name = ask("stats", "get_report", report_id=report_id)["name"]
    rows = all_pages("list_report_units", "units", service="stats", report_id=report_id, text=search.text)
    return send_list(f"{name} {_('报送单位的起止日期')}", UNIT_COLUMNS, rows, asked=search.in_words())


@pages.route("/reports/<int:report_id>/units/<int:report_unit_id>", methods=["GET", "POST"])
def unit_days(report_id: int, report_unit_id: int) -> ResponseReturnValue:
    """Correct the days of one unit."""
    rows = ask("stats", "list_report_units", report_id=report_id, report_unit_id=report_unit_id)["units"]
    if not rows:
        raise NotFound(NO_UNIT)
    row = rows[0]
    since, until = row["expected_from"], row["expected_until"]
    days = {"expected_from": _day(since), "expected_until": _day(until)}
    form = UnitDaysForm(data=days | {"was_from": since, "was_until": until or ""})
    if form.validate_on_submit():
        with form.taking_refusals():
            tell("stats", "save_report_unit", report_unit_id=report_unit_id, **form.content())
            flash(_("“%(unit)s”的起止日期已保存。", unit=row["unit"]))
            return redirect(url_for("reports.units", report_id=report_id))
    report = ask("stats", "get_report", report_id=report_id)
    return render_template("report_unit.html", form=form, report=report, row=row), form.status


def _edit(found: dict[str, Any] | None, form: ReportForm, lines: list[FormLine]) -> ResponseReturnValue:
    """A button of the form shows it again with the lines that it adds, or the units that it finds."""
    is_shown_again = is_search() or "again" in request.form
    if request.method == "POST":
        lines = report_lines.lines_of_form(request.form)
    if not is_shown_again and form.validate_on_submit():
        with form.taking_refusals():
            saved = tell("stats", "save_report", **_params(found, form, lines))
            flash(_("已保存。"))
            return redirect(url_for("reports.one", report_id=saved["report_id"]))
    known = ask("stats", "list_indicators", is_whole=True)["indicators"]
    page = render_template(
        "report_form.html",
        form=form,
        found=found,
        lines=[line for line in lines if not (is_shown_again and line.is_out)],
        by_id={one["indicator_id"]: one for one in known},
        addable=report_lines.to_add(lines, known, form.period_kind.data),
        directory=Directory.load(form.recipients.data or []),
    )
    return page, form.status


def _params(found: dict[str, Any] | None, form: ReportForm, lines: list[FormLine]) -> dict[str, Any]:
    unit_ids, group_ids = ids_of(form.recipients.data or [])
    return {
        "report_id": found["report_id"] if found else None,
        **form.content(),
        "lines": report_lines.in_order(lines),
        "unit_ids": unit_ids,
        "group_ids": group_ids,
    }


def _recipients(report: dict[str, Any]) -> list[str]:
    units = [f"unit:{unit['unit_id']}" for unit in report["named_units"]]
    return [*units, *(f"group:{group['group_id']}" for group in report["named_groups"])]


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
