"""The rule of lights: from when on a duty is due soon, for everybody to look at, and for the lead bureau to change."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.portal.clients import ask, tell
from services.portal.forms.fields import number_or_none
from services.portal.forms.lights import LightRuleForm
from services.portal.problems import stay
from shared import clock
from shared.errors import Conflict, Invalid, NotFound, QingdanError
from shared.limits import CALLER

pages = Blueprint("lights", __name__)


@pages.get("/light-rules")
def rules() -> ResponseReturnValue:
    """What holds, what is planned, and who changed what why."""
    found = ask("tasks", "light_rules")
    form = LightRuleForm(workdays=found["workdays"], from_day=clock.today(), version=found["version"])
    return _page(found, form)


@pages.post("/light-rules")
def preview() -> ResponseReturnValue:
    """Show what another rule would do; nothing is stored before that was confirmed."""
    form = LightRuleForm()
    if form.validate():
        with form.taking_refusals():
            return _preview(form)
    return _page(ask("tasks", "light_rules"), form)


@pages.post("/light-rules/confirm")
def confirm() -> ResponseReturnValue:
    """Save what was shown; the page with the form is shown again when that was refused."""
    form = LightRuleForm()
    if form.validate():
        try:
            tell("tasks", "save_light_rule", **_typed(form), version=_version(), reason=form.reason.data)
        except Conflict as error:
            return _again(form, error)
        except Invalid as error:
            form.take(error)
        else:
            flash(_("灯色规则已保存，自生效之日起，各页、看板和催办都按新的规则；没有单独设定的提醒也跟着变。"))
            return redirect(url_for("lights.rules"))
    g.page = "lights.rules"
    return _page(ask("tasks", "light_rules"), form)


@pages.post("/light-rules/take-back")
def take_back() -> ResponseReturnValue:
    """Take back what is planned for a day to come; the page is shown again when that was refused."""
    day, reason = request.form.get("from_day", ""), request.form.get("reason", "")
    try:
        tell("tasks", "take_back_light_rule", from_day=day, reason=reason, version=_version())
    except (Conflict, Invalid, NotFound) as error:
        stay(f"reason-{day}", error, page="lights.rules")
        found = ask("tasks", "light_rules")
        form = LightRuleForm(None, workdays=found["workdays"], from_day=clock.today(), version=found["version"])
        return _page(found, form, error.status)
    flash(_("已撤回，到时不再生效。"))
    return redirect(url_for("lights.rules"))


def _preview(form: LightRuleForm) -> ResponseReturnValue:
    found = ask("tasks", "preview_light_rule", **_typed(form))
    counted: dict[str, Any] | None
    try:
        asked = {"day": form.from_day.iso, "workdays": form.workdays.data}
        counted = ask("stats", "due_soon_by_rule", within=CALLER.aside, **asked)
    except QingdanError:
        counted = None
    return render_template("light_rule_preview.html", found=found, counted=counted, form=form)


def _again(form: LightRuleForm, error: Conflict) -> ResponseReturnValue:
    """The form with what was typed, on the rule as somebody else has made it."""
    found = ask("tasks", "light_rules")
    form.take(error)
    form.version.data = str(found["version"])
    g.page = "lights.rules"
    return _page(found, form, error.status)


def _typed(form: LightRuleForm) -> dict[str, Any]:
    return {"from_day": form.from_day.iso, "workdays": form.workdays.data}


def _version() -> int:
    return number_or_none(request.form.get("version")) or 0


def _page(found: dict[str, Any], form: LightRuleForm, status: int | None = None) -> ResponseReturnValue:
    shown = render_template("light_rules.html", found=found, form=form, may_edit=g.person.is_lead)
    return shown, status or form.status
