"""What a listener asks of a source: events that did not come, or the names of those in a stretch of its log.

The row of the gap is there before anything is asked, and stays until the events have come: a question that is lost is
asked again, later each time.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from shared.database import Cursor
from shared.hearing import packing, store
from shared.hearing.spans import Position, Span

log = logging.getLogger(__name__)

# What another process of the service has in its hands is there within this time, nearly always; what is not and comes
# after all comes twice and counts once.
PATIENCE_SECONDS = 5.0
AGAIN_SECONDS = 20.0
# Then every ten minutes.
DOUBLINGS = 5
LARGEST = 2**63


class Wants(StrEnum):
    """What is sent again: named events, all of the stretch, or the heartbeats that name what was in it."""

    EVENTS = "events"
    EVERYTHING = "everything"
    NAMES = "names"


@dataclass(frozen=True, slots=True)
class Question:
    """What `consumer` wants from the log of `source`."""

    source: str
    consumer: str
    wants: Wants
    span: Span
    event_ids: tuple[str, ...] = ()

    def as_json(self) -> bytes:
        """As it travels."""
        return json.dumps(
            {
                "consumer": self.consumer,
                "wants": self.wants,
                "after": self.span.after,
                "until": self.span.until,
                "event_ids": self.event_ids,
            }
        ).encode()


def question_of(source: str, body: bytes) -> Question:
    """The question in `body`, to the log of `source`; ValueError when it is none."""
    try:
        asked: dict[str, Any] = json.loads(body)
        event_ids = tuple(str(UUID(event_id)) for event_id in asked["event_ids"])
        span = Span(_position(asked["after"]), _position(asked["until"]))
        if len(event_ids) > packing.MOST_IDS:
            raise ValueError("more events than a heartbeat names")
        return Question(source, str(asked["consumer"]), Wants(asked["wants"]), span, event_ids)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"no question: {error!r}") from error


def due(cur: Cursor, consumer: str, queue: str) -> list[Question]:
    """What is to be asked now; it counts as asked. Cheap when nothing is missing."""
    if not store.has_gap(cur):
        return []
    store.close_gaps(cur, queue)
    store.forget_failing(cur)
    gaps = store.due_gaps(cur, patience=PATIENCE_SECONDS, again=AGAIN_SECONDS, doublings=DOUBLINGS)
    store.note_asked(cur, gaps)
    for gap in gaps:
        number = len(gap.event_ids or ())
        extra = {"service": consumer, "database": gap.source, "events": number, "asked": gap.asked + 1}
        log.warning("events did not come; asking for them", extra=extra)
    return [_question(consumer, gap) for gap in gaps]


def _question(consumer: str, gap: store.Gap) -> Question:
    if gap.event_ids is None:
        return Question(gap.source, consumer, Wants.NAMES, gap.span)
    return Question(gap.source, consumer, Wants.EVENTS, gap.span, tuple(gap.event_ids))


def _position(found: Sequence[Any]) -> Position:
    xid, seq = found
    # Whoever may write to the queue of questions must not stop the relay with a number that no column holds.
    if not all(type(number) is int and 0 <= number < LARGEST for number in (xid, seq)):
        raise ValueError("no position")
    return Position(xid, seq)
