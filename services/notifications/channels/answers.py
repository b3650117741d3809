"""What the answer of a robot or of the gateway means for the message (pure).

| it says | so |
|---|---|
| it took it | sent |
| too often, too busy, an error of sign-in, keyword or address | again: it has nothing against this message |
| something else | refused |
| an error of its own, or what nobody understands | unknown |
"""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

from services.notifications.channels.exchange import Reply
from services.notifications.channels.masking import masked
from services.notifications.delivery.states import Outcome, Result
from shared.accounts import DINGTALK, FEISHU, WECOM, Gateway, Robot

LONGEST_ANSWER = 300
# Of an answer that nobody understands, as much is looked through.
MOST_READ = 4096
# Nobody's wish to be left alone holds a message longer than this.
LONGEST_WAIT = dt.timedelta(hours=1)
# Who says no time is asked again after a minute; DingTalk is silent for ten after its limit.
WAITS = {WECOM: dt.timedelta(minutes=1), DINGTALK: dt.timedelta(minutes=10), FEISHU: dt.timedelta(minutes=1)}
# Answers of each provider that ask for patience.
LATER = {
    WECOM: frozenset({"-1", "45009", "45033"}),
    DINGTALK: frozenset({"-1", "130101", "410100", "90018"}),
    FEISHU: frozenset({"9499", "11232", "99991400"}),
}
# Those that are wrong with the robot, so that the next message would fare alike: a key, a signature, a keyword, an
# address, a robot or a group that is gone.
OF_THE_ROBOT = {
    WECOM: frozenset({"93000", "93004", "93008", "93017"}),
    DINGTALK: frozenset({"310000", "300001", "300005", "400013", "400101", "400102", "400106"}),
    FEISHU: frozenset({"19001", "19002", "19021", "19022", "19024"}),
}
# Statuses of which nothing was taken: too many, too slow, not now.
NOT_NOW = frozenset({408, 425, 429, 503})
# Who is not let in, or is sent elsewhere, did not get as far as a message.
NOT_IN = frozenset({401, 403, 404, 405, 407, 410})
FAILURE = dt.timedelta(minutes=5)


def of_robot(robot: Robot, reply: Reply) -> Outcome:
    """What came of a message by a robot."""
    if (early := _of_status(robot, reply)) is not None:
        return early
    found = _as_dict(reply)
    code = _text(found.get("errcode", found.get("code", found.get("StatusCode"))))
    said = _said(robot, code, _text(found.get("errmsg", found.get("msg", found.get("StatusMessage")))))
    if not code:
        return Outcome(Result.UNKNOWN, _status(robot, reply))
    if code == "0":
        return Outcome(Result.SENT, said)
    if code in LATER[robot.kind]:
        return Outcome(Result.AGAIN, said, wait=_wait(reply) or WAITS[robot.kind], is_of_account=True)
    if code in OF_THE_ROBOT[robot.kind]:
        return Outcome(Result.AGAIN, said, wait=FAILURE, is_of_account=True)
    return Outcome(Result.REFUSED, said)


def of_gateway(gateway: Gateway, reply: Reply) -> Outcome:
    """What came of a short message."""
    if (early := _of_status(gateway, reply)) is not None:
        return early
    how = gateway.understood
    if not how.code:
        return Outcome(Result.SENT, _status(gateway, reply))
    found = _as_dict(reply)
    code = _text(_at(found, how.code))
    said = _said(gateway, code, _text(_at(found, how.message)) if how.message else "")
    if not code:
        return Outcome(Result.UNKNOWN, _status(gateway, reply))
    if code in how.sent:
        return Outcome(Result.SENT, said)
    if code in how.later:
        return Outcome(Result.AGAIN, said, wait=_wait(reply) or dt.timedelta(minutes=1), is_of_account=True)
    return Outcome(Result.REFUSED, said)


def of_not_sent(account: Robot | Gateway, error: str) -> Outcome:
    """What is known when nothing left."""
    return Outcome(Result.AGAIN, _cleaned(account, error), is_of_account=True)


def of_unanswered(account: Robot | Gateway, error: str) -> Outcome:
    """What is known when it left and nothing came back."""
    return Outcome(Result.UNKNOWN, _cleaned(account, error), is_of_account=True)


def _of_status(account: Robot | Gateway, reply: Reply) -> Outcome | None:
    """What the status alone says; None when the body has to."""
    said = _status(account, reply)
    if 200 <= reply.status < 300:
        return None
    if reply.status in NOT_NOW:
        wait = _wait(reply) or dt.timedelta(minutes=1)
        return Outcome(Result.AGAIN, said, wait=wait, is_of_account=True)
    if reply.status in NOT_IN or 300 <= reply.status < 400:
        return Outcome(Result.AGAIN, said, wait=FAILURE, is_of_account=True)
    if 400 <= reply.status < 500:
        return Outcome(Result.REFUSED, said)
    # A server that fails in the middle, or one before it that lost the answer, may have taken the message.
    return Outcome(Result.UNKNOWN, said, is_of_account=True)


def _wait(reply: Reply) -> dt.timedelta | None:
    """How many seconds the other side asks for; a date instead of them is passed over."""
    if reply.retry_after is None or not re.fullmatch(r"[0-9]{1,6}", reply.retry_after.strip()):
        return None
    return min(dt.timedelta(seconds=int(reply.retry_after)), LONGEST_WAIT)


def _as_dict(reply: Reply) -> dict[str, Any]:
    try:
        found = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _at(found: Any, path: str) -> Any:
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _text(found: Any) -> str:
    return str(found) if isinstance(found, (str, int)) and not isinstance(found, bool) else ""


def _said(account: Robot | Gateway, code: str, message: str) -> str:
    return _cleaned(account, f"{code} {message}")


def _status(account: Robot | Gateway, reply: Reply) -> str:
    return _cleaned(account, f"HTTP {reply.status} {reply.body[:MOST_READ].decode('utf-8', 'replace')}")


def _cleaned(account: Robot | Gateway, said: str) -> str:
    """In one line, without signs that nobody sees, and without what nobody shall read there.

    Masked before it is cut, or the beginning of a secret would be left.
    """
    said = masked(said, account.secrets)
    return " ".join("".join(one if one.isprintable() else " " for one in said).split())[:LONGEST_ANSWER]
