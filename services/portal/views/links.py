"""Links of letters: opening one without signing in, the questions before it, and which of them still open."""

from __future__ import annotations

import logging

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from services.portal import by_link, filters, held_up, rate_limits, sessions
from services.portal.by_link import DIGITS, UNKNOWN, Looked
from services.portal.clients import ask, tell
from services.portal.forms.fields import number_or_none
from services.portal.forms.links import DigitsForm
from services.portal.measuring import LINK_OPENINGS
from services.portal.problems import problem_page, stay
from shared.errors import Invalid, NotFound

pages = Blueprint("links", __name__)
log = logging.getLogger(__name__)

GONE, TOO_MANY = 410, 429


@pages.get("/l/<token>")
def open_link(token: str) -> ResponseReturnValue:
    """Open a link. Whatever asks, and however often, nothing is written here; robots that make previews ask, too."""
    if not rate_limits.may_ask(by_link.hash_of(token)):
        return _too_many()
    found = by_link.look_at(token)
    if found.link is None:
        return _refused(found.standing)
    if _is_signed_in_as(found.link.person_id):
        _note("signed_in", person_id=found.link.person_id)
        return redirect(url_for("duties.mine"), 303)
    if _is_another(found.link.person_id) or not found.link.is_proven:
        by_link.keep_asked(token)
        return redirect(url_for("links.asked"), 303)
    return _go_on(token, found)


@pages.get("/link")
def asked() -> ResponseReturnValue:
    """Ask before going on: as whom, where somebody else is signed in here, or for the digits of the phone."""
    token = by_link.asked()
    if not token:
        return redirect(url_for("entry.home"))
    found = by_link.look_at(token)
    if found.link is None:
        return _refused(found.standing)
    return _question(found, DigitsForm(formdata=None))


@pages.post("/link/enter")
def enter() -> ResponseReturnValue:
    """Go on under the link; whoever is signed in here is signed out."""
    token = by_link.asked()
    found = by_link.look_at(token)
    if found.link is None:
        return _refused(found.standing)
    sessions.end()
    by_link.end()
    if found.link.is_proven:
        return _go_on(token, found)
    by_link.keep_asked(token)
    return redirect(url_for("links.asked"))


@pages.post("/link/digits")
def digits() -> ResponseReturnValue:
    """The last four digits of the post's phone, which whoever picked up the letter alone does not know."""
    token, form = by_link.asked(), DigitsForm()
    if not form.validate():
        return _question(by_link.look_at(token), form)
    answer = tell("notifications", "prove_link", link_hash=by_link.hash_of(token), digits=form.digits.data)
    # A process of the release before does not say which attempt made the link void.
    if holder := answer.get("made_void"):
        held_up.note_once("digits", by_link.hash_of(token), person_id=holder)
    found = by_link.looked(token, answer)
    if found.link is None:
        return _refused(found.standing)
    if found.link.is_proven:
        by_link.note_proof(token)
        return _go_on(token, found)
    form.digits.errors = [filters.say(answer["complaint"])] if answer["complaint"] else []
    form.refuse(())
    return _question(found, form)


@pages.get("/links")
def listing() -> ResponseReturnValue:
    """Which links still open, and of which posts."""
    return _page()


@pages.post("/links/void")
def void() -> ResponseReturnValue:
    """Make void one link, all of a post, or all there are."""
    link_id, person_id = number_or_none(request.form.get("link_id")), number_or_none(request.form.get("person_id"))
    try:
        done = tell(
            "notifications",
            "revoke_links",
            link_id=link_id,
            person_id=person_id,
            all="all" in request.form,
            reason=request.form.get("reason", ""),
        )
    except Invalid as error:
        stay(_field(link_id, person_id), error, page="links.listing")
        return _page(), error.status
    flash(_say_void(done["links"]))
    return redirect(url_for("links.listing"))


@pages.post("/links/ask-digits")
def ask_digits() -> ResponseReturnValue:
    """Decide whether the digits of the phone are asked for."""
    try:
        tell(
            "notifications",
            "ask_link_digits",
            asks_digits=request.form.get("asks_digits") == "yes",
            version=number_or_none(request.form.get("version")),
            reason=request.form.get("reason", ""),
        )
    except Invalid as error:
        stay("digits", error, page="links.listing")
        return _page(), error.status
    flash(_("已保存。"))
    return redirect(url_for("links.listing"))


@pages.post("/contact/void-links")
def void_own() -> ResponseReturnValue:
    """Make void all links of the own post."""
    flash(_say_void(tell("notifications", "void_own_links")["links"]))
    return redirect(url_for("contacts.own"))


def _page() -> str:
    found = ask("notifications", "list_links", page=max(1, request.args.get("page", 1, type=int)))
    return render_template("links.html", found=found)


def _field(link_id: int | None, person_id: int | None) -> str:
    """The id of the field for the reason, on the page."""
    if link_id is not None:
        return f"void-{link_id}"
    return "void-all" if person_id is None else f"void-post-{person_id}"


def _say_void(links: int) -> str:
    if not links:
        return str(_("没有还能打开的链接。"))
    return str(ngettext("%(num)d 个链接已作废。", "%(num)d 个链接已作废。", links))


def _question(found: Looked, form: DigitsForm) -> ResponseReturnValue:
    if found.link is None:
        return _refused(found.standing)
    is_another = _is_another(found.link.person_id)
    return render_template("link_asked.html", form=form, is_another=is_another), form.status


def _go_on(token: str, found: Looked) -> ResponseReturnValue:
    _note("opened", person_id=found.link.person_id if found.link else None)
    by_link.begin(token)
    return redirect(url_for("duties.mine"), 303)


def _refused(standing: str) -> ResponseReturnValue:
    if standing == UNKNOWN and not rate_limits.may_be_unknown():
        return _too_many()
    _note(standing)
    way = (_("登录"), url_for("entry.sign_in"))
    status = NotFound.status if standing == UNKNOWN else GONE
    return problem_page(status, _("链接不能用"), [by_link.words_of(standing)], way=way, is_alone=True)


def _too_many() -> ResponseReturnValue:
    _note("too_many")
    # Where clients are not known, that anybody is held up: who makes up tokens must not fill the log.
    held_up.note_once("link", rate_limits.client() or "somebody")
    return problem_page(TOO_MANY, _("打开得太频繁"), [_("请过一分钟再点开链接，或者登录。")], is_alone=True)


def _is_signed_in_as(person_id: int) -> bool:
    return g.person_id == person_id and g.get("link") is None


def _is_another(person_id: int) -> bool:
    return g.person_id is not None and g.person_id != person_id


def _note(outcome: str, *, person_id: int | None = None) -> None:
    """Count and log an opening; the token stands nowhere."""
    LINK_OPENINGS.labels(outcome).inc()
    level = logging.INFO if outcome in {"opened", "signed_in", DIGITS} else logging.WARNING
    log.log(level, "link opened", extra={"outcome": outcome, "person_id": person_id})
