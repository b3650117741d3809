"""The log of refused calls, kept in the database of the service that refused."""

from __future__ import annotations

import logging
from collections.abc import Callable

from shared.actor import Signature
from shared.database import Cursor, Database

log = logging.getLogger(__name__)


def record(
    database: Database,
    *,
    operation: str,
    person_id: int | None,
    signature: Callable[[Cursor, int], Signature],
    reason: str,
    correlation_id: str,
) -> None:
    """Write one refusal in a transaction of its own: the refused one is rolled back.

    `signature` finds in it who the person is now.
    """
    log.warning(
        "call refused",
        extra={"operation": operation, "person_id": person_id, "reason": reason, "correlation_id": correlation_id},
    )
    with database.transaction() as cur:
        who = Signature() if person_id is None else signature(cur, person_id)
        cur.execute(
            """
            INSERT INTO refusal (operation, person_id, person_name, post, unit_name, reason, correlation_id)
            VALUES (%s, %s, %s, %s, %s, %s, %s)
            """,
            (operation, who.person_id, who.name, who.post, who.unit, reason, correlation_id),
        )
