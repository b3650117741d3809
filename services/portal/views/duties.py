"""What a unit owes: the list by light, one duty with all that may be done with it, several marked done at once."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from services.portal import filters, resume
from services.portal.clients import ask, tell
from services.portal.compare import Difference
from services.portal.duty_groups import group_duties
from services.portal.problems import conflict_page, sentences_of
from services.portal.searching import Search
from services.portal.ticks import ticked_duties
from services.portal.views.entry import is_own_path
from shared.errors import MALFORMED, Invalid
from shared.light import Light
from shared.text import Text

pages = Blueprint("duties", __name__)

# Sixty lines fit into a page of 60 KB; those further off are one link away.
FIRST_LINES = 60
ALL_LINES = 200

NOTHING_TICKED = Text("请先勾选已经完成的责任。", "Please tick the duties that are done first.")

# What a person may do with a duty: the page's word in the address, the operation, and the field it needs.
ACTIONS: dict[str, tuple[str, str | None]] = {
    "note": ("note_progress", "text"),
    "blocker": ("report_blocker", "reason"),
    "clear-blocker": ("clear_blocker", None),
    "waiver": ("ask_waiver", "reason"),
    "reopen": ("reopen_duty", None),
    "accept": ("accept_duty", None),
    "return": ("return_duty", "reason"),
    "grant": ("grant_waiver", None),
    "refuse": ("refuse_waiver", "reason"),
    "answer": ("answer_blocker", "reason"),
}


@pages.get("/duties")
def mine() -> ResponseReturnValue:
    """What the own unit owes."""
    return _list_page()


@pages.get("/duties/units")
def units() -> ResponseReturnValue:
    """The own unit and those below it, where they are too many to be listed beside the duties."""
    search = Search.of_request()
    found = ask("tasks", "find_units", text=search.text, below_id=g.person.unit_id, is_active=True, page=search.page)
    return render_template("duty_units.html", found=found, search=search)


def _list_page(problems: list[str] | None = None) -> str:
    light = request.args.get("light")
    everything = bool(light) or "all" in request.args
    found = ask(
        "tasks",
        "my_duties",
        unit_id=request.args.get("unit", type=int),
        light=light if light in set(Light) else None,
        limit=ALL_LINES if everything else FIRST_LINES,
    )
    counts = {light: found["counts"].get(light, 0)} if light else found["counts"]
    groups = group_duties(found["duties"], found["today"], counts)
    left_out = 0 if everything else max(0, sum(found["counts"].values()) - len(found["duties"]))
    return render_template(
        "duties.html",
        found=found,
        groups=groups,
        light=light,
        left_out=left_out,
        unsigned=_unsigned(found),
        problems=problems or [],
        typed=request.form,
    )


def _unsigned(found: dict[str, Any]) -> list[int]:
    """The duties on the page that the person's own unit has not signed for."""
    if found["unit"]["unit_id"] != g.person.unit_id:
        return []
    return [duty["duty_id"] for duty in found["duties"] if duty["state"] == "issued"]


@pages.post("/duties/done")
def mark_done() -> ResponseReturnValue:
    """Mark one or several done; a stale one leads to both versions side by side."""
    try:
        answer = _submit()
    except Invalid as error:
        return _list_page(sentences_of(error)), error.status
    outcomes = Counter(result["outcome"] for result in answer["results"])
    if outcomes["conflict"]:
        return _ask_again(answer)
    for sentence in _summary(outcomes):
        flash(sentence)
    back = request.form.get("back", "")
    return redirect(back if is_own_path(back) else url_for("duties.mine"))


@pages.post("/duties/sign")
def sign_for() -> ResponseReturnValue:
    """Sign for the duties that the page showed as new."""
    ids = request.form.get("duty_ids", "").split(",")
    if not all(one.isdecimal() for one in ids):
        raise Invalid(MALFORMED)
    signed = len(tell("tasks", "acknowledge_duties", duty_ids=[int(one) for one in ids])["duties"])
    if signed:
        flash(ngettext("%(num)d 项已签收。", "%(num)d 项已签收。", signed))
    else:
        flash(_("此前已经签收。"))
    back = request.form.get("back", "")
    return redirect(back if is_own_path(back) else url_for("duties.mine"))


@pages.get("/duties/<int:duty_id>")
def one(duty_id: int) -> ResponseReturnValue:
    """One duty with all that may be done with it."""
    return _duty_page(duty_id)


@pages.post("/duties/<int:duty_id>/<action>")
def act(duty_id: int, action: str) -> ResponseReturnValue:
    """Do one thing with a duty, and return to where the person came from."""
    if action not in ACTIONS:
        raise Invalid(MALFORMED)
    operation, field = ACTIONS[action]
    params: dict[str, Any] = {"duty_id": duty_id}
    if action != "note":
        params["version"] = request.form.get("version", type=int)
    if field is not None:
        params[field] = request.form.get(field, "")
    try:
        tell("tasks", operation, **params)
    except Invalid as error:
        return _duty_page(duty_id, action=action, problems=sentences_of(error)), error.status
    flash(_done_words()[action])
    back = request.form.get("back", "")
    return redirect(back if is_own_path(back) else url_for("duties.one", duty_id=duty_id))


def _duty_page(duty_id: int, *, action: str = "", problems: list[str] | None = None) -> str:
    back = request.values.get("back", "")
    back = back if is_own_path(back) else ""
    duty = ask("tasks", "get_duty", duty_id=duty_id)
    return render_template(
        "duty.html", duty=duty, action=action, problems=problems or [], typed=request.form, back=back
    )


def _submit() -> dict[str, Any]:
    duties = ticked_duties("duties")
    if not duties:
        raise Invalid(NOTHING_TICKED)
    return tell("tasks", "submit_duties", duties=duties, note=request.form.get("note", ""))


def _ask_again(answer: dict[str, Any]) -> ResponseReturnValue:
    stale = {result["duty_id"] for result in answer["results"] if result["outcome"] == "conflict"}
    duties = [duty for duty in answer["duties"] if duty["duty_id"] in stale]
    lines = [
        Difference(f"{duty['unit']['name']} {duty['item']}", filters.light_in_words(duty), _("标为完成"))
        for duty in duties
    ]
    kept = resume.keep_form()
    sentence = ngettext(
        "%(num)d 项在您打开页面之后有变化，没有改动；其余的已经标为完成。",
        "%(num)d 项在您打开页面之后有变化，没有改动；其余的已经标为完成。",
        len(duties),
    )
    return conflict_page(kept, duties, lines, sentence)


def _summary(outcomes: Counter[str]) -> list[str]:
    sentences = []
    if outcomes["done"]:
        sentences.append(ngettext("%(num)d 项已完成。", "%(num)d 项已完成。", outcomes["done"]))
    if outcomes["submitted"]:
        waiting = outcomes["submitted"]
        sentences.append(
            ngettext("%(num)d 项已提交，等待牵头单位审核。", "%(num)d 项已提交，等待牵头单位审核。", waiting)
        )
    if outcomes["already"]:
        sentences.append(ngettext("%(num)d 项此前已经提交。", "%(num)d 项此前已经提交。", outcomes["already"]))
    return sentences


def _done_words() -> dict[str, str]:
    return {
        "note": _("进展已记录。"),
        "blocker": _("困难已上报。"),
        "clear-blocker": _("困难已标记为解除。"),
        "waiver": _("申请已提交，等待牵头单位答复。"),
        "reopen": _("已撤回，可以修改后再提交。"),
        "accept": _("已审核通过。"),
        "return": _("已退回单位。"),
        "grant": _("已同意不适用。"),
        "refuse": _("已答复：仍需完成。"),
        "answer": _("已答复单位。"),
    }
