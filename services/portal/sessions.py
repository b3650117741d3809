"""Signing in and out, and finding the signed-in person of a request.

The signed cookie carries a random id; the table keeps its hash. A session ends by signing out, after a quarter of an
hour without a request, and in any case after twelve hours.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, abort, current_app, flash, g, redirect, request, session, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from services.portal import by_link, remembering, resume, store, working_days
from services.portal.clients import ask, prove_first, proven, unproven
from services.portal.language import LANGUAGE_PAGE
from services.portal.person import Person
from services.portal.remembering import remembered
from services.portal.store import SignedIn
from shared.database import Database
from shared.errors import Forbidden, QingdanError, TryAgain

# Office PCs are shared, and left alone.
IDLE = dt.timedelta(minutes=15)
# A working day, however busy.
LONGEST = dt.timedelta(hours=12)
EXTENSION = "qingdan.database"
# What of the person the signed cookie holds besides the id of the session: the account and its unit.
SEEN_AS = "seen_as"

# What of the answer of `who_am_i` makes it somebody else, or one who may do something else.
LASTING = ("person_id", "holder", "unit", "roles", "must_change_password")

OF_LINKS = frozenset({"links.open_link", "links.asked", "links.enter", "links.digits"})
OPEN_PAGES = OF_LINKS | {"static", "health", "entry.sign_in", "entry.choose_language", "entry.help_page"}
# They begin with one command to the service that knows who asks, and read nothing before it.
ACTING = frozenset({"duties.mark_done", "duties.take_back", "duties.sign_for", "duties.act"})
# They show nothing of anybody, and answer when nobody can say who asks.
OF_NOBODY = frozenset({"entry.choose_language", "entry.help_page"})
BEFORE_NEW_PASSWORD = OPEN_PAGES | {"entry.change_password", "entry.sign_out"}


def install(app: Flask, database: Database, *, idle: dt.timedelta = IDLE, longest: dt.timedelta = LONGEST) -> None:
    """Find the person of every request, and keep everybody else on the open pages."""
    app.extensions[EXTENSION] = database
    app.config.update(QINGDAN_IDLE=idle, QINGDAN_LONGEST=longest)
    app.before_request(_recognise)
    app.after_request(_prove_at_last)
    remembering.install(app)


def start(person: dict[str, Any]) -> None:
    """Begin a new session for a PersonAnswer in this browser; the id of an earlier one is never reused."""
    end()
    _begin(SignedIn(person["person_id"], holder_of(person), None))


def act_as(person: dict[str, Any]) -> None:
    """Go on under the account of a post that the signed-in person stands in for; it lasts as long as the own one."""
    _begin(SignedIn(person["person_id"], holder_of(person), g.own_person_id or g.person_id), begun_at=end())


def back_to_own() -> None:
    """Go on under the own account of who stands in for somebody. Elsewhere it does nothing."""
    if g.own_person_id is not None:
        own = g.own_person_id
        g.person_id = own
        _begin(SignedIn(own, holder_of(ask("tasks", "who_am_i")), None), begun_at=end())


def holder_of(person: dict[str, Any]) -> int:
    """Which holder of the post it is; a process of the release before does not count them."""
    return int(person.get("holder", 0))


def _begin(signed_in: SignedIn, *, begun_at: dt.datetime | None = None) -> None:
    token = secrets.token_urlsafe(32)
    with database().transaction() as cur:
        store.create_session(cur, _hash(token), signed_in, begun_at=begun_at)
    session["sid"] = token
    # The page that answers is theirs already.
    g.person_id, g.holder, g.own_person_id = signed_in
    # A token against forged forms that was handed out before signing in must not hold afterwards.
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)


def end() -> dt.datetime | None:
    """Forget the session here and in the database, and return when it began. Without one it does nothing.

    Whoever came by a link goes on under it no more.
    """
    by_link.end()
    session.pop(SEEN_AS, None)
    token = session.pop("sid", None)
    if token is None:
        return None
    remembered().forget(token)
    with database().transaction() as cur:
        return store.delete_session(cur, _hash(token))


def seen_as() -> tuple[int, int] | None:
    """The person and the unit that this browser's last page was for; None when there was none."""
    seen = session.get(SEEN_AS)
    return (seen[0], seen[1]) if isinstance(seen, list) else None


def own_unit(person_id: int) -> int | None:
    """The unit of the person as the last page knew it, for when nobody can be asked; None when no page did."""
    seen = seen_as()
    return seen[1] if seen is not None and seen[0] == person_id else None


def end_others(person_id: int) -> None:
    """End the person's sessions in other browsers, after a change of password."""
    remembered().forget(session.get("sid", ""))
    with database().transaction() as cur:
        store.delete_other_sessions(cur, person_id, but=_hash(session.get("sid", "")))


def _recognise() -> Response | None:
    if request.endpoint in {"static", "health"} or (request.endpoint == LANGUAGE_PAGE and request.method == "GET"):
        return None
    if request.endpoint in OF_NOBODY:
        if not _finds_out():
            return None
    else:
        recognise()
        if g.person_id is not None:
            g.person = _remembered_person() or _load_person()
    if g.person is None:
        return None if request.endpoint in OPEN_PAGES else _to_sign_in()
    if g.link is not None:
        return by_link.refuse_page()
    if g.person.must_change_password and request.endpoint not in BEFORE_NEW_PASSWORD:
        if (proof := unproven()) is not None and request.endpoint in ACTING:
            # Another process of the portal may have taken the new one. Where that is so, the form is sent as ever.
            proof.demand()
            return None
        return lead_to_new_password()
    return None


def _finds_out() -> bool:
    """Whether it can be known who asks; `person_id` is whose session it is, as far as the portal itself knows."""
    try:
        recognise()
        if g.person_id is not None:
            g.person = _load_person()
    except TryAgain:
        if request.endpoint == LANGUAGE_PAGE and g.person_id is None:
            raise
        return False
    return True


def doubt() -> None:
    """Let a page that could not be made show nothing of the person of the page before, who was not proven to ask."""
    if unproven() is not None:
        g.person = None


def lead_to_new_password() -> Response:
    """The page to choose an own password. One that was reset while a page stood open costs nothing typed there."""
    address = url_for("entry.change_password")
    if request.method == "GET":
        return redirect(address)
    return resume.resend_page(
        resume.keep_form(),
        heading=_("请先更改密码"),
        text=_(
            "您用的是别人告知的密码，要先设置自己的。请在新窗口里更改，然后回到这里再发送一次；下面的内容还没有提交。"
        ),
        status=Forbidden.status,
        first=(_("更改密码"), address),
    )


def _of_cookie() -> SignedIn | None:
    token = session.get("sid")
    if token is None:
        return None
    config = current_app.config
    with database().transaction() as cur:
        found = store.touch_session(cur, _hash(token), idle=config["QINGDAN_IDLE"], longest=config["QINGDAN_LONGEST"])
        if found is None:
            g.has_lapsed = store.delete_session(cur, _hash(token)) is not None
            session.pop("sid", None)
    return found


def _remembered_person() -> Person | None:
    """The person of the page before, where this one only shows something, or begins with one command.

    Who it is now is asked with the first answer, or looked at by the service that carries the command out. Where that
    says anything else, a page is opened again and asks first; of a form nothing was done.
    """
    is_shown, is_acting = request.method in ("GET", "HEAD"), request.endpoint in ACTING
    token: str = session.get("sid", "")
    found = remembered().get(token) if is_shown or is_acting else None
    if found is None:
        return None
    prove_first(_StillTheSame(token, found) if is_shown else _StillThere())
    return _person_of(found)


@dataclass(frozen=True, slots=True)
class _StillTheSame:
    """The person of the page before is who asks."""

    token: str
    before: dict[str, Any]

    def demand(self) -> None:
        try:
            found = ask("tasks", "who_am_i")
        except Forbidden:
            found = {}
        proven()
        if _lasting(found) != _lasting(self.before):
            remembered().forget(self.token)
            g.person = None
            abort(redirect(request.full_path.rstrip("?")))
        if found != self.before:
            remembered().keep(self.token, found)
            g.person = _person_of(found)
        _note_seen(found)
        working_days.follow(found.get("calendar"))


@dataclass(frozen=True, slots=True)
class _StillThere:
    """Who asks may go on; as who it is by now."""

    def demand(self) -> None:
        g.person = _load_person()
        proven()
        if g.person is None:
            abort(_to_sign_in())
        if g.person.must_change_password:
            abort(lead_to_new_password())


def _lasting(found: dict[str, Any]) -> dict[str, Any]:
    """The rest changes by the day, or is how somebody is called."""
    return {name: found.get(name) for name in LASTING}


def _prove_at_last(answer: Response) -> Response:
    """For pages that asked nothing, or did without the answer."""
    proof = unproven()
    # Of a person in doubt nothing is shown.
    if proof is None or g.person is None or answer.status_code >= 500:
        return answer
    try:
        proof.demand()
    except HTTPException as changed:
        return changed.get_response()
    except QingdanError as away:
        g.person = None
        return current_app.make_response(current_app.handle_user_exception(away))
    return answer


def _load_person() -> Person | None:
    try:
        found = ask("tasks", "who_am_i")
    except Forbidden:
        # The account was closed while its session was alive.
        _forget(_("这个账号已停用，不能再用它登录。有疑问请联系系统管理员。"), has_left=True)
        return None
    if holder_of(found) != g.holder and "holder" in found:
        # The post was handed over: whoever held it before is not the person it is now.
        _forget(_("这个岗位已移交给接任的人，原来的密码不能再用。有疑问请联系系统管理员。"), has_left=True)
        return None
    working_days.follow(found.get("calendar"))
    if g.link is not None and found["unit"]["unit_id"] != g.link.unit_id:
        _forget(by_link.words_of("moved"))
        return None
    if "calendar" in found and "sid" in session:
        remembered().keep(session["sid"], found)
    _note_seen(found)
    return _person_of(found)


def _note_seen(found: dict[str, Any]) -> None:
    """Let the browser keep whom the page is for, as tasks has just said: what is sent in an outage is that unit's."""
    seen = [g.person_id, found["unit"]["unit_id"]]
    if session.get(SEEN_AS) != seen:
        session[SEEN_AS] = seen


def _person_of(found: dict[str, Any]) -> Person:
    person = Person.from_dict(found)
    return person if g.link is None else by_link.narrowed(person)


def _forget(why: str, *, has_left: bool = False) -> None:
    """End the session; the page to sign in says why. Whoever `has_left` cannot sign in here again."""
    end()
    g.person_id, g.link, g.why_forgotten, g.has_left = None, None, str(why), has_left


def _to_sign_in() -> Response:
    if request.method == "GET":
        path = request.full_path.rstrip("?") if request.path != "/" else None
        if "why_forgotten" in g:
            flash(g.why_forgotten, "refused")
            path = None
        return redirect(url_for("entry.sign_in", back=path))
    return ask_to_sign_in()


def ask_to_sign_in() -> Response:
    """A page to sign in again for who sent a form after the session had ended, whichever way it did."""
    if "why_forgotten" in g:
        return resume.sign_in_and_resend(g.why_forgotten, goes_on=not g.get("has_left", False))
    if g.get("has_lapsed"):
        return resume.sign_in_and_resend(_("超过 15 分钟没有操作，或者登录已满 12 小时，已自动退出。"))
    return resume.sign_in_and_resend(_("您已经退出登录：可能是在另一个窗口退出，或者密码、账号有变动。"))


def recognise() -> None:
    """Find the person of this request, for who must know before the pages do."""
    found = _of_cookie()
    g.person_id, g.holder, g.own_person_id = found or (None, 0, None)
    if found is None and (link := by_link.recognise()) is not None:
        g.link, g.person_id, g.holder = link, link.person_id, link.holder


def database() -> Database:
    """The portal's own."""
    return cast(Database, current_app.extensions[EXTENSION])


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
