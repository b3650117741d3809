"""Checks of reports: the list, one check, trying it on figures before it is switched on."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from services.portal import filters, words
from services.portal.clients import ask, tell
from services.portal.downloads import send_list
from services.portal.forms.checks import CheckForm
from services.portal.forms.fields import number_or_none, options
from services.portal.list_files import Column
from shared.errors import Invalid
from shared.text import Text

pages = Blueprint("checks", __name__)

COLUMNS = (
    Column(_l("报表"), lambda check: check["report"], width=36),
    Column(_l("校验"), lambda check: check["name"], width=36),
    Column(_l("比较"), lambda check: check["condition"] or filters.name_of(words.CHECK_KINDS, check["kind"]), width=40),
    Column(_l("严格程度"), lambda check: filters.name_of(words.STRICTNESS, check["strictness"]), width=12),
    Column(_l("状态"), lambda check: filters.name_of(words.CHECK_STATES, check["state"]), width=12),
)
NO_VERSION = Text("页面不完整，请刷新后再试。", "The page was not complete. Please reload it and try again.")


@pages.get("/checks")
def listing() -> ResponseReturnValue:
    """The checks by report."""
    return render_template("checks.html", by_report=_by_report())


@pages.post("/checks/xlsx")
def as_file() -> ResponseReturnValue:
    """The checks of all reports as a workbook."""
    rows = [
        one | {"report": f"{report['table_number']} {report['name']}"}
        for report, checks in _by_report()
        for one in checks
    ]
    return send_list(_("校验"), COLUMNS, rows)


def _by_report() -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    reports = ask("stats", "list_reports")["reports"]
    checks = ask("stats", "list_checks")["checks"]
    return [(report, [one for one in checks if one["report_id"] == report["report_id"]]) for report in reports]


@pages.route("/checks/new/<int:report_id>", methods=["GET", "POST"])
def new(report_id: int) -> ResponseReturnValue:
    """A check for a report; it is not asked until it is switched on."""
    return _edit(None, report_id, CheckForm())


@pages.route("/checks/<int:check_id>", methods=["GET", "POST"])
def edit(check_id: int) -> ResponseReturnValue:
    """One check."""
    found = ask("stats", "get_check", check_id=check_id)
    return _edit(found, found["report_id"], CheckForm(data=found))


@pages.post("/checks/<int:check_id>/switch")
def switch(check_id: int) -> ResponseReturnValue:
    """Let a check be asked from now on, or no more."""
    state = request.form.get("state", "")
    tell("stats", "switch_check", check_id=check_id, version=_version(), state=state)
    flash(_("校验已启用，下次填报起生效。") if state == "on" else _("校验已停用。"))
    return redirect(url_for("checks.edit", check_id=check_id))


def _edit(found: dict[str, Any] | None, report_id: int, form: CheckForm) -> ResponseReturnValue:
    report = ask("stats", "get_report", report_id=report_id)
    asked = ((str(line["indicator_id"]), line["name"]) for line in report["lines"])
    form.indicator_id.choices = options([("", _("请选择")), *asked])
    trial = None
    if request.method == "POST" and form.validate():
        with form.taking_refusals():
            if request.form.get("try"):
                trial = ask("stats", "try_check", **form.content(report_id), period=form.period.data or "")
                form.refuse(())
            else:
                key = {"check_id": found["check_id"], "version": _version()} if found else {}
                saved = tell("stats", "save_check", **form.content(report_id), **key)
                flash(_("已保存。"))
                return redirect(url_for("checks.edit", check_id=saved["check_id"]))
    page = render_template("check.html", form=form, found=found, report=report, trial=trial)
    return page, form.status


def _version() -> int:
    version = number_or_none(request.form.get("version"))
    if version is None:
        raise Invalid(NO_VERSION)
    return version
