"""Use cases of contacts: the holder of a post enters an address, proves it by a code, and removes it."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from services.notifications.delivery import queries, store
from services.notifications.delivery.queries import Tried
from services.notifications.delivery.rhythm import Rhythm
from services.notifications.delivery.states import Channel, Purpose, Why
from shared.actor import Actor
from shared.database import Cursor
from shared.errors import Invalid
from shared.process.mail import ADDRESS
from shared.text import Text

CODE_HOLDS = dt.timedelta(minutes=30)
MOST_WRONG_CODES = 5
# Nobody's mailbox is filled by somebody else's typing.
MOST_AN_HOUR = 5

NOT_SET_UP = Text(
    "系统还没有接入邮件服务器，请联系管理员。", "No mail server is set up. Please ask your administrator."
)
NO_ADDRESS = Text(
    "这不是完整的邮箱地址，应形如 name@example.com，请核对后再填。",
    "This is no complete e-mail address. It looks like name@example.com. Please check it.",
)
TOO_MANY = Text("一小时内已经发过五次，请稍后再试。", "Five were sent within an hour. Please try again later.")
NO_CODE = Text(
    "没有有效的验证码，请重新填写邮箱，系统会再发一个。",
    "There is no valid code. Please enter the address again, and another one is sent.",
)
WRONG_CODE = Text(
    "验证码不对，请按邮件里的六位数字填写。", "This is not the code. Please type the six digits of the mail."
)
NO_CONTACT = Text("请先填写邮箱，再选多久发一次。", "Please enter an address first, then choose how often.")
NOT_PROVEN = Text("请先填写邮箱并完成验证。", "Please enter an address and prove it first.")


def own(cur: Cursor, actor: Actor, *, is_set_up: bool) -> dict[str, Any]:
    """An OwnContact answer."""
    found = queries.contact(cur, actor.person_id, Channel.MAIL)
    return {
        "is_set_up": is_set_up,
        "address": found.address if found else None,
        "language": found.language if found else "zh",
        "rhythm": (found.rhythm if found else Rhythm.DAILY).value,
        "is_proven": found is not None and found.verified_at is not None,
        "complaint": None,
        "code": _tried(queries.newest(cur, actor.person_id, Channel.MAIL, Purpose.CODE)),
        "test": _tried(queries.newest(cur, actor.person_id, Channel.MAIL, Purpose.TEST)),
    }


def enter(cur: Cursor, actor: Actor, address: str, language: str, now: dt.datetime) -> None:
    """Keep the address and send it a code. Invalid for what is no address, and for too many in an hour."""
    if not ADDRESS.fullmatch(address):
        raise Invalid.of_fields({"address": NO_ADDRESS})
    _count(cur, actor, now)
    code = f"{secrets.randbelow(10**6):06}"
    store.enter_contact(
        cur, actor.person_id, Channel.MAIL, address=address, language=language, code=code, until=now + CODE_HOLDS
    )
    store.cancel_planned(cur, [actor.person_id], Why.NO_CONTACT, now)
    store.plan_now(cur, actor.person_id, Channel.MAIL, Purpose.CODE, now)


def prove(cur: Cursor, actor: Actor, typed: str, now: dt.datetime) -> Text | None:
    """Let the contact be used when the code is right; else what is wrong, which is counted."""
    found = queries.contact(cur, actor.person_id, Channel.MAIL)
    if found is None or found.code is None or found.code_until is None or found.code_until <= now:
        return NO_CODE
    if not secrets.compare_digest(found.code.encode(), typed.encode()):
        store.count_wrong_code(cur, actor.person_id, Channel.MAIL, most=MOST_WRONG_CODES)
        return WRONG_CODE
    store.prove_contact(cur, actor.person_id, Channel.MAIL, now)
    return None


def choose(cur: Cursor, actor: Actor, language: str, rhythm: Rhythm) -> None:
    """Keep in which language and how often the post wants mail. Invalid without an address."""
    if not store.choose(cur, actor.person_id, Channel.MAIL, language=language, rhythm=rhythm):
        raise Invalid(NO_CONTACT)


def remove(cur: Cursor, actor: Actor, now: dt.datetime) -> None:
    """Forget the address; what was planned for it is cancelled."""
    store.remove_contacts(cur, [actor.person_id])
    store.cancel_planned(cur, [actor.person_id], Why.NO_CONTACT, now)


def test(cur: Cursor, actor: Actor, now: dt.datetime) -> None:
    """Send a test to the proven address. Invalid without one, and for too many in an hour."""
    found = queries.contact(cur, actor.person_id, Channel.MAIL)
    if found is None or found.verified_at is None:
        raise Invalid(NOT_PROVEN)
    _count(cur, actor, now)
    store.plan_now(cur, actor.person_id, Channel.MAIL, Purpose.TEST, now)


def _count(cur: Cursor, actor: Actor, now: dt.datetime) -> None:
    if queries.asked_for_since(cur, actor.person_id, now - dt.timedelta(hours=1)) >= MOST_AN_HOUR:
        raise Invalid(TOO_MANY)


def _tried(found: Tried | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"state": found.state.value, "answer": found.answer, "at": found.changed_at.isoformat()}
