"""Browsers in which somebody has signed in before: a signed cookie says for whom, and by which password.

Strangers' failures do not count against who comes with one. It is worth nothing for another name, in the hands of who
cannot sign, after half a year, and once the password is another one. It lets nobody in.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import Any

from flask import after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from services.portal import cookies
from services.portal.signing_in import attempts
from services.portal.signing_in.attempts import name_digest
from shared import clock

COOKIE = "qingdan-known"
LASTING = dt.timedelta(days=180)
# A computer of an office has several people; the cookie goes along with every request.
MOST = 5


@dataclass(frozen=True, slots=True)
class Known:
    """That a name signed in here: its digest, the stamp of the password, which browser it is, and when (epoch)."""

    name: str
    stamp: str
    browser: str
    since: int


def known(name: str) -> Known | None:
    """What this browser is known by to the name."""
    of_name = _short(name)
    return next((one for one in _carried() if one.name == of_name), None)


def remember(name: str, stamp: str) -> None:
    """Let this browser be known to the name from the answer on."""
    before = known(name)
    browser = before.browser if before else secrets.token_urlsafe(12)
    one = Known(_short(name), stamp, browser, int(clock.now().timestamp()))
    _answer_with([*(other for other in _carried() if other.name != one.name), one][-MOST:])


def forget(name: str) -> None:
    """Let this browser be known to the name no more."""
    _answer_with([other for other in _carried() if other.name != _short(name)])


def mark_of(address: str) -> str:
    """What tells one address from another in the log; "" without one."""
    return attempts.mark_of(attempts.address_digest(secret(), address)) if address else ""


def _carried() -> list[Known]:
    """Those that are not too old; none of a cookie that no portal signed."""
    try:
        found: Any = _signer().loads(request.cookies.get(cookies.name_of(COOKIE), ""))
    except BadSignature:
        return []
    oldest = clock.now().timestamp() - LASTING.total_seconds()
    return [one for one in (Known(*each) for each in found) if one.since > oldest]


def _answer_with(carried: list[Known]) -> None:
    value = _signer().dumps([[one.name, one.stamp, one.browser, one.since] for one in carried])

    @after_this_request
    def _set(response: Response) -> Response:
        response.set_cookie(
            cookies.name_of(COOKIE),
            str(value),
            max_age=LASTING,
            path="/",
            secure=cookies.are_secure(),
            httponly=True,
            # The form to sign in is sent by a page of ours alone.
            samesite="Strict",
        )
        return response


def _short(name: str) -> str:
    return name_digest(secret(), name).hex()[:24]


def secret() -> bytes:
    """The key of the portals."""
    key = current_app.secret_key
    return key.encode() if isinstance(key, str) else bytes(key or b"")


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(secret(), salt="known-browser")
