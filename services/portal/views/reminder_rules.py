"""When is reminded: the rules for everything, a checklist or a report, changed by the lead bureau."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.portal import filters
from services.portal.clients import ask, tell
from services.portal.forms.fields import number_or_none
from services.portal.forms.reminder_rules import RulesForm, as_params, shown_stages, typed_stages, unreadable
from shared import clock
from shared.errors import CallersFault, Conflict, Forbidden, NotFound

pages = Blueprint("reminder_rules", __name__)

_SERVICE = "notifications"
Rows = Sequence[dict[str, Any]]


@pages.get("/reminder-rules")
def listing() -> str:
    return render_template("reminder_rules.html", found=ask(_SERVICE, "list_policies")["policies"])


@pages.route("/reminder-rules/<scope>/<int:subject_id>", methods=["GET", "POST"])
def one(scope: str, subject_id: int) -> ResponseReturnValue:
    """What holds, its history, and for the lead bureau the form of the next version."""
    found = ask(_SERVICE, "get_policy", scope=scope, subject_id=subject_id)
    form = RulesForm(effective_from=clock.today(), version=found["version"])
    if request.method == "GET":
        return _page(found, form, shown_stages(found["newest"]), {})
    rows = typed_stages(request.form)
    wrong = {key: _("请填写整数的工作日数，例如 -3、0 或 5。") for key in unreadable(rows)}
    if form.validate() and not wrong:
        try:
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
        follows_general=bool(form.follows_general.data),
        effective_from=form.effective_from.iso,
        reason=form.reason.data,
        **as_params(rows),
    )
    flash(_("提醒规则已保存，自生效之日起执行。"))
    return redirect(url_for("reminder_rules.one", scope=scope, subject_id=subject_id))


def _wrong_rows(error: CallersFault, rows: Rows) -> dict[str, str]:
    """The sentences of single rows; only rows with a day were sent, and they stand first."""
    fields = error.details.get("fields") or {}
    found = {row["key"]: fields.get(f"stage_{row['key']}") or fields.get(row["key"]) for row in rows}
    return {key: filters.say(text) for key, text in found.items() if text}


def _page(
    found: dict[str, Any], form: RulesForm, rows: Rows, wrong: dict[str, str], status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "reminder_rule.html", found=found, form=form, rows=rows, wrong=wrong, may_edit=g.person.is_lead
    )
    return page, status
