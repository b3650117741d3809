"""The log of reporting: one row per change that no history of its own keeps, in the transaction of the change."""

from __future__ import annotations

from psycopg2.extras import Json

from services.stats.audit.records import Act
from shared.calling.calls import Context
from shared.database import Cursor


def record(cur: Cursor, context: Context, act: Act) -> None:
    """Write who did what."""
    who = context.signed_in.signature
    cur.execute(
        """
        INSERT INTO audit_log (action, subject, report_id, unit_id, before, after, person_id, person_post, person_unit,
            correlation_id)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            act.action,
            act.subject,
            act.report_id,
            act.unit_id,
            None if act.before is None else Json(dict(act.before)),
            Json(dict(act.after)),
            who.person_id,
            who.post,
            who.unit,
            context.correlation_id,
        ),
    )
