"""Use cases of signing in and out, and of the own password.

How often a name may be tried is counted by the portal, which knows browsers and addresses; here nobody is locked out of
signing in. Only a portal of the release before does not say that it counts: then five failures lock, as they did.
"""

from __future__ import annotations

import datetime as dt
import os
import threading
from enum import Enum
from typing import Any, NamedTuple

from services.tasks.audit import store as audit
from services.tasks.directory import passwords, queries, store
from services.tasks.directory.accounts import names_kept_of
from services.tasks.directory.people import NO_PASSWORD, person_with_id
from services.tasks.directory.queries import Person
from services.tasks.directory.store import Counted
from shared import clock
from shared.calling import refusals
from shared.calling.calls import Context
from shared.calling.service import Offload
from shared.database import Cursor, Database
from shared.errors import Forbidden, Invalid, SignInRefused, TryAgain
from shared.limits import SERVICE
from shared.text import Text
from shared.workdays import SHANGHAI

# Typing errors are fewer; guessing gets nowhere with five in a quarter of an hour.
MOST_FAILURES = 5
LOCKED_FOR = dt.timedelta(minutes=15)

WRONG = Text(
    "登录名或密码不正确，请重新输入。", "The sign-in name or the password is not right. Please type them again."
)
OLD_IS_WRONG = Text("原密码不正确，请重新输入。", "The old password is not right. Please type it again.")
SAME_PASSWORD = Text("新密码和原密码相同，请换一个。", "The new password equals the old one. Please choose another.")
# As the log says it.
HELD_UP = {
    "sign_in": "登录试得太频繁，没有核对密码。",
    "password": f"原密码连续{MOST_FAILURES}次不正确，一刻钟内不再核对。",
    "link": "打开消息里的链接太频繁，没有受理。",
    "digits": "手机号后四位连续5次不符，链接已作废。",
    "code": "联系方式的验证码连续5次不对，已作废。",
    "messages": "一小时内发出的验证码和测试消息太多，没有再发。",
}
TOO_MANY = Text(
    "现在同时登录的人太多，这次没有核对密码。请过一会儿再试。",
    "Too many people are signing in at the moment and the password was not looked at. Please try again in a moment.",
)


class Turns:
    """Hashing by turns: half of the processors at most, so that whoever is signed in does not wait for strangers.

    It is called as an `offload`. TryAgain when no turn came in time.
    """

    def __init__(self, offload: Offload, at_once: int | None = None) -> None:
        self._offload = offload
        self._free = threading.Semaphore(at_once or max(1, len(os.sched_getaffinity(0)) // 2))

    def __call__(self, *work: Any) -> Any:
        if not self._free.acquire(timeout=SERVICE.password_turn):
            raise TryAgain(TOO_MANY)
        try:
            return self._offload(*work)
        finally:
            self._free.release()


class Outcome(Enum):
    """What a typed password came to."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"
    # The password is another one since that browser was given what it is known by.
    STRANGER = "stranger"


class Compared(NamedTuple):
    """What a typed password came to, and the account as it was then; None when nobody is called so."""

    outcome: Outcome
    person: Person | None


def compare(database: Database, attempts: Database, hashing: Offload, params: dict[str, Any]) -> Compared:
    """Look whether the password is that of the name; before the call's transaction, which then holds no connection.

    An unknown name costs the same work as a wrong password.
    """
    with database.transaction() as cur:
        person = queries.person_signing_in_as(cur, names_kept_of(params["name"]))
    stamp = params["stamp"]
    if stamp is not None and (person is None or passwords.stamp_of(person.password_hash) != stamp):
        return Compared(Outcome.STRANGER, person)
    if not params["is_counted"] and _count_attempt(attempts, person.id if person else 0) is None and person:
        return Compared(Outcome.LOCKED, person)
    known_hash = person.password_hash if person else passwords.NOBODYS_HASH
    is_right = hashing(passwords.is_right, known_hash, params["password"])
    return Compared(Outcome.RIGHT if is_right else Outcome.WRONG, person)


def sign_in(cur: Cursor, context: Context, attempts: Database, compared: Compared) -> Person:
    """Return the person whose password was right, and put it on record.

    SignInRefused with one sentence for an unknown name, a wrong password and a closed account; with details.is_stranger
    when nothing was compared because the browser is known by a password that is none any more.
    """
    if compared.outcome is Outcome.STRANGER:
        raise SignInRefused(WRONG, {"is_stranger": True})
    before = compared.person
    person = queries.person(cur, before.id) if before else None
    is_same = before and person and before.password_hash == person.password_hash
    if compared.outcome is not Outcome.RIGHT or person is None or not is_same or not person.is_active:
        raise _refused(cur, context, attempts, person, is_locked=compared.outcome is Outcome.LOCKED)
    store.clear_failures(cur, person.id)
    audit.record_for(
        cur,
        queries.signature(cur, person.id),
        "person.signed_in",
        subject=person.sign_in_name,
        correlation_id=context.correlation_id,
    )
    return person


def note_held_up(
    cur: Cursor,
    context: Context,
    attempts: Database,
    *,
    what: str,
    name: str | None,
    person_id: int | None,
    mark: str,
) -> None:
    """Record that an account, a post, or whoever comes from one address, is held up for trying too often."""
    if name:
        person = queries.person_signing_in_as(cur, names_kept_of(name))
        person_id = person.id if person else None
    of_address = "来自同一地址的" if what == "sign_in" and not name else ""
    from_where = f"来源标记 {mark}。" if mark else ""
    _record_held_up(context, attempts, person_id, f"{of_address}{HELD_UP[what]}{from_where}")


def _record_held_up(context: Context, attempts: Database, person_id: int | None, reason: str) -> None:
    refusals.record(
        attempts,
        operation="note_held_up",
        person_id=person_id,
        signature=queries.signature,
        reason=reason,
        correlation_id=context.correlation_id,
    )


def _count_attempt(attempts: Database, person_id: int) -> Counted | None:
    now = clock.now()
    with attempts.transaction() as counting:
        return store.count_attempt(counting, person_id, now, most=MOST_FAILURES, locked_until=now + LOCKED_FOR)


def _refused(
    cur: Cursor, context: Context, attempts: Database, person: Person | None, *, is_locked: bool
) -> SignInRefused:
    """Record the refusal; the name that was typed is not kept, it may be a password."""
    locked_until = person_with_id(cur, person.id).locked_until if person and is_locked else None
    text = _locked(locked_until) if locked_until else WRONG
    refusals.record(
        attempts,
        operation="sign_in",
        person_id=person.id if person else None,
        signature=queries.signature,
        reason=text.zh,
        correlation_id=context.correlation_id,
    )
    return SignInRefused(text)


def _locked(until: dt.datetime) -> Text:
    time = until.astimezone(SHANGHAI).strftime("%H:%M")
    return Text(
        f"密码连续{MOST_FAILURES}次不正确，要到{time}才能再试。急用请联系系统管理员。",
        f"{MOST_FAILURES} attempts in a row failed; the next one is possible at {time}. "
        "If it is urgent, please ask the administrator.",
    )


def change_password(cur: Cursor, context: Context, attempts: Database, hashing: Offload, params: dict[str, Any]) -> str:
    """Set a new password and return its stamp.

    After five wrong old ones in a row no further one is looked at for a quarter of an hour, which is on record: a
    session left open is no way to guess it. Signing in goes on meanwhile, or whoever finds a session open would lock
    its owner out.
    """
    person = person_with_id(cur, context.signed_in.person_id)
    if person.same_as is not None:
        raise Forbidden(NO_PASSWORD)
    counted = _count_attempt(attempts, person.id)
    if counted is None:
        locked_until = person_with_id(cur, person.id).locked_until
        raise Invalid.of_fields({"old": _locked(locked_until) if locked_until else OLD_IS_WRONG})
    if not hashing(passwords.is_right, person.password_hash, params["old"]):
        if counted.locked_until:
            _record_held_up(context, attempts, person.id, HELD_UP["password"])
        raise Invalid.of_fields({"old": OLD_IS_WRONG})
    with attempts.transaction() as counting:
        store.clear_failures(counting, person.id)
    new = passwords.as_kept(params["new"])
    weakness = passwords.weakness(new, person.sign_in_name)
    if weakness is None and new == passwords.as_kept(params["old"]):
        weakness = SAME_PASSWORD
    if weakness:
        raise Invalid.of_fields({"new": weakness})
    password_hash: str = hashing(passwords.hash_password, new)
    store.set_password(cur, person.id, password_hash, must_change=False)
    audit.record(cur, context, "person.password_changed", subject=person.sign_in_name)
    return passwords.stamp_of(password_hash)


def sign_out(cur: Cursor, context: Context) -> None:
    """Put on record that the person signs out."""
    person = person_with_id(cur, context.signed_in.person_id)
    audit.record(cur, context, "person.signed_out", subject=person.sign_in_name)
