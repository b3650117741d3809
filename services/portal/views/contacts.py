"""Where the own post is reached outside the house: by each channel an address, proven by a code, and a test of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.portal import filters, held_up
from services.portal.clients import ask, tell
from services.portal.forms.contacts import MAIL, ChoiceForm, OfChannel, ProofForm, address_form
from services.portal.words import CHANNELS
from shared.errors import Invalid

pages = Blueprint("contacts", __name__)


@pages.route("/contact", methods=["GET", "POST"])
def own() -> ResponseReturnValue:
    """What is entered, what came of the newest code and test; and forms to enter or change it."""
    found = ask("notifications", "own_contact")
    if request.method != "POST":
        return _page(found)
    of_channel = _of_channel(found)
    form = address_form(_channel(), of_channel["robots"])
    if form.validate_on_submit():
        with form.taking_refusals():
            entered = {"address": form.address.data, "language": form.language.data}
            with _noting():
                tell("notifications", "enter_contact", channel=_channel(), **entered)
            flash(_("验证码已发出，请查收后填在下面。"))
            return _back()
    return _page(found, address=form)


@pages.post("/contact/choose")
def choose() -> ResponseReturnValue:
    """In which language messages come, and how often."""
    form = ChoiceForm(_channel())
    if form.validate():
        with form.taking_refusals():
            chosen = {"language": form.language.data, "rhythm": form.rhythm.data}
            tell("notifications", "choose_mail", channel=_channel(), **chosen)
            flash(_("已保存。"))
            return _back()
    return _page(ask("notifications", "own_contact"), choice=form)


@pages.post("/contact/prove")
def prove() -> ResponseReturnValue:
    """The code that came is typed in."""
    form = ProofForm(_channel())
    if form.validate():
        found = tell("notifications", "prove_contact", channel=_channel(), code=form.code.data)
        if found["complaint"] is None:
            flash(_("已验证，以后的提醒也会发到这里。"))
            return _back()
        # A process of the release before does not say which attempt was the last.
        if found.get("is_void"):
            held_up.note_once("code", str(g.person_id), person_id=g.person_id)
        form.code.errors = [filters.say(found["complaint"])]
        form.refuse(())
    return _page(ask("notifications", "own_contact"), proof=form)


@pages.post("/contact/remove")
def remove() -> ResponseReturnValue:
    """Nothing goes there from now on."""
    tell("notifications", "remove_contact", channel=_channel())
    flash(_("已删除，提醒不再发到那里。"))
    return _back()


@pages.post("/contact/test")
def test() -> ResponseReturnValue:
    """Send a test; what came of it is on the page."""
    with _noting():
        tell("notifications", "send_test", channel=_channel())
    flash(_("测试消息已排队，十几秒后刷新本页看结果。"))
    return _back()


@contextmanager
def _noting() -> Iterator[None]:
    """Put on record that somebody has too much sent."""
    try:
        yield
    except Invalid as error:
        if error.details.get("is_held_up"):
            held_up.note_once("messages", str(g.person_id), person_id=g.person_id)
        raise


def _channel() -> str:
    """The channel that a form is of; one that means nothing is that of mail."""
    asked = request.form.get("channel", MAIL)
    return asked if asked in CHANNELS else MAIL


def _back() -> ResponseReturnValue:
    return redirect(url_for("contacts.own", _anchor=_channel()))


def _of_channel(found: dict[str, Any]) -> dict[str, Any]:
    return next((one for one in found["channels"] if one["channel"] == _channel()), {"robots": []})


def _page(found: dict[str, Any], **acted: OfChannel) -> ResponseReturnValue:
    """The page; `acted` is the form that could not be carried out, by its name."""
    forms = {one["channel"]: _forms(one) for one in found["channels"]}
    for name, form in acted.items():
        if form.channel in forms:
            forms[form.channel][name] = form
    problems = [problem for form in acted.values() for problem in form.problems]
    page = render_template("contacts.html", found=found, forms=forms, problems=problems)
    return page, next((form.status for form in acted.values()), 200)


def _forms(one: dict[str, Any]) -> dict[str, OfChannel]:
    channel, language = one["channel"], one["language"]
    return {
        "address": address_form(channel, one["robots"], formdata=None, address=one["address"], language=language),
        "choice": ChoiceForm(channel, formdata=None, language=language, rhythm=one["rhythm"]),
        "proof": ProofForm(channel, formdata=None),
    }
