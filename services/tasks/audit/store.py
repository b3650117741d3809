"""The audit log: one row per change, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg2.extras import Json

from shared.actor import Signature
from shared.calling.calls import Context
from shared.database import Cursor


def record(
    cur: Cursor,
    context: Context,
    action: str,
    *,
    subject: str,
    detail: dict[str, Any] | None = None,
    changes: Sequence[dict[str, Any]] = (),
) -> None:
    """Write who did what to which thing; `action` is noun and past participle (unit.saved), `subject` names the thing.

    `changes` are the fields that are different now, as `shared.differences` finds them. `detail` must be fit
    for an auditor's eyes: no passwords, no hashes.
    """
    record_for(
        cur,
        context.actor.signature if context.actor else Signature(),
        action,
        subject=subject,
        detail={**(detail or {}), "changes": list(changes)} if changes else detail,
        correlation_id=context.correlation_id,
    )


def record_for(
    cur: Cursor,
    who: Signature,
    action: str,
    *,
    subject: str,
    detail: dict[str, Any] | None = None,
    correlation_id: str = "",
) -> None:
    """Write an entry for a person who is not the caller of a signed-in operation, as at signing in."""
    cur.execute(
        """
        INSERT INTO audit_log (person_id, person_name, post, unit_name, action, subject, detail, correlation_id)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (who.person_id, who.name, who.post, who.unit, action, subject, Json(detail or {}), correlation_id),
    )
