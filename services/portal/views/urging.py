"""Urging (催办) what is not done: a duty, an item or a unit, by one button."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from services.portal.clients import tell
from services.portal.forms.fields import number_or_none
from services.portal.way_back import way_back

pages = Blueprint("urging", __name__)

MEANT = ("duty_id", "item_id", "unit_id", "checklist_id")


@pages.post("/board/urge")
def urge() -> ResponseReturnValue:
    """Urge what the form names, say what became of it, and go back to where it stood."""
    meant: dict[str, Any] = {name: number_or_none(request.form.get(name)) for name in MEANT}
    found = tell("tasks", "urge", **meant, text=request.form.get("text", ""))
    flash(_sentence(found))
    return redirect(way_back(url_for("entry.home")))


def _sentence(found: dict[str, int]) -> str:
    parts = []
    if found["urged"]:
        told = ngettext("%(num)d 个单位", "%(num)d 个单位", found["units"])
        parts.append(
            ngettext(
                "已催办 %(num)d 项责任，%(units)s会收到提醒。",
                "已催办 %(num)d 项责任，%(units)s会收到提醒。",
                found["urged"],
                units=told,
            )
        )
    if found["already"]:
        parts.append(ngettext("%(num)d 项今天已经催办过。", "%(num)d 项今天已经催办过。", found["already"]))
    if found["waiting"]:
        parts.append(
            ngettext(
                "%(num)d 项在等牵头单位答复，没有催办。",
                "%(num)d 项在等牵头单位答复，没有催办。",
                found["waiting"],
            )
        )
    return "".join(parts) or _("没有需要催办的：未完成的都还没有到期。")
