"""When is reminded: the rules for everything, a checklist or a report, changed by the lead bureau."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from services.portal import filters, words
from services.portal.clients import ask, tell
from services.portal.downloads import send_list
from services.portal.forms.fields import number_or_none
from services.portal.forms.reminder_rules import RulesForm, as_params, number_of, shown_stages, typed_stages, unreadable
from services.portal.list_files import Column, Kind
from services.portal.problems import stay
from services.portal.working_days import MARK
from shared import clock
from shared.errors import CallersFault, Conflict, Forbidden, Invalid, NotFound
from shared.limits import CALLER

pages = Blueprint("reminder_rules", __name__)

_SERVICE = "notifications"
Rows = Sequence[dict[str, Any]]


@pages.get("/reminder-rules")
def listing() -> str:
    return _rules_page()


@pages.post("/reminder-rules/cap")
def set_cap() -> ResponseReturnValue:
    """How many messages a week at most; the page is shown again when that was refused."""
    number = number_or_none(request.form.get("most"))
    version = number_or_none(request.form.get("version")) or 0
    try:
        tell(_SERVICE, "set_weekly_cap", most=number, version=version, reason=request.form.get("reason", ""))
    except Invalid as error:
        stay("cap-reason", error, page="reminder_rules.listing")
        return _rules_page(), error.status
    flash(_("已保存，马上执行。"))
    return redirect(url_for("reminder_rules.listing"))


def _rules_page() -> str:
    found, cap = ask(_SERVICE, "list_policies")["policies"], ask(_SERVICE, "weekly_cap")
    return render_template("reminder_rules.html", found=found, cap=cap, may_edit=g.person.is_lead)


@pages.get("/reminder-rules/forecast")
def forecast() -> str:
    """Who will be told what in the next 30 days, if nothing changes."""
    return render_template("reminder_forecast.html", found=ask(_SERVICE, "foretell_reminders", within=CALLER.preview))


@pages.post("/reminder-rules/forecast/xlsx")
def forecast_file() -> ResponseReturnValue:
    """The same line by line."""
    found = ask(_SERVICE, "foretell_reminders", within=CALLER.preview, with_lines=True)
    return send_list(_("未来 30 天的提醒"), _columns(), found["lines"], beside=_beside(found["lines_more"]))


@pages.route("/reminder-rules/<scope>/<int:subject_id>", methods=["GET", "POST"])
def one(scope: str, subject_id: int) -> ResponseReturnValue:
    """What holds, its history, and for the lead bureau the form of the next version."""
    found = ask(_SERVICE, "get_policy", scope=scope, subject_id=subject_id)
    form = RulesForm(effective_from=clock.today(), version=found["version"])
    if request.method == "GET":
        return _page(found, form, shown_stages(found["newest"]), {})
    rows = typed_stages(request.form)
    wrong = {key: _("请填写整数的工作日数，例如 3；到期当天填 0。") for key in unreadable(rows)}
    if form.validate() and not wrong:
        try:
            if "try" in request.form:
                draft = {"scope": scope, "subject_id": subject_id, **_typed(form, rows)}
                tried = ask(_SERVICE, "foretell_reminders", within=CALLER.preview, draft=draft)
                return _page(found, form, rows, {}, tried=tried)
            return _save(scope, subject_id, form, rows)
        except Conflict as error:
            found = ask(_SERVICE, "get_policy", scope=scope, subject_id=subject_id)
            form.take(error)
            form.version.data = found["version"]
            return _page(found, form, rows, {}, error.status)
        except (Forbidden, NotFound):
            raise
        except CallersFault as error:
            form.take(error)
            wrong = _wrong_rows(error, rows)
    return _page(found, form, rows, wrong, 422)


def _save(scope: str, subject_id: int, form: RulesForm, rows: Rows) -> ResponseReturnValue:
    tell(
        _SERVICE,
        "save_policy",
        scope=scope,
        subject_id=subject_id,
        version=number_or_none(form.version.data) or 0,
        reason=form.reason.data,
        **_typed(form, rows),
    )
    flash(_("提醒规则已保存，自生效之日起执行。"))
    return redirect(url_for("reminder_rules.one", scope=scope, subject_id=subject_id))


def _typed(form: RulesForm, rows: Rows) -> dict[str, Any]:
    follows = bool(form.follows_general.data)
    return {"follows_general": follows, "effective_from": form.effective_from.iso, **as_params(rows)}


def _columns() -> list[Column]:
    return [
        Column(_("日期"), itemgetter("day"), Kind.DUE, mark=MARK),
        Column(_("单位"), itemgetter("unit")),
        Column(_("岗位"), itemgetter("post")),
        Column(_("类型"), lambda line: words.RULE_SCOPES[line["kind"]]),
        Column(_("事项"), itemgetter("title"), width=60),
        Column(_("期次"), itemgetter("period"), width=12),
        Column(_("完成时限"), itemgetter("due_on"), Kind.DUE, mark=MARK),
        Column(_("提醒"), lambda line: words.STAGES[line["stage"]], width=14),
        Column(_("工作日数"), itemgetter("offset"), Kind.NUMBER),
        Column(_("渠道"), _channels, width=28),
        Column(_("提醒单"), lambda line: filters.say(line["slip"]) if line.get("slip") else "", width=14),
        Column(_("停止提醒"), lambda line: _("不发") if line.get("is_silenced") else "", width=10),
    ]


def _channels(line: dict[str, Any]) -> str:
    """By which channels the line would go; by none where it is silenced."""
    if line.get("is_silenced"):
        return ""
    outside = [words.CHANNELS[channel] for channel in line.get("channels", ())]
    return str(_("、")).join(str(one) for one in (words.IN_THE_HOUSE, *outside))


def _beside(left_out: int) -> str:
    said = _("按现行规则和现在未办结的责任、报表推算；办结的不再提醒，新下发、催办和答复随时提醒，不在内。")
    more = ngettext("另有 %(num)d 行没有列出。", "另有 %(num)d 行没有列出。", left_out) if left_out else ""
    return f"{said}{more}"


def _wrong_rows(error: CallersFault, rows: Rows) -> dict[str, str]:
    """The sentences of single rows; only rows with a day were sent, and they stand first."""
    fields = error.details.get("fields") or {}
    found = {row["key"]: fields.get(f"stage_{row['key']}") or fields.get(row["key"]) for row in rows}
    return {key: filters.say(text) for key, text in found.items() if text}


def _page(
    found: dict[str, Any],
    form: RulesForm,
    rows: Rows,
    wrong: dict[str, str],
    status: int = 200,
    *,
    tried: dict[str, Any] | None = None,
) -> ResponseReturnValue:
    placed = [{**row, "days": number_of(row)} for row in rows]
    shown = {"found": found, "form": form, "rows": placed, "wrong": wrong, "tried": tried}
    return render_template("reminder_rule.html", **shown, may_edit=g.person.is_lead), status
