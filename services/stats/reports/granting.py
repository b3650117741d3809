"""Use cases: the lead bureau lets a unit change what is locked; a unit says who confirms what it hands in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from services.stats.audit import store as audit
from services.stats.audit.records import Act
from services.stats.reports import queries, store
from services.stats.reports.answers import round_board, round_with_id
from shared.actor import Role
from shared.calling.calls import Context
from shared.database import Cursor
from shared.errors import Conflict, Forbidden, Invalid
from shared.text import Text

NOT_ASKED = Text("这一期没有布置给这个单位。", "This round asks nothing of that unit. Please choose one of the list.")
UNTIL_PAST = Text("截止日期不能早于今天。", "The last day cannot lie before today.")
UNTIL_BEFORE_LOCK = Text(
    "这一天不晚于锁定日，不需要解锁。", "That day is not after the lock day, so no exception is needed."
)
NOT_OWN = Text("只能设置本单位的报送方式。", "You can only say this for your own unit.")
SETTING_MOVED = Text(
    "这项设置刚被别人改过，请看最新的再保存。", "Somebody else has just changed this. Please look at it and save again."
)


def grant_exception(cur: Cursor, context: Context, params: Mapping[str, Any], *, today: dt.date) -> dict[str, Any]:
    """Let one unit change a round after its lock day, until the end of a day; named, with its reason, for ever."""
    opened = round_with_id(cur, params["round_id"])
    if not queries.is_expected(cur, opened.id, params["unit_id"]):
        raise Invalid.of_fields({"unit_id": NOT_ASKED})
    if params["until_on"] < today:
        raise Invalid.of_fields({"until_on": UNTIL_PAST})
    if params["until_on"] <= opened.lock_on:
        raise Invalid.of_fields({"until_on": UNTIL_BEFORE_LOCK})
    store.insert_exception(
        cur,
        opened.id,
        params["unit_id"],
        reason=params["reason"],
        until=params["until_on"],
        who=context.signed_in.signature,
    )
    return round_board(cur, opened.id, today=today)


def unit_setting(cur: Cursor, unit_id: int) -> dict[str, Any]:
    """Whether a head must confirm what the unit hands in; without a word of the unit nobody must."""
    found = queries.setting(cur, unit_id)
    return {
        "unit_id": unit_id,
        "needs_head": found.needs_head if found else False,
        "version": found.version if found else None,
    }


def save_unit_setting(cur: Cursor, context: Context, params: Mapping[str, Any]) -> dict[str, Any]:
    """Say whether a head must confirm what a unit hands in: heads of their own unit, administrators of any."""
    actor, unit_id = context.signed_in, params["unit_id"]
    if Role.ADMINISTRATOR not in actor.roles and actor.unit_id != unit_id:
        raise Forbidden(NOT_OWN)
    was = queries.setting(cur, unit_id)
    saved = store.save_setting(cur, unit_id, needs_head=params["needs_head"], version=params["version"])
    if saved is None:
        raise Conflict(SETTING_MOVED, {"current": unit_setting(cur, unit_id)})
    audit.record(
        cur,
        context,
        Act(
            action="unit_setting.saved",
            subject="",
            unit_id=unit_id,
            before={"needs_head": was.needs_head if was else False},
            after={"needs_head": params["needs_head"]},
        ),
    )
    return unit_setting(cur, unit_id)
