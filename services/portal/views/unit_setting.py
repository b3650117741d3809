"""How a unit wants its reports handled: whether a head looks at them before they leave the unit."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.portal.clients import ask, tell
from services.portal.forms.fields import number_or_none

pages = Blueprint("unit_setting", __name__)


@pages.get("/own-unit")
def one() -> ResponseReturnValue:
    """What holds now; a head may change it."""
    setting = ask("stats", "get_unit_setting", unit_id=g.person.unit_id)
    return render_template("unit_setting.html", setting=setting)


@pages.post("/own-unit")
def save() -> ResponseReturnValue:
    """Say whether a head must confirm what the unit hands in."""
    tell(
        "stats",
        "save_unit_setting",
        unit_id=g.person.unit_id,
        needs_head=bool(request.form.get("needs_head")),
        version=number_or_none(request.form.get("version")),
    )
    flash(_("已保存，下次提交起生效。"))
    return redirect(url_for("unit_setting.one"))
