"""What is read of policies: their versions, and what they can be for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from services.notifications.policies.rules import Audience, Policies, Policy, Scope, StageRule, Version, policies_on
from shared.database import Cursor
from shared.rows import many
from shared.text import Text


class Saved(NamedTuple):
    """A version as it was saved; `content` as `store.content_of` writes it, None for that of everything again."""

    scope: Scope
    subject_id: int
    version: int
    effective_from: dt.date
    content: dict[str, Any] | None
    author: str
    reason: str
    saved_at: dt.datetime


class Subject(NamedTuple):
    """What may have a policy of its own, with its name."""

    scope: Scope
    subject_id: int
    name: str


_SAVED = "SELECT scope, subject_id, version, effective_from, content, author, reason, saved_at FROM policy"


def versions(cur: Cursor) -> dict[tuple[Scope, int], list[Version]]:
    """The versions of all scopes, from the first to the newest of each."""
    cur.execute(f"{_SAVED} ORDER BY scope, subject_id, version")
    found: dict[tuple[Scope, int], list[Version]] = {}
    for saved in many(cur, Saved):
        found.setdefault((saved.scope, saved.subject_id), []).append(as_version(saved))
    return found


def policies(cur: Cursor, day: dt.date) -> Policies:
    """What holds on `day`."""
    return policies_on(versions(cur), day)


def history(cur: Cursor, scope: Scope, subject_id: int) -> list[Saved]:
    """The versions of one scope, newest first."""
    cur.execute(f"{_SAVED} WHERE scope = %s AND subject_id = %s ORDER BY version DESC", (scope, subject_id))
    return many(cur, Saved)


def subjects(cur: Cursor) -> list[Subject]:
    """The checklists in force and the reports that were heard of, each by its newest name."""
    cur.execute(
        """
        SELECT 'checklist' AS scope, id AS subject_id, coalesce(title, '') AS name FROM checklist
        WHERE state NOT IN ('draft', 'closed')
        UNION ALL
        SELECT 'report', report_id, name FROM (
            SELECT DISTINCT ON (report_id) report_id, report_name AS name FROM report_round
            WHERE report_id IS NOT NULL ORDER BY report_id, due_on DESC, id DESC
        ) AS newest
        ORDER BY scope, subject_id
        """
    )
    return many(cur, Subject)


def as_version(saved: Saved) -> Version:
    """What a row holds."""
    return Version(saved.version, saved.effective_from, policy_of(saved.content) if saved.content else None)


def policy_of(content: Mapping[str, Any]) -> Policy:
    """The policy that `store.content_of` wrote."""
    again = content["again"]
    return Policy(tuple(_stage(stage) for stage in content["stages"]), _stage(again) if again else None)


def _stage(stage: Mapping[str, Any]) -> StageRule:
    audience = frozenset(Audience(name) for name in stage["audience"])
    return StageRule(stage["offset"], audience, by_mail=stage["by_mail"], words=Text(stage["zh"], stage["en"]))
