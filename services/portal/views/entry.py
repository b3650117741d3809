"""Signing in and out, the own password, the language, the start page and the legend."""

from __future__ import annotations

import logging
from typing import Any
from uuid import uuid4

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.portal import navigation, resume, sessions
from services.portal.clients import ask, tell
from services.portal.forms.entry import PasswordForm, SignInForm
from services.portal.signing_in import browsers, entering
from services.portal.signing_in.entering import Refusal
from services.portal.signing_in.lane import CROWDED
from services.portal.way_back import way_back
from shared.errors import QingdanError, TryAgain
from shared.own_path import own_path

log = logging.getLogger(__name__)

pages = Blueprint("entry", __name__)

# What a browser lets go of at signing out, on a computer that others use. Not "cookies": the language would go, and
# what this browser is known by, without which strangers' mistakes hold up its owner; the session ends by itself. Not
# "executionContexts": pages in other windows would load anew, and what is typed there would be lost.
LEFT_BEHIND = '"cache", "storage"'


@pages.get("/")
def home() -> ResponseReturnValue:
    """Lead on to the first page of the person's role."""
    return redirect(navigation.first_page(g.person))


@pages.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Sign in."""
    form = SignInForm(back=request.args.get("back", ""))
    if not form.validate_on_submit():
        return render_template("sign_in.html", form=form, problem=None), form.status
    found = entering.enter(form.sign_in_name.data or "", form.password.data or "")
    if isinstance(found, Refusal):
        page = render_template("sign_in.html", form=form, problem=found.sentence)
        return page, found.status, {"Retry-After": str(found.wait)} if found.wait else {}
    sessions.start(found)
    return _welcome(found["person_id"], form)


def _welcome(person_id: int, form: SignInForm) -> ResponseReturnValue:
    """Lead on to what the person wanted: the form that was left over, the page asked for, or the first page."""
    kept = resume.kept_for(person_id, form.resume.data) if form.resume.data else None
    if kept is not None:
        text = _("您已重新登录。下面是您离开前填写的内容，还没有提交。")
        return resume.resend_page(kept, heading=_("继续提交"), text=text)
    return redirect(own_path(form.back.data or "") or url_for("entry.home"))


@pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Sign out, whether or not it can be put on record."""
    try:
        if g.get("person") is not None and g.link is None:
            tell("tasks", "sign_out", command=uuid4())
    except QingdanError:
        log.warning("a sign-out is not on record", extra={"correlation_id": g.correlation_id})
    sessions.end()
    answer = redirect(url_for("entry.sign_in"))
    answer.headers["Clear-Site-Data"] = LEFT_BEHIND
    return answer


@pages.route("/password", methods=["GET", "POST"])
def change_password() -> ResponseReturnValue:
    """Change the own password."""
    form = PasswordForm()
    if form.validate_on_submit():
        with form.taking_refusals():
            if request.environ.get(CROWDED):
                raise TryAgain(entering.TOO_MANY)
            changed = tell("tasks", "change_password", old=form.old.data, new=form.new.data)
            sessions.end_others(g.person_id)
            _remember_by(changed)
            flash(_("密码已更改。其他设备上的登录已退出。"))
            return redirect(url_for("entry.home"))
    return render_template("password.html", form=form), form.status


def _remember_by(changed: dict[str, Any]) -> None:
    """Know this browser by the new password, if it was known by the old one; the release before tells no stamp."""
    if "stamp" not in changed:
        return
    try:
        name = ask("tasks", "who_am_i")["sign_in_name"]
    except TryAgain:
        # The password is changed all the same; the browser is a stranger until the next time.
        log.warning("a browser is not known by the new password", extra={"correlation_id": g.correlation_id})
        return
    if browsers.known(name):
        browsers.remember(name, changed["stamp"])


@pages.route("/language/<code>", methods=["GET", "POST"])
def choose_language(code: str) -> ResponseReturnValue:  # noqa: ARG001 - `language.py` has chosen it
    """Switch the language and stay on the page. Nothing but the browser's own cookie changes, so a link may do it.

    From a page that answers a form it comes as a form, with what was typed there.
    """
    if request.method == "GET":
        return redirect(way_back(url_for("entry.home")))
    token = request.form.get("resume", "")
    if g.person_id is None:
        form = SignInForm(formdata=None, back=request.form.get("back", ""))
        return render_template("sign_in.html", form=form, problem=None, resume=token)
    kept = resume.kept_for(g.person_id, token)
    if kept is None:
        return redirect(url_for("entry.home"))
    text = _("语言已切换。再发送一次，就回到刚才的页面。")
    return resume.resend_page(kept, heading=_("继续填写"), text=text)


@pages.get("/help")
def help_page() -> ResponseReturnValue:
    """What the lights mean."""
    return render_template("help.html")
