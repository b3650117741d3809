"""What holds for every request and answer: forged-form protection, size limits, headers."""

from __future__ import annotations

from flask import Flask, current_app, g, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

from services.portal import cookies
from shared.calling.chunks import LARGEST_FILE

# Ticks for every unit of a country fit, and a body that fills the memory does not.
LARGEST_FORM_TEXT = 1024 * 1024
# A notice of 500,000 signs takes up to 2 MB. Of what is longer who reads it says so, and the form keeps it.
LARGEST_PASTE = 6 * 1024 * 1024
# A file of the largest size with the fields and the frame around it.
LARGEST_REQUEST = LARGEST_FILE + LARGEST_FORM_TEXT
ONE_YEAR = 365 * 24 * 3600

# The pages that take more, and under which name the application says how much.
OF_FILES = "evidence.add"
LARGEST_OF_FILES = "QINGDAN_LARGEST_OF_FILES"
OF_PASTES = "checklists.from_notice"

# Whose addresses are secrets.
OF_TOKEN = frozenset({"links.open_link"})

CONTENT_POLICY = (
    "default-src 'self'; script-src 'none'; style-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# The pages whose charts a script of our own makes better; all others stay without (decision 2).
OF_CHARTS = frozenset({"boards.overview", "economy.overview", "targets.one"})
CONTENT_POLICY_OF_CHARTS = CONTENT_POLICY.replace("script-src 'none'", "script-src 'self'")


def install(app: Flask, *, secure_cookies: bool, subdomains: bool = False) -> None:
    """Put what holds for every request into place. `secure_cookies` is for a site that is reached by TLS only.

    With `subdomains` browsers take the names below this host for such sites as well.
    """
    app.session_interface = cookies.Sessions()
    app.config.update(
        SESSION_COOKIE_NAME=cookies.SESSION,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure_cookies,
        QINGDAN_HSTS=f"max-age={ONE_YEAR}{'; includeSubDomains' if subdomains else ''}",
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        QINGDAN_LARGEST_OF_FILES=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM_TEXT,
        MAX_FORM_PARTS=5000,
        WTF_CSRF_TIME_LIMIT=None,
        SEND_FILE_MAX_AGE_DEFAULT=ONE_YEAR,
    )
    app.before_request(_start)
    CSRFProtect(app)
    app.after_request(dressed)


def allow_uploads(app: Flask, size: int) -> None:
    """Let the page of evidence take `size` bytes of files at once."""
    app.config[LARGEST_OF_FILES] = max(LARGEST_REQUEST, size + LARGEST_FORM_TEXT)


def largest_megabytes() -> int:
    """How much the page that this request is for takes at once."""
    largest = current_app.config[LARGEST_OF_FILES] if request.endpoint == OF_FILES else LARGEST_REQUEST
    return int((largest - LARGEST_FORM_TEXT) // 1_000_000)


def is_text_too_long() -> bool:
    """Whether what this request was refused for is what was filled in, and no file: a form without one, or all came."""
    sent, most = request.content_length, request.max_content_length
    is_within = sent is not None and most is not None and sent <= most
    return is_within or request.mimetype == "application/x-www-form-urlencoded"


def _start() -> None:
    g.person = None
    g.person_id = None
    g.own_person_id = None
    g.link = None
    if request.endpoint == OF_FILES:
        request.max_content_length = current_app.config[LARGEST_OF_FILES]
    if request.endpoint == OF_PASTES:
        request.max_form_memory_size = LARGEST_PASTE


def dressed(response: Response) -> Response:
    """The answer with the headers that all have."""
    headers = response.headers
    # A download has a stricter one.
    headers.setdefault(
        "Content-Security-Policy", CONTENT_POLICY_OF_CHARTS if request.endpoint in OF_CHARTS else CONTENT_POLICY
    )
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    # Not "no-referrer": the forged-form check over TLS needs the referrer of our own pages. An address that is a secret
    # has no form.
    headers["Referrer-Policy"] = "no-referrer" if request.endpoint in OF_TOKEN else "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    headers["X-Request-Id"] = g.get("correlation_id", "")
    if request.endpoint != "static":
        headers["Cache-Control"] = "no-store"
    if current_app.config["SESSION_COOKIE_SECURE"]:
        headers["Strict-Transport-Security"] = current_app.config["QINGDAN_HSTS"]
    return response
