"""Use cases of policies: what holds for everything, a checklist or a report, its history, and a new version."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from services.notifications.policies import checking, queries, store
from services.notifications.policies.content import content_of
from services.notifications.policies.queries import Saved, Subject
from services.notifications.policies.rules import DEFAULT, Policy, Scope, Version, policies_on
from shared.actor import Actor
from shared.clock import day_of
from shared.database import Cursor
from shared.errors import Conflict, Invalid, NotFound
from shared.text import Text

log = logging.getLogger(__name__)

NOT_THERE = Text("没有这份清单或报表，请返回刷新。", "There is no such checklist or report. Please reload.")
MOVED_ON = Text(
    "提醒规则已被别人修改，您填写的内容还在，请对照后再保存。",
    "The reminder rules were changed meanwhile. What you typed is still here; please compare and save again.",
)
NO_DEFAULT_TO_FOLLOW = Text("一般规则本身不能改为按一般规则。", "The general rules cannot follow the general rules.")


def listing(cur: Cursor, today: dt.date) -> dict[str, Any]:
    """A PolicyList answer: what has or may have a policy, that of everything first."""
    held = policies_on(queries.versions(cur), today).of_scope
    subjects = [Subject(Scope.ALL, 0, ""), *queries.subjects(cur)]
    return {"policies": [_listed(one, is_own=(one.scope, one.subject_id) in held) for one in subjects]}


def shown(cur: Cursor, scope: Scope, subject_id: int, today: dt.date) -> dict[str, Any]:
    """A PolicyAnswer: what holds today, what was saved last, and the history. NotFound for no such subject."""
    subject = _subject(cur, scope, subject_id)
    versions = queries.versions(cur)
    today_s = policies_on(versions, today)
    held = today_s.of_report(subject_id) if scope is Scope.REPORT else today_s.of_checklist(subject_id)
    saved = queries.history(cur, scope, subject_id)
    newest = queries.kept_policy(saved[0]) if saved else None
    return {
        **_listed(subject, is_own=(scope, subject_id) in today_s.of_scope),
        "version": saved[0].version if saved else 0,
        "in_force": content_of(held),
        "newest": content_of(newest or held),
        "history": [_of_history(one) for one in saved],
        "built_in": content_of(today_s.usual),
    }


def save(
    cur: Cursor,
    actor: Actor,
    key: tuple[Scope, int],
    *,
    seen: int,
    policy: Policy | None,
    effective_from: dt.date,
    reason: str,
    now: dt.datetime,
) -> None:
    """Keep a new version. NotFound; Invalid with a sentence for each fault; Conflict when `seen` is not the newest."""
    (scope, subject_id), today = key, day_of(now)
    store.lock_scope(cur, scope, subject_id)
    _subject(cur, scope, subject_id)
    saved = queries.history(cur, scope, subject_id)
    newest = saved[0].version if saved else 0
    if newest != seen:
        raise Conflict(MOVED_ON, {"current": shown(cur, scope, subject_id, today)})
    if policy is None and scope is Scope.ALL:
        raise Invalid(NO_DEFAULT_TO_FOLLOW)
    if wrong := checking.complaints(policy or DEFAULT, effective_from, today):
        raise Invalid.of_fields(wrong)
    version = Version(newest + 1, effective_from, policy)
    store.save(cur, scope, subject_id, version, by=actor, reason=reason, now=now)
    log.info("reminder policy saved", extra={"scope": scope.value, "subject": subject_id, "version": newest + 1})


def _subject(cur: Cursor, scope: Scope, subject_id: int) -> Subject:
    if scope is Scope.ALL and subject_id == 0:
        return Subject(Scope.ALL, 0, "")
    for one in queries.subjects(cur):
        if (one.scope, one.subject_id) == (scope, subject_id):
            return one
    raise NotFound(NOT_THERE)


def _listed(one: Subject, *, is_own: bool) -> dict[str, Any]:
    return {"scope": one.scope.value, "subject_id": one.subject_id, "name": one.name, "is_own": is_own}


def _of_history(one: Saved) -> dict[str, Any]:
    policy = queries.kept_policy(one)
    return {
        "version": one.version,
        "effective_from": one.effective_from.isoformat(),
        "policy": content_of(policy) if policy else None,
        "author": one.author,
        "reason": one.reason,
        "saved_at": one.saved_at.isoformat(),
    }
