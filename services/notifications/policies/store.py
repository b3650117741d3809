"""All writes of policies: a new version, and what is to be planned anew because of it."""

from __future__ import annotations

import datetime as dt

from psycopg2.extras import Json

from services.notifications.policies.content import content_of
from services.notifications.policies.rules import Scope, Version
from shared.actor import Actor
from shared.database import Cursor


def lock_scope(cur: Cursor, scope: Scope, subject_id: int) -> None:
    """Let one at a time save a version of a scope, until the transaction ends."""
    cur.execute("SELECT pg_advisory_xact_lock(hashtext('reminder policy ' || %s || %s))", (scope, str(subject_id)))


def save(
    cur: Cursor, scope: Scope, subject_id: int, version: Version, *, by: Actor, reason: str, now: dt.datetime
) -> None:
    """Write a version; from its day on days are planned by it."""
    content = content_of(version.policy) if version.policy else None
    cur.execute(
        """
        INSERT INTO policy (scope, subject_id, version, effective_from, content, author_id, author, reason, saved_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            scope,
            subject_id,
            version.number,
            version.effective_from,
            Json(content) if content else None,
            by.person_id,
            by.seat,
            reason,
            now,
        ),
    )
    plan_anew(cur, scope, subject_id, from_day=version.effective_from)


def plan_anew(cur: Cursor, scope: Scope, subject_id: int, *, from_day: dt.date) -> None:
    """Have the days of a scope planned anew, bit by bit, from a day on."""
    cur.execute(
        "INSERT INTO replanning (scope, subject_id, from_day) VALUES (%s, %s, %s)", (scope, subject_id, from_day)
    )
