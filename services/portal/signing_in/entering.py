"""One attempt to sign in: who may try now, what the answer says, and what this browser is known by afterwards.

The answer says the same of a name that nobody has, of a wrong password and of an attempt that came too early: status,
sentence, and for how long to wait, which follows from the attempts for what was typed and not from whether it exists.
"""

from __future__ import annotations

import datetime as dt
import logging
import math
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext

from services.portal import rate_limits, sessions
from services.portal.clients import ask
from services.portal.signing_in import attempts, browsers
from services.portal.signing_in.attempts import Attempt, MustWait
from services.portal.signing_in.browsers import Known
from services.portal.signing_in.lane import CROWDED
from services.portal.signing_in.measuring import SIGN_INS
from services.portal.signing_in.store import New
from shared.calling.params import UNKNOWN_FIELD
from shared.errors import Invalid, QingdanError, SignInRefused, TryAgain
from shared.text import Text

log = logging.getLogger(__name__)

TOO_MANY = Text(
    "现在同时登录的人太多，密码没有改。请过几秒再试。",
    "Too many people are signing in, and the password was not changed. Please try again in a few seconds.",
)
# Within which a turn of hashing comes free.
MOMENT_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nobody is signed in, and in how many seconds another attempt is looked at."""

    sentence: str
    status: int
    wait: int = 0


def enter(name: str, password: str) -> dict[str, Any] | Refusal:
    """The PersonAnswer of who signs in; the caller begins the session."""
    if request.environ.get(CROWDED):
        return _crowded()
    try:
        return _enter(name, password, browsers.known(name))
    except TryAgain as error:
        if type(error) is TryAgain:
            return _crowded()
        SIGN_INS.labels("away").inc()
        sentence = _("暂时连不上，没有核对密码。登录名还在，请过一会儿再输入密码。")
        return Refusal(sentence, error.status, MOMENT_SECONDS)


def waits_until(name: str) -> dt.datetime | None:
    """Until when somebody waits who tries the name; None when nobody does."""
    return attempts.waits_until(sessions.database(), browsers.secret(), name)


def end_waits(name: str) -> None:
    """Let everybody try the name at once."""
    attempts.end_waits(sessions.database(), browsers.secret(), name)


def _enter(name: str, password: str, known: Known | None) -> dict[str, Any] | Refusal:
    attempt = attempts.begin(sessions.database(), _counters(name, known))
    if isinstance(attempt, MustWait):
        SIGN_INS.labels("must_wait").inc()
        _note(name, attempt)
        return _refused(attempt.seconds)
    try:
        person = _asked(name, password, known)
    except SignInRefused as error:
        if known and error.details.get("is_stranger"):
            attempts.not_looked_at(sessions.database(), attempt)
            browsers.forget(name)
            return _enter(name, password, None)
        SIGN_INS.labels("wrong").inc()
        return _refused(attempt.wait)
    except TryAgain:
        attempts.not_looked_at(sessions.database(), attempt)
        raise
    _let_in(name, person, attempt)
    return person


def _note(name: str, held_up: MustWait) -> None:
    """Tell the audit log; an attempt is answered all the same where that cannot be reached."""
    note = held_up.note
    if note is None:
        return
    try:
        ask("tasks", "note_held_up", what="sign_in", name=name if note.is_of_account else None, mark=note.mark)
    except QingdanError as error:
        log.warning("the audit log does not know that somebody is held up", extra={"reason": str(error)})
        attempts.not_noted(sessions.database(), note)


def _counters(name: str, known: Known | None) -> list[New]:
    secret = browsers.secret()
    if known:
        return attempts.of_browser(secret, name, known.browser)
    return attempts.of_stranger(secret, name, rate_limits.client())


def _asked(name: str, password: str, known: Known | None) -> dict[str, Any]:
    try:
        stamp = known.stamp if known else None
        return ask("tasks", "sign_in", name=name, password=password, stamp=stamp, is_counted=True)
    except Invalid as error:
        if not any(text == UNKNOWN_FIELD.as_dict() for text in (error.details.get("fields") or {}).values()):
            raise
        # A process of the release before counts by itself, and knows no stamps.
        return ask("tasks", "sign_in", name=name, password=password)


def _let_in(name: str, person: dict[str, Any], attempt: Attempt) -> None:
    try:
        attempts.succeeded(sessions.database(), attempt)
    except TryAgain as error:
        # The password was right, whatever becomes of the counters.
        log.warning("a success is not taken off the counters", extra={"reason": str(error)})
    # A process of the release before tells no stamp.
    if "stamp" in person:
        browsers.remember(name, person["stamp"])
    SIGN_INS.labels("signed_in").inc()


def _refused(wait: float) -> Refusal:
    seconds = math.ceil(wait)
    if not seconds:
        return Refusal(_("登录名或密码不正确，请重新输入。"), SignInRefused.status)
    sentence = _("登录名或密码不正确，或者试得太频繁、这次没有核对。请等 %(time)s再试。", time=_in_words(seconds))
    return Refusal(sentence, SignInRefused.status, seconds)


def _in_words(seconds: int) -> str:
    if seconds < 90:
        return str(ngettext("%(num)d 秒", "%(num)d 秒", seconds))
    minutes = math.ceil(seconds / 60)
    return str(ngettext("%(num)d 分钟", "%(num)d 分钟", minutes))


def _crowded() -> Refusal:
    SIGN_INS.labels("crowded").inc()
    sentence = _("现在同时登录的人太多，这次没有核对密码。请过几秒再试。")
    return Refusal(sentence, TryAgain.status, MOMENT_SECONDS)
