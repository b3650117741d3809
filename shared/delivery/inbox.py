"""The inbox table: which events a queue's consumer has already taken into effect.

Claiming is the first statement of the consumer's transaction: a second copy of the same event blocks on the unique key
until the first one commits, and then finds it taken. An entry goes after a while
(`forgetting.py`); an event that arrives later than that is stopped by its version instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from shared.database import Cursor
from shared.rows import values


def claim(cur: Cursor, queue: str, event_ids: Sequence[UUID]) -> set[UUID]:
    """Record `event_ids` as handled by `queue` and return those that were not recorded before.

    Ids go in sorted order, so that two consumers with overlapping batches wait for each other instead of deadlocking.
    """
    ids = sorted({str(event_id) for event_id in event_ids})
    cur.execute(
        """
        INSERT INTO inbox (queue, event_id) SELECT %s, id FROM unnest(%s::uuid[]) AS id
        ON CONFLICT DO NOTHING RETURNING event_id::text
        """,
        (queue, "{" + ",".join(ids) + "}"),
    )
    if cur.rowcount == len(ids):
        return set(event_ids)
    return {UUID(event_id) for event_id in values(cur, str)}
