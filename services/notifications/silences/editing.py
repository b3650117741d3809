"""Use cases of silences: the list, a new one, ending one before its time, and what was not said because of one."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from services.notifications.policies import queries as policy_queries
from services.notifications.policies.rules import Scope
from services.notifications.silences import queries, rules, store
from services.notifications.silences.queries import Listed
from services.notifications.silences.rules import Hushed
from shared.actor import Actor
from shared.clock import day_of
from shared.database import Cursor
from shared.errors import Invalid, NotFound
from shared.text import Text

log = logging.getLogger(__name__)

PER_PAGE = 20
MOST_SILENCED = 500
# For the page of the release before, which lists them; that of this release searches the directory.
MOST_UNITS = 300
ONE_DAY = dt.timedelta(days=1)

NOT_THERE = Text("没有这次停止提醒，请返回刷新。", "There is no such silence. Please reload.")
IS_OVER = Text("这次停止提醒已经结束，不用再结束。", "This silence is over already; nothing is left to end.")
NO_SUBJECT = Text("没有这份清单或报表，请重新选择。", "There is no such checklist or report. Please choose again.")
NO_UNIT = Text(
    "没有这个单位，或者它已停用，请重新选择。", "There is no such unit, or it is closed. Please choose another."
)


def listing(cur: Cursor, page: int, now: dt.datetime) -> dict[str, Any]:
    """A SilenceList answer: newest first, with what may be chosen for another; the last page after it."""
    pages = max(-(-queries.count(cur) // PER_PAGE), 1)
    page = min(page, pages)
    found = queries.listing(cur, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    return {
        "silences": [_as_dict(one, day_of(now)) for one in found],
        "units": [one._asdict() for one in queries.units(cur, most=MOST_UNITS)],
        "subjects": [
            {"scope": one.scope.value, "subject_id": one.subject_id, "name": one.name}
            for one in policy_queries.subjects(cur)
        ],
        "page": page,
        "pages": pages,
    }


def make(
    cur: Cursor,
    actor: Actor,
    of: tuple[Scope, int],
    *,
    unit_id: int | None,
    stage: Hushed | None,
    days: tuple[dt.date, dt.date],
    reason: str,
    now: dt.datetime,
) -> int:
    """Begin a silence on the first of `days`, today or later; its id. Invalid with a sentence for each fault."""
    check(cur, of, unit_id, days, now)
    silence_id = store.make(cur, of, unit_id, stage, days, by=actor, reason=reason, now=now)
    log.info("reminders silenced", extra={"silence": silence_id, "scope": of[0].value})
    return silence_id


def check(
    cur: Cursor, of: tuple[Scope, int], unit_id: int | None, days: tuple[dt.date, dt.date], now: dt.datetime
) -> None:
    """Whether such a silence can begin. Invalid with a sentence for each fault."""
    wrong = rules.complaints(*days, day_of(now))
    known = {(one.scope, one.subject_id) for one in policy_queries.subjects(cur)} | {(Scope.ALL, 0)}
    if of not in known:
        wrong["subject"] = NO_SUBJECT
    if unit_id is not None and not queries.is_open(cur, unit_id):
        wrong["unit_id"] = NO_UNIT
    if wrong:
        raise Invalid.of_fields(wrong)


def end(cur: Cursor, actor: Actor, silence_id: int, reason: str, now: dt.datetime) -> None:
    """Let reminders come again from today on. NotFound; Invalid when it is over already."""
    if store.end(cur, silence_id, until=day_of(now) - ONE_DAY, by=actor, reason=reason, now=now):
        log.info("silence ended", extra={"silence": silence_id})
        return
    if not queries.exists(cur, silence_id):
        raise NotFound(NOT_THERE)
    raise Invalid(IS_OVER)


def silenced(cur: Cursor, silence_id: int) -> dict[str, Any]:
    """A Silenced answer. NotFound."""
    if not queries.exists(cur, silence_id):
        raise NotFound(NOT_THERE)
    found = queries.silenced(cur, silence_id, limit=MOST_SILENCED + 1)
    return {
        "lines": [
            {
                "day": one.day.isoformat(),
                "unit": one.unit,
                "kind": one.kind.value,
                "title": one.title,
                "period": one.period,
                "due_on": one.due_on.isoformat(),
                "stage": one.stage,
            }
            for one in found[:MOST_SILENCED]
        ],
        "is_cut": len(found) > MOST_SILENCED,
    }


def _as_dict(one: Listed, today: dt.date) -> dict[str, Any]:
    return {
        "silence_id": one.id,
        "scope": one.scope.value,
        "name": one.name,
        "unit": one.unit,
        "stage": one.stage,
        "from_day": one.from_day.isoformat(),
        "until_day": one.until_day.isoformat(),
        "reason": one.reason,
        "author": one.author,
        "made_at": one.made_at.isoformat(),
        "ended_by": one.ended_by,
        "ended_at": one.ended_at.isoformat() if one.ended_at else None,
        "end_reason": one.end_reason,
        "is_over": one.until_day < today or one.until_day < one.from_day,
        "silenced": one.silenced,
    }
