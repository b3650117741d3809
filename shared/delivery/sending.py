"""Events of the outbox as they travel: one for itself, or several of a kind in one message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shared.delivery.batching import LEAST_BYTES
from shared.delivery.envelope import encode_text
from shared.delivery.outbox import Stored

# With a few hundred bytes an event some dozens: by then a message costs little beside what is in it.
MOST_TOGETHER = 100
# What a consumer takes in any case, so that its batches stay as short as it wants them.
MOST_BYTES = LEAST_BYTES


def body_of(row: Stored, source: str) -> bytes:
    """The message of a row of the outbox of `source`."""
    return encode_text(
        row.id,
        row.type,
        row.payload,
        source=source,
        time=row.created_at,
        correlation_id=row.correlation_id,
    )


def together(rows: Sequence[Stored], source: str) -> Iterator[list[tuple[Stored, bytes]]]:
    """Rows one behind the other of one type, with their bodies, as many as may share a message; each comes once."""
    waiting: list[tuple[Stored, bytes]] = []
    weight = 0
    for row in rows:
        body = body_of(row, source)
        fits = len(waiting) < MOST_TOGETHER and weight + len(body) <= MOST_BYTES
        if waiting and (waiting[0][0].type != row.type or not fits):
            yield waiting
            waiting, weight = [], 0
        waiting.append((row, body))
        weight += len(body)
    if waiting:
        yield waiting
