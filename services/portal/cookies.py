"""How the cookies of this site are called, and the one that is signed for the session.

Behind TLS a name begins with `__Host-`: a browser takes such a cookie from this very host alone, over TLS, for all of
its pages. Over plain HTTP, as on an office's own network, no browser would keep it.
"""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Flask, current_app
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask.wrappers import Request, Response
from itsdangerous import BadSignature

HOST = "__Host-"
SESSION = "qingdan"
# What the session under the new name knows of the one under the old name that went out with it.
_TWIN = "twin"


def are_secure() -> bool:
    """Whether the site is reached by TLS only."""
    return bool(current_app.config["SESSION_COOKIE_SECURE"])


def name_of(cookie: str) -> str:
    """By which a cookie of this site travels."""
    return f"{HOST}{cookie}" if are_secure() else cookie


class Sessions(SecureCookieSessionInterface):
    """The session behind TLS under both names, for the length of one release.

    A process of the release before reads and writes the old name alone. What it wrote is known by not being the twin of
    what lies under the new name, and is taken then: whoever signs in or out there has done so here. No clocks of two
    processes are compared for it. With the next release the old name goes, and with it the way for another host of the
    same domain to slip a cookie in.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of this browser; an empty one without a cookie that is signed by the portals."""
        old = request.cookies.get(SESSION)
        new = self._read(app, request.cookies.get(f"{HOST}{SESSION}")) if are_secure() else None
        if new is None:
            session = super().open_session(app, request)
            if session and are_secure():
                # It moves to the new name with the first answer.
                session.modified = True
            return session
        twin = new.pop(_TWIN, None)
        if old is not None and twin != _digest(old):
            return super().open_session(app, request)
        return self.session_class(new)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookies, or take them away where nothing is left to hold."""
        if not are_secure():
            super().save_session(app, session, response)
            return
        if session.accessed:
            response.vary.add("Cookie")
        if not session.modified:
            return
        response.vary.add("Cookie")
        options: dict[str, Any] = {
            "path": "/",
            "secure": True,
            "httponly": self.get_cookie_httponly(app),
            "samesite": self.get_cookie_samesite(app),
        }
        if not session:
            for name in (SESSION, f"{HOST}{SESSION}"):
                response.delete_cookie(name, **options)
            return
        old = self._sign(app, dict(session))
        response.set_cookie(SESSION, old, **options)
        response.set_cookie(f"{HOST}{SESSION}", self._sign(app, {**session, _TWIN: _digest(old)}), **options)

    def _read(self, app: Flask, value: str | None) -> dict[str, Any] | None:
        signer = self.get_signing_serializer(app)
        if signer is None or not value:
            return None
        try:
            found = signer.loads(value, max_age=int(app.permanent_session_lifetime.total_seconds()))
        except BadSignature:
            return None
        return dict(found)

    def _sign(self, app: Flask, held: dict[str, Any]) -> str:
        signer = self.get_signing_serializer(app)
        return "" if signer is None else str(signer.dumps(held))


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:16]
