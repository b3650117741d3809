"""Urging (催办) what is not done of a duty, an item, a unit as its page lists it, or a split, by one button."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from services.portal.board_search import Sought
from services.portal.clients import tell
from services.portal.confirming import say_refused
from services.portal.forms.fields import number_or_none
from services.portal.problems import stay
from services.portal.views import boards
from services.portal.views.remarks import duty_again
from services.portal.way_back import way_back
from shared.errors import Invalid

pages = Blueprint("urging", __name__)

MEANT = ("duty_id", "item_id", "unit_id", "checklist_id", "whole_id")


@pages.post("/board/urge")
def urge() -> ResponseReturnValue:
    """Urge what the form names, say what became of it, and go back to where it stood; refused, it is shown again.

    Of a unit those duties are meant that its page lists, as the address of the form says.
    """
    meant: dict[str, Any] = {name: number_or_none(request.form.get(name)) for name in MEANT}
    try:
        found = tell("tasks", "urge", **meant, **_listed(meant), text=request.form.get("text", ""))
    except Invalid as error:
        page = _page_again(meant, error)
        if page is None:
            raise
        return page, error.status
    _say(found)
    return redirect(way_back(url_for("entry.home")))


def _listed(meant: dict[str, Any]) -> dict[str, Any]:
    if meant["unit_id"] is None or meant["checklist_id"] is None:
        return {}
    return {"duty_ids": boards.ids_of_duties(meant["checklist_id"], Sought.of_request())}


def _page_again(meant: dict[str, Any], error: Invalid) -> str | None:
    """The page on which the form stood; None when it names none."""
    duty_id = meant["duty_id"] or meant["whole_id"]
    stay("urge-text", error, page="duties.one" if duty_id else "boards.duties")
    if duty_id:
        return duty_again(duty_id)
    if meant["item_id"]:
        return boards.item(meant["item_id"])
    return boards.duties(meant["checklist_id"]) if meant["checklist_id"] else None


def _say(found: dict[str, Any]) -> None:
    """What was urged, and apart from it what was not."""
    if found["urged"]:
        told = ngettext("%(num)d 个单位", "%(num)d 个单位", found["units"])
        flash(
            ngettext(
                "已催办 %(num)d 项责任，%(units)s会收到提醒。",
                "已催办 %(num)d 项责任，%(units)s会收到提醒。",
                found["urged"],
                units=told,
            )
        )
    left = []
    if found["already"]:
        left.append(
            ngettext(
                "%(num)d 项今天已经催办过，没有重复催办。", "%(num)d 项今天已经催办过，没有重复催办。", found["already"]
            )
        )
    # The release before does not say who is waited for.
    left += [_waiting(one) for one in found.get("awaited") or [{"unit": None, "duties": found["waiting"]}]]
    if "".join(left) or not found["urged"]:
        say_refused("".join(left) or _("没有需要催办的：未完成的都还没有到期。"))


def _waiting(one: dict[str, Any]) -> str:
    if not one["duties"]:
        return ""
    unit = one["unit"] or _("牵头单位")
    sentence = ngettext(
        "%(num)d 项在等%(unit)s答复，没有催办。", "%(num)d 项在等%(unit)s答复，没有催办。", one["duties"], unit=unit
    )
    return str(sentence)
