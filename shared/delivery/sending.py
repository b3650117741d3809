"""An event of the outbox as it travels."""

from __future__ import annotations

import json
from uuid import UUID

from shared.delivery.envelope import encode
from shared.delivery.outbox import Stored


def body_of(row: Stored, source: str) -> bytes:
    """The message of a row of the outbox of `source`."""
    return encode(
        UUID(row.id),
        row.type,
        json.loads(row.payload),
        source=source,
        time=row.created_at,
        correlation_id=row.correlation_id,
    )
