"""Where the own post is reached outside the house: an address, proven by a code, and a test of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.portal import filters
from services.portal.clients import ask, tell
from services.portal.forms.contacts import AddressForm, ChoiceForm, ProofForm

pages = Blueprint("contacts", __name__)


@pages.route("/contact", methods=["GET", "POST"])
def own() -> ResponseReturnValue:
    """What is entered, what came of the newest code and test; and a form to enter or change it."""
    found = ask("notifications", "own_contact")
    form = AddressForm(address=found["address"], language=found["language"])
    if form.validate_on_submit():
        with form.taking_refusals():
            tell("notifications", "enter_contact", address=form.address.data, language=form.language.data)
            flash(_("验证码已发往这个邮箱，请查收后填在下面。"))
            return redirect(url_for("contacts.own"))
    return _page(found, form, ProofForm(formdata=None), form.status)


@pages.post("/contact/choose")
def choose() -> ResponseReturnValue:
    """In which language mails come, and how often."""
    found = ask("notifications", "own_contact")
    form = ChoiceForm()
    if form.validate():
        with form.taking_refusals():
            tell("notifications", "choose_mail", language=form.language.data, rhythm=form.rhythm.data)
            flash(_("已保存。"))
            return redirect(url_for("contacts.own"))
    return _page(found, _address(found), ProofForm(formdata=None), form.status, choice=form)


@pages.post("/contact/prove")
def prove() -> ResponseReturnValue:
    """The code that came is typed in."""
    form = ProofForm()
    if form.validate():
        found = tell("notifications", "prove_contact", code=form.code.data)
        if found["complaint"] is None:
            flash(_("邮箱已验证，以后的提醒也会发到这里。"))
            return redirect(url_for("contacts.own"))
        form.code.errors = [filters.say(found["complaint"])]
        form.refuse(())
    found = ask("notifications", "own_contact")
    return _page(found, _address(found), form, 422)


@pages.post("/contact/remove")
def remove() -> ResponseReturnValue:
    """Reminders stay in the house from now on."""
    tell("notifications", "remove_contact")
    flash(_("邮箱已删除，提醒只在“消息”里。"))
    return redirect(url_for("contacts.own"))


@pages.post("/contact/test")
def test() -> ResponseReturnValue:
    """Send a test; what came of it is on the page."""
    tell("notifications", "send_test")
    flash(_("测试邮件已排队，十几秒后刷新本页看结果。"))
    return redirect(url_for("contacts.own"))


def _address(found: dict[str, Any]) -> AddressForm:
    return AddressForm(formdata=None, address=found["address"], language=found["language"])


def _page(
    found: dict[str, Any], form: AddressForm, proof: ProofForm, status: int, *, choice: ChoiceForm | None = None
) -> ResponseReturnValue:
    # A process of the release before knows one rhythm alone.
    choice = choice or ChoiceForm(formdata=None, language=found["language"], rhythm=found.get("rhythm", "daily"))
    return render_template("contacts.html", found=found, form=form, proof=proof, choice=choice), status
