"""Use cases of contacts: the holder of a post says where it is reached, proves it by a code, and removes it."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from services.notifications.delivery import queries, store
from services.notifications.delivery.queries import Reach, Tried
from services.notifications.delivery.rhythm import Rhythm
from services.notifications.delivery.states import ROBOTS, Channel, Purpose, Why
from services.notifications.links import store as links
from services.notifications.links.store import Revoked
from shared.accounts import Channels
from shared.actor import Actor
from shared.database import Cursor
from shared.errors import Invalid
from shared.process.mail import ADDRESS
from shared.text import Text

CODE_HOLDS = dt.timedelta(minutes=30)
MOST_WRONG_CODES = 5
# Nobody's mailbox is filled by somebody else's typing.
MOST_AN_HOUR = 5
# Of a mobile telephone of the mainland, which alone gets short messages.
PHONE = re.compile(r"(?:\+?86)?(1[3-9][0-9]{9})")

NOT_SET_UP: Mapping[Channel, Text] = MappingProxyType(
    {
        Channel.MAIL: Text(
            "系统还没有接入邮件服务器，请联系管理员。", "No mail server is set up. Please ask your administrator."
        ),
        **dict.fromkeys(
            (Channel.SMS, *sorted(ROBOTS)),
            Text(
                "系统还没有接入这种渠道，请联系管理员。", "This channel is not set up. Please ask your administrator."
            ),
        ),
    }
)
NO_ADDRESS = Text(
    "这不是完整的邮箱地址，应形如 name@example.com，请核对后再填。",
    "This is no complete e-mail address. It looks like name@example.com. Please check it.",
)
NO_PHONE = Text(
    "这不是手机号码，应是 1 开头的 11 位数字，请核对后再填。",
    "This is no mobile number: eleven digits that begin with 1. Please check it.",
)
NO_ROBOT = Text("没有这个群机器人，请重新选一个。", "There is no such robot. Please choose another one.")
TOO_MANY = Text("一小时内已经发过五次，请稍后再试。", "Five were sent within an hour. Please try again later.")
MOVED_AWAY = Text("邮箱已更换或删除", "the address was changed or removed")
NO_CODE = Text(
    "没有有效的验证码，请重新填写，系统会再发一个。",
    "There is no valid code. Please enter the address again, and another one is sent.",
)
WRONG_CODE = Text("验证码不对，请按收到的六位数字填写。", "This is not the code. Please type the six digits that came.")
VOID_CODE = Text(
    f"验证码连续{MOST_WRONG_CODES}次不对，已作废。请重新填写，系统会再发一个。",
    f"The code was typed wrong {MOST_WRONG_CODES} times and is void. "
    "Please enter the address again, and another one is sent.",
)
NO_CONTACT = Text("请先填写联系方式，再选多久发一次。", "Please enter an address first, then choose how often.")
NOT_PROVEN = Text("请先填写联系方式并完成验证。", "Please enter an address and prove it first.")


@dataclass(frozen=True, slots=True)
class SetUp:
    """What the settings have: a mail server or none, robots and a gateway of short messages."""

    has_mail: bool
    channels: Channels

    def names(self, channel: Channel) -> tuple[str, ...]:
        """The robots of a channel."""
        return self.channels.names(channel)

    def has(self, channel: Channel) -> bool:
        """Whether anything can go by the channel."""
        if channel is Channel.MAIL:
            return self.has_mail
        return self.channels.gateway is not None if channel is Channel.SMS else bool(self.names(channel))

    @property
    def reach(self) -> Reach:
        """The same as queries take it."""
        return Reach(tuple(one for one in Channel if self.has(one)), tuple(one.name for one in self.channels.robots))


def own(cur: Cursor, actor: Actor, set_up: SetUp) -> dict[str, Any]:
    """An OwnContact answer: of mail as the release before knows it, and of each channel that is there or was."""
    of_channels = [_of_channel(cur, actor, channel, set_up) for channel in Channel]
    shown = [one for one in of_channels if one["is_set_up"] or one["address"]]
    of_mail = {name: value for name, value in of_channels[0].items() if name not in ("channel", "robots")}
    return of_mail | {"complaint": None, "is_void": False, "channels": shown}


def _of_channel(cur: Cursor, actor: Actor, channel: Channel, set_up: SetUp) -> dict[str, Any]:
    found = queries.contact(cur, actor.person_id, channel)
    return {
        "channel": channel.value,
        "robots": list(set_up.names(channel)),
        "is_set_up": set_up.has(channel),
        "address": found.address if found else None,
        "language": found.language if found else "zh",
        "rhythm": (found.rhythm if found else Rhythm.DAILY).value,
        "is_proven": found is not None and found.verified_at is not None,
        "code": _tried(queries.newest(cur, actor.person_id, channel, Purpose.CODE)),
        "test": _tried(queries.newest(cur, actor.person_id, channel, Purpose.TEST)),
    }


def enter(
    cur: Cursor, actor: Actor, channel: Channel, typed: str, language: str, *, set_up: SetUp, now: dt.datetime
) -> None:
    """Keep the address and send it a code. Links that went to another one are void.

    Invalid for what is no address, for too many in an hour, and for a channel that is not set up.
    """
    _need(set_up, channel)
    address = _address(channel, typed, set_up)
    _count(cur, actor, channel, now)
    code = f"{secrets.randbelow(10**6):06}"
    known = queries.contact(cur, actor.person_id, channel)
    _cancel(cur, actor, channel, now)
    if known is not None and known.address != address:
        _void_links(cur, actor, channel, now)
    store.enter_contact(
        cur, actor.person_id, channel, address=address, language=language, code=code, until=now + CODE_HOLDS
    )
    store.plan_now(cur, actor.person_id, channel, Purpose.CODE, now)


def prove(cur: Cursor, actor: Actor, channel: Channel, typed: str, now: dt.datetime) -> Text | None:
    """Let the contact be used when the code is right; else what is wrong, which is counted."""
    found = queries.contact(cur, actor.person_id, channel)
    if found is None or found.code is None or found.code_until is None or found.code_until <= now:
        return NO_CODE
    if not secrets.compare_digest(found.code.encode(), typed.encode()):
        is_void = store.count_wrong_code(cur, actor.person_id, channel, most=MOST_WRONG_CODES)
        return VOID_CODE if is_void else WRONG_CODE
    store.prove_contact(cur, actor.person_id, channel, now)
    return None


def choose(cur: Cursor, actor: Actor, channel: Channel, language: str, rhythm: Rhythm) -> None:
    """Keep in which language and how often the post wants to be told. Invalid without an address."""
    if not store.choose(cur, actor.person_id, channel, language=language, rhythm=rhythm):
        raise Invalid(NO_CONTACT)


def remove(cur: Cursor, actor: Actor, channel: Channel, now: dt.datetime) -> None:
    """Forget the address; what was planned for it is cancelled, and the links that went there are void."""
    _cancel(cur, actor, channel, now)
    _void_links(cur, actor, channel, now)
    store.remove_contact(cur, actor.person_id, channel)


def test(cur: Cursor, actor: Actor, channel: Channel, *, set_up: SetUp, now: dt.datetime) -> None:
    """Send a test to the proven address.

    Invalid without one, for too many in an hour, and for a channel that is not set up.
    """
    _need(set_up, channel)
    found = queries.contact(cur, actor.person_id, channel)
    if found is None or found.verified_at is None:
        raise Invalid(NOT_PROVEN)
    _count(cur, actor, channel, now)
    store.plan_now(cur, actor.person_id, channel, Purpose.TEST, now)


def _cancel(cur: Cursor, actor: Actor, channel: Channel, now: dt.datetime) -> None:
    """Before the links are made void: a sender holds its delivery first, and then the links of the post."""
    store.cancel_planned(cur, [actor.person_id], Why.NO_CONTACT, now, channel=channel)


def _void_links(cur: Cursor, actor: Actor, channel: Channel, now: dt.datetime) -> None:
    """Whoever has the mailbox that somebody gives up shall not act for the post any more."""
    if channel is Channel.MAIL:
        links.revoke_of_post(cur, Revoked(now, actor.person_id, MOVED_AWAY.zh), actor.person_id)


def _need(set_up: SetUp, channel: Channel) -> None:
    if not set_up.has(channel):
        raise Invalid(NOT_SET_UP[channel])


def _address(channel: Channel, typed: str, set_up: SetUp) -> str:
    """The address as it is kept; Invalid for what is none."""
    if channel is Channel.MAIL:
        found, wrong = typed if ADDRESS.fullmatch(typed) else None, NO_ADDRESS
    elif channel is Channel.SMS:
        digits = PHONE.fullmatch(re.sub(r"[\s-]", "", typed))
        found, wrong = digits[1] if digits else None, NO_PHONE
    else:
        found, wrong = typed if typed in set_up.names(channel) else None, NO_ROBOT
    if found is None:
        raise Invalid.of_fields({"address": wrong})
    return found


def _count(cur: Cursor, actor: Actor, channel: Channel, now: dt.datetime) -> None:
    if queries.asked_for_since(cur, actor.person_id, channel, now - dt.timedelta(hours=1)) >= MOST_AN_HOUR:
        raise Invalid(TOO_MANY, {"is_held_up": True})


def _tried(found: Tried | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"state": found.state.value, "answer": found.answer, "at": found.changed_at.isoformat()}
