"""What the robots of three providers are sent, and how each signs it (pure).

WeCom's own key is in its address. DingTalk signs milliseconds with its secret as the key; Feishu uses seconds and the
secret together as the key, over nothing.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping
from urllib.parse import urlencode

from services.notifications.channels.exchange import Request
from shared.accounts import DINGTALK, FEISHU, WECOM, Robot

JSON = {"Content-Type": "application/json; charset=utf-8"}
# WeCom says 2,048 bytes of text. DingTalk says nothing of text and 20,000 bytes of all; Feishu 20 KB of all, where a
# sign in quotes may take twice its bytes. The rest of a body and its signature are far below 1,000.
MOST_BYTES = {WECOM: 2048, DINGTALK: 9000, FEISHU: 9000}


def request_of(robot: Robot, text: str, now: dt.datetime) -> Request:
    """The request that lets the robot say `text`."""
    if robot.kind == FEISHU:
        body = {"msg_type": "text", "content": {"text": text}, **_feishu_signature(robot.secret, now)}
        return Request(robot.endpoint.target, JSON, _json(body))
    target = robot.endpoint.target
    if robot.kind == DINGTALK and robot.secret:
        target += f"{'&' if '?' in target else '?'}{urlencode(_dingtalk_signature(robot.secret, now))}"
    return Request(target, JSON, _json({"msgtype": "text", "text": {"content": text}}))


def with_keyword(robot: Robot, text: str) -> str:
    """The text with the word without which the robot says nothing."""
    return text if robot.keyword in text else f"【{robot.keyword}】{text}"


def _dingtalk_signature(secret: str, now: dt.datetime) -> dict[str, str]:
    moment = str(int(now.timestamp() * 1000))
    signature = hmac.new(secret.encode(), f"{moment}\n{secret}".encode(), hashlib.sha256).digest()
    return {"timestamp": moment, "sign": base64.b64encode(signature).decode()}


def _feishu_signature(secret: str, now: dt.datetime) -> dict[str, str]:
    if not secret:
        return {}
    moment = str(int(now.timestamp()))
    signature = hmac.new(f"{moment}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return {"timestamp": moment, "sign": base64.b64encode(signature).decode()}


def _json(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
