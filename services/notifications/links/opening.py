"""Use cases of who opens a link: what it is worth, and the last digits of the post's phone beside it."""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from typing import Any

from services.notifications.links import queries, store
from services.notifications.links.link import MOST_WRONG_DIGITS, OPENS, Standing, last_digits, standing
from services.notifications.links.queries import Found
from services.notifications.links.store import Revoked
from shared.database import Cursor
from shared.text import Text

log = logging.getLogger(__name__)

WRONG_DIGITS = Text(
    "与岗位手机号的后四位不符，请核对后再填；连错五次，这个链接就作废。",
    "These are not the last four digits of the post's phone. Please check: after five wrong attempts the link is void.",
)
TOO_MANY_WRONG = Text("手机号后四位连错五次", "five wrong attempts at the last digits of the phone")


def look_at(cur: Cursor, token_hash: str, now: dt.datetime) -> dict[str, Any]:
    """A LinkAnswer: what the token is worth, and whose it is as long as it opens."""
    return _answer(cur, queries.by_hash(cur, token_hash), now)


def prove(cur: Cursor, token_hash: str, typed: str, now: dt.datetime) -> dict[str, Any]:
    """A LinkProof: a wrong attempt is counted, and the fifth makes the link void."""
    return {"complaint": None, "made_void": None} | _proof(cur, token_hash, typed, now)


def _proof(cur: Cursor, token_hash: str, typed: str, now: dt.datetime) -> dict[str, Any]:
    found = queries.by_hash(cur, token_hash, for_update=True)
    answer = _answer(cur, found, now)
    if found is None or answer["standing"] != Standing.DIGITS:
        return answer
    digits = last_digits(queries.phone_of(cur, found.person_id) or "")
    if secrets.compare_digest(last_digits(typed), digits):
        return {**answer, "standing": Standing.GOOD.value}
    if store.count_wrong_digits(cur, found.id) >= MOST_WRONG_DIGITS:
        store.revoke(cur, Revoked(now, None, TOO_MANY_WRONG.zh), found.id)
        log.warning("link made void", extra={"link": found.id, "reason": "wrong digits"})
        return {**look_at(cur, token_hash, now), "made_void": found.person_id}
    return {**answer, "complaint": WRONG_DIGITS.as_dict()}


def _answer(cur: Cursor, found: Found | None, now: dt.datetime) -> dict[str, Any]:
    worth = standing(found.bound if found else None, found.post if found else None, now)
    if found is None or worth not in OPENS:
        return {"standing": worth.value, "link": None}
    if queries.setting(cur).asks_digits and last_digits(queries.phone_of(cur, found.person_id) or ""):
        worth = Standing.DIGITS
    whose = {
        "person_id": found.person_id,
        "holder": found.holder,
        "unit_id": found.unit_id,
        "expires_at": found.expires_at.isoformat(),
    }
    return {"standing": worth.value, "link": whose}
