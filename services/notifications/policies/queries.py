"""What is read of policies: their versions, and what they can be for."""

from __future__ import annotations

import datetime as dt
import json
from typing import NamedTuple

from services.notifications.policies.content import policy_of
from services.notifications.policies.rules import Policies, Policy, Scope, Version, policies_on
from shared.database import Cursor
from shared.rows import many


class Saved(NamedTuple):
    """A version as it was saved; `content` is JSON, None for that of everything again."""

    scope: Scope
    subject_id: int
    version: int
    effective_from: dt.date
    content: str | None
    author: str
    reason: str
    saved_at: dt.datetime


class Subject(NamedTuple):
    """What may have a policy of its own, with its name."""

    scope: Scope
    subject_id: int
    name: str


_SAVED = """
    SELECT scope, subject_id, version, effective_from, content::text AS content, author, reason, saved_at FROM policy
"""


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
    return Version(saved.version, saved.effective_from, kept_policy(saved))


def kept_policy(saved: Saved) -> Policy | None:
    """The policy of a version."""
    return policy_of(json.loads(saved.content)) if saved.content else None
