"""The log of refused calls, kept in the database of the service that refused."""

from __future__ import annotations

import logging

from shared.database import Database

log = logging.getLogger(__name__)


def record(database: Database, *, operation: str, person_id: int | None, reason: str, correlation_id: str) -> None:
    """Write one refusal in a transaction of its own: the refused one is rolled back."""
    log.warning(
        "call refused",
        extra={"operation": operation, "person_id": person_id, "reason": reason, "correlation_id": correlation_id},
    )
    with database.transaction() as cur:
        cur.execute(
            "INSERT INTO refusal (operation, person_id, reason, correlation_id) VALUES (%s, %s, %s, %s)",
            (operation, person_id, reason, correlation_id),
        )
