"""Use cases: the lead bureau looks at the rule of lights, saves a version, or takes a planned one back."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from services.tasks.audit import store as audit
from services.tasks.lights import queries, rule, store
from services.tasks.lights.records import SavedRule
from shared import light_tables
from shared.calling.calls import Context
from shared.database import Cursor
from shared.delivery import outbox
from shared.differences import change
from shared.errors import Conflict, Invalid, NotFound
from shared.light_rules import LightRule, LightRules
from shared.text import Text

log = logging.getLogger(__name__)

# A copy that missed an event is right again by then.
SAID_AGAIN_SECONDS = 3600
MOVED_ON = Text(
    "灯色规则刚被别人改过，您填写的还没有保存。请对照现在的规则，再决定是否保存。",
    "Somebody else has just changed the rule of lights, and nothing of yours was saved. Please compare and save again.",
)


def shown(cur: Cursor, today: dt.date) -> dict[str, Any]:
    """A LightRulesAnswer: what holds today, what is planned, and the history."""
    saved = queries.saved(cur)
    rules, standing = rule.rules_of(saved), rule.standings(saved, today)
    history = [_as_dict(one, standing[one.version]) for one in reversed(saved)]
    planned = [one for one in history if one["standing"] is rule.Standing.PLANNED]
    return {
        "version": len(saved),
        "workdays": rules.on(today),
        "since": _since(rules, today),
        "planned": sorted(planned, key=lambda one: str(one["from_day"])),
        "history": history,
    }


def preview(cur: Cursor, params: dict[str, Any], *, today: dt.date) -> dict[str, Any]:
    """A LightRulePreview: what would hold instead of what, and until when. Invalid as when it is saved."""
    saved = queries.saved(cur)
    rules, wanted = rule.rules_of(saved), _wanted(params)
    _refuse_wrong(rules, wanted, today)
    until = next((one.from_day for one in rules.versions if one.from_day > wanted.from_day), None)
    return {
        "version": len(saved),
        "was": rules.on(wanted.from_day),
        "replaces": any(one.from_day == wanted.from_day for one in rules.versions),
        "until": until.isoformat() if until else None,
    }


def save(cur: Cursor, context: Context, params: dict[str, Any], *, today: dt.date) -> dict[str, Any]:
    """Keep a version. Invalid by field; Conflict, with the rule as it is now, when somebody changed it meanwhile."""
    saved = _locked(cur, params, today)
    before, wanted = rule.rules_of(saved), _wanted(params)
    _refuse_wrong(before, wanted, today)
    _keep(cur, context, saved, params, workdays=wanted.workdays)
    was = before.on(wanted.from_day)
    detail = {"reason": params["reason"], "changes": [change("due_soon_workdays", [str(was)], [str(wanted.workdays)])]}
    audit.record(cur, context, "lights.saved", subject=wanted.from_day.isoformat(), detail=detail)
    return shown(cur, today)


def take_back(cur: Cursor, context: Context, params: dict[str, Any], *, today: dt.date) -> dict[str, Any]:
    """Take back what is planned for a day. NotFound for none, Invalid for one in force, Conflict as for saving."""
    saved = _locked(cur, params, today)
    before, day = rule.rules_of(saved), params["from_day"]
    if wrong := rule.complain_of_taking_back(before, day, today):
        raise NotFound(wrong) if wrong is rule.NOT_PLANNED else Invalid(wrong)
    _keep(cur, context, saved, params, workdays=None)
    detail = {"reason": params["reason"], "changes": [change("due_soon_workdays", [str(before.on(day))])]}
    audit.record(cur, context, "lights.taken_back", subject=day.isoformat(), detail=detail)
    return shown(cur, today)


def say_again(cur: Cursor) -> None:
    """Say the rule again that was not said for a while."""
    version = store.claim_untold(cur, seconds=SAID_AGAIN_SECONDS)
    if version is not None:
        outbox.add(cur, [light_tables.event_of(light_tables.read(cur), version)])


def _locked(cur: Cursor, params: dict[str, Any], today: dt.date) -> list[SavedRule]:
    store.lock(cur)
    saved = queries.saved(cur)
    if len(saved) != params["version"]:
        raise Conflict(MOVED_ON, {"current": shown(cur, today)})
    return saved


def _keep(
    cur: Cursor, context: Context, saved: list[SavedRule], params: dict[str, Any], *, workdays: int | None
) -> None:
    """Write the version, what follows from all of them, and tell the others."""
    version = len(saved) + 1
    store.save(cur, version, params["from_day"], workdays, params["reason"], who=context.signed_in.signature)
    rules = rule.rules_of(queries.saved(cur))
    light_tables.save(cur, rules, version)
    store.note_told(cur)
    outbox.add(cur, [light_tables.event_of(rules, version)], correlation_id=context.correlation_id)
    log.info("rule of lights saved", extra={"version": version})


def _wanted(params: dict[str, Any]) -> LightRule:
    return LightRule(params["from_day"], params["workdays"])


def _refuse_wrong(rules: LightRules, wanted: LightRule, today: dt.date) -> None:
    if wrong := rule.complaints(rules, wanted, today):
        raise Invalid.of_fields(wrong)


def _since(rules: LightRules, today: dt.date) -> str | None:
    begun = [one.from_day for one in rules.versions if one.from_day <= today]
    return begun[-1].isoformat() if begun else None


def _as_dict(one: SavedRule, standing: rule.Standing) -> dict[str, Any]:
    return {
        "version": one.version,
        "from_day": one.from_day.isoformat(),
        "workdays": one.workdays,
        "standing": standing,
        "reason": one.reason,
        "at": one.at.isoformat(),
        "by": {"post": one.post, "unit": one.unit_name},
    }
