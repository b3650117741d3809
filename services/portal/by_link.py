"""Who came by the link of a letter and did not sign in: what the browser holds, what is open to them, what ends it.

The signed cookie carries the link's token and the portal keeps nothing, so opening one writes nothing anywhere. Each
request asks notifications anew what the token is worth. The services narrow what may be done; this narrows the pages.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from services.portal import resume, security
from services.portal.clients import ask
from services.portal.link_pages import PAGES
from services.portal.person import Person
from shared import clock
from shared.actor import UNIT_ROLES, Role
from shared.errors import Forbidden

# As with a session: office PCs are shared, and left alone.
IDLE = dt.timedelta(minutes=15)
GOOD, DIGITS, UNKNOWN = "good", "digits", "unknown"
# What of its own the cookie holds.
_TOKEN, _PROVEN, _SEEN, _ASKED = "link", "link_proven", "link_seen", "link_asked"


@dataclass(frozen=True, slots=True)
class Link:
    """What notifications says of a token that opens; `is_proven` once nothing else is asked for."""

    person_id: int
    holder: int
    unit_id: int
    expires_at: str
    is_proven: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """What a token is worth, in a word of the service, and whose it is while it opens."""

    standing: str
    link: Link | None


def install(app: Flask) -> None:
    """Let the pages know whether they are shown to somebody who did not sign in."""
    app.context_processor(lambda: {"by_link": g.get("link"), "open_by_link": _is_open, "path_of": path_of})


def path_of(*, with_query: bool = True) -> str | None:
    """Where the request went, for the address of another page; None where that is a secret."""
    if request.endpoint in security.OF_TOKEN:
        return None
    return request.full_path.rstrip("?") if with_query else request.path


def hash_of(token: str) -> str:
    """By which the services know a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def look_at(token: str) -> Looked:
    """Ask what a token is worth now; nothing is written."""
    return looked(token, ask("notifications", "look_at_link", link_hash=hash_of(token)))


def looked(token: str, answer: dict[str, Any]) -> Looked:
    """The same of an answer; whose digits were typed in this browser is proven."""
    standing, found = answer["standing"], answer["link"]
    if standing == DIGITS and session.get(_PROVEN) == hash_of(token):
        standing = GOOD
    if found is None:
        return Looked(standing, None)
    link = Link(found["person_id"], found["holder"], found["unit_id"], found["expires_at"], standing == GOOD)
    return Looked(standing, link)


def keep_asked(token: str) -> None:
    """Hold a token until a question about it is answered, so that the page that asks has an address without it."""
    session[_ASKED] = token


def asked() -> str:
    """The token about which there is a question, or ""."""
    return str(session.get(_ASKED, ""))


def note_proof(token: str) -> None:
    """The digits were right: in this browser they are not asked for again."""
    session[_PROVEN] = hash_of(token)


def begin(token: str) -> None:
    """Go on under the link in this browser."""
    session.pop(_ASKED, None)
    session[_TOKEN], session[_SEEN] = token, _now()
    # As at signing in: a token against forged forms that was handed out before must not hold afterwards.
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)


def in_use() -> tuple[str, bool] | None:
    """The hash of this browser's token, and whether its digits were typed here; None without one. It asks nobody."""
    token = session.get(_TOKEN)
    if token is None:
        return None
    session[_SEEN] = _now()
    return hash_of(token), session.get(_PROVEN) == hash_of(token)


def end() -> None:
    """Forget the link here; elsewhere it goes on opening."""
    for name in (_TOKEN, _SEEN, _ASKED, _PROVEN):
        session.pop(name, None)


def recognise() -> Link | None:
    """The link of this browser, if it still opens; else it is forgotten, and `why_forgotten` says why."""
    token = session.get(_TOKEN)
    if token is None:
        return None
    if _now() - int(session.get(_SEEN, 0)) > IDLE.total_seconds():
        end()
        g.why_forgotten = _("超过 15 分钟没有操作，请重新点开消息里的链接，或者登录。")
        return None
    found = look_at(token)
    if found.link is None or not found.link.is_proven:
        end()
        g.why_forgotten = words_of(found.standing)
        return None
    session[_SEEN] = _now()
    return found.link


def narrowed(person: Person) -> Person:
    """The person as the link shows them: staff of their unit, whatever else they are."""
    roles = frozenset({Role.UNIT_STAFF}) if person.roles & UNIT_ROLES else frozenset[Role]()
    return replace(person, roles=roles, posts_to_enter=0, must_change_password=False)


def words_of(standing: str) -> str:
    """Why a link does not open, and what to do."""
    words = {
        "expired": _("这个链接已过期。请打开最近一封提醒里的链接，或者登录。"),
        "revoked": _("这个链接已作废。请打开最近一封提醒里的链接，或者登录。"),
        "handed_over": _("这个岗位已移交给接任的人，原来的链接不能再用。"),
        "closed": _("这个岗位的账号已停用，链接不能再用。有疑问请联系系统管理员。"),
        "moved": _("这个岗位已调整到别的单位或不再填报，原来的链接不能再用。请登录。"),
        DIGITS: _("这个链接要核对手机号后四位，请重新点开。"),
    }
    return str(words.get(standing, _("没有这个链接。请核对地址是否完整，或者登录。")))


def refuse_page() -> Response | None:
    """The page instead of one that is not open by a link: it leads to signing in, and back."""
    if g.get("link") is None or request.endpoint in PAGES or request.endpoint is None:
        return None
    sentence = _("您是凭链接打开的，这一项要登录后才能办理。")
    if request.method != "GET":
        return resume.sign_in_and_resend(sentence)
    way = (_("登录"), f"{url_for('entry.sign_in')}?{urlencode({'back': request.full_path.rstrip('?')})}")
    html = render_template(
        "problem.html", heading=_("请先登录"), sentences=[sentence], number=g.get("correlation_id", ""), way=way
    )
    return Response(html, status=Forbidden.status, mimetype="text/html")


def _is_open(endpoint: str) -> bool:
    return g.get("link") is None or endpoint in PAGES


def _now() -> int:
    return int(clock.now().timestamp())
