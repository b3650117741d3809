"""The names of a draft that the directory lacks: all of them on one page, settled by one form."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from services.portal import new_names, words
from services.portal.clients import ask, tell
from services.portal.directory import Directory
from services.portal.filters import say
from services.portal.new_names import Entry
from shared.errors import Invalid
from shared.limits import CALLER
from shared.text import Text

pages = Blueprint("new_names", __name__)

STANDINGS = ("known", "doubtful", "new")
NOTHING_CHOSEN = Text(
    "每个名称都还是“以后再定”，没有可以保存的。", "Every name is left for later, so there is nothing to save."
)
NONE_TICKED = Text("请先勾选名称。", "Please tick the names first.")
# The field of the page that a complaint of the service belongs to, and its label.
LABELS = {
    "called": _l("是另一个单位时，它的名称或代码"),
    "name": _l("名称"),
    "code": _l("代码"),
    "above": _l("上级单位"),
    "is_remembered": _l("记住这个写法"),
}


@pages.get("/checklists/<int:checklist_id>/names")
def listing(checklist_id: int) -> ResponseReturnValue:
    found = _found(checklist_id)
    return _page(found, [new_names.proposed(n, one) for n, one in enumerate(found["names"])])


@pages.post("/checklists/<int:checklist_id>/names")
def settle(checklist_id: int) -> ResponseReturnValue:
    """Save what is chosen for all names; the button beside the ticks only chooses, and saves nothing."""
    found = _found(checklist_id)
    entries = new_names.sent(found["names"], request.form, words.UNIT_KINDS)
    if "set" in request.form:
        return _set_ticked(found, entries)
    if "add_all" in request.form:
        entries = new_names.all_added(entries)
    names = [one for entry in entries if (one := entry.as_params())]
    if not names:
        return _page(found, entries, [("", "", say(NOTHING_CHOSEN.as_dict()))]), Invalid.status
    try:
        done = tell("tasks", "settle_names", checklist_id=checklist_id, names=names)
    except Invalid as error:
        return _page(found, entries, _problems(error, entries)), error.status
    flash(_said(done))
    if done["left"]:
        return redirect(url_for("new_names.listing", checklist_id=checklist_id))
    return redirect(url_for("questions.by_kind" if done["open"] else "checklists.draft", checklist_id=checklist_id))


def _found(checklist_id: int) -> dict[str, Any]:
    return ask("tasks", "new_names", within=CALLER.file, checklist_id=checklist_id)


def _set_ticked(found: dict[str, Any], entries: list[Entry]) -> ResponseReturnValue:
    several = request.form.get("several", "")
    if several not in new_names.SEVERAL or not any(entry.is_ticked for entry in entries):
        return _page(found, entries, [("several", "", say(NONE_TICKED.as_dict()))]), Invalid.status
    return _page(found, new_names.set_to(entries, several))


def _problems(error: Invalid, entries: list[Entry]) -> list[tuple[str, str, str]]:
    """Each complaint as (id of its field, the name, sentence), as the summary of a page takes it."""
    places = {entry.found["name"]: entry.n for entry in entries}
    told = error.details.get("names")
    if not told:
        return [("", "", say(error.text.as_dict()))]
    return [
        (f"n{places[one['name']]}-{one['field']}", one["name"], say(one["text"]))
        for one in told
        if one["name"] in places
    ]


def _page(found: dict[str, Any], entries: list[Entry], problems: list[tuple[str, str, str]] | None = None) -> str:
    wrong = {at: sentence for at, _name, sentence in problems or []}
    return render_template(
        "new_names.html",
        found=found,
        parts=[(standing, [one for one in entries if one.standing == standing]) for standing in STANDINGS],
        chosen=sum(entry.choice != new_names.LATER for entry in entries),
        several=new_names.SEVERAL,
        kinds_of=new_names.kinds_of,
        labels=LABELS,
        directory=Directory.load(),
        problems=problems or [],
        wrong=wrong,
        has_wrong={at.partition("-")[0] for at in wrong},
    )


def _said(done: dict[str, Any]) -> str:
    answered = len(done["answered"])
    if not answered:
        return str(_("这些名称已经有人答复了。"))
    said = ngettext("已回答 %(num)d 个问题", "已回答 %(num)d 个问题", answered)
    added = ngettext("名录新增 %(num)d 个单位", "名录新增 %(num)d 个单位", done["added"])
    left = ngettext("还有 %(num)d 个名称没有定", "还有 %(num)d 个名称没有定", done["left"])
    if done["added"]:
        said = _("%(said)s，%(added)s", said=said, added=added)
    return str(_("%(said)s，%(left)s。", said=said, left=left) if done["left"] else _("%(said)s。", said=said))
