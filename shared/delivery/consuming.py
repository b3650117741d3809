"""What both transports do with a batch of events: one transaction, the inbox first, a bad one alone.

The transport hands over bodies and gets one outcome per body. Everything that may arrive twice, late or out of order
does so here without effect: claiming the ids is the first statement of the transaction that holds the effect.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.calling.service import BaseService, BatchMethod, consumer_of
from shared.delivery import inbox
from shared.delivery.broker import RETRY_DELAYS, events_queue, is_heard
from shared.delivery.envelope import MAX_BODY_BYTES, UnreadableEventError, apart, decode
from shared.errors import TooSlow, TryAgain
from shared.events import Received, RelayTicked
from shared.hearing import noticing
from shared.hearing import store as hearing
from shared.process import metrics
from shared.process.settings import DATABASES

log = logging.getLogger(__name__)

MAX_ATTEMPTS = len(RETRY_DELAYS) + 1
# A sentence and the end of a trace; it stands in a header on the way.
LONGEST_REASON = 500
IDS_PER_LINE = 100
UNREADABLE = "unreadable"

_newest_ticks: dict[tuple[str, str], dt.datetime] = {}


class Result(StrEnum):
    """What became of one message. RETRY costs an attempt; LATER does not, for nothing was wrong with the message."""

    DONE = "done"
    DUPLICATE = "duplicate"
    RETRY = "retry"
    LATER = "later"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One body as it came; `attempts` counts how often handling it has failed before.

    `event` is what the body says, or what is wrong with it; made by `read`, which a transport may do ahead of its turn.
    With `is_again` its source has sent it once more to this service alone.
    """

    body: bytes
    event: Received | UnreadableEventError
    attempts: int = 0
    is_again: bool = False


def read(body: bytes, attempts: int = 0, *, is_again: bool = False) -> Delivery:
    """A body as a delivery; what is wrong with it is part of it."""
    return Delivery(body, _decoded(body), attempts, is_again)


def read_several(body: bytes, *, is_again: bool = False) -> list[Delivery]:
    """The events of a message of several as deliveries; one that says what is wrong where it is none."""
    try:
        if len(body) > MAX_BODY_BYTES:
            raise _too_long(body)
        return [Delivery(own, event, 0, is_again) for own, event in apart(body)]
    except UnreadableEventError as error:
        return [Delivery(body, error, 0, is_again)]


def _decoded(body: bytes) -> Received | UnreadableEventError:
    if len(body) > MAX_BODY_BYTES:
        return _too_long(body)
    try:
        return decode(body)
    except UnreadableEventError as error:
        return error


def _too_long(body: bytes) -> UnreadableEventError:
    return UnreadableEventError(f"the body has {len(body)} bytes, more than {MAX_BODY_BYTES}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one delivery; `delay` is set when it should come again."""

    result: Result
    reason: str = ""
    delay: int = 0


DONE = Outcome(Result.DONE)
DUPLICATE = Outcome(Result.DUPLICATE)
FAILED = frozenset({Result.RETRY, Result.LATER, Result.DEAD})


def handle_batch(
    service: BaseService, deliveries: Sequence[Delivery], *, moved: Callable[[], None] | None = None
) -> list[Outcome]:
    """Take `deliveries` into effect and return their outcomes in the same order; `moved` is called as the work goes on.

    Raises TryAgain when the database cannot be reached or somebody else holds a lock: that passes, so hold the batch
    and hand it over again; what was committed before the fault comes back as a duplicate.
    """
    outcomes: list[Outcome] = [DONE] * len(deliveries)
    readable: list[tuple[int, Received]] = []
    types = [UNREADABLE] * len(deliveries)
    for index, delivery in enumerate(deliveries):
        event = delivery.event
        if isinstance(event, UnreadableEventError):
            outcomes[index] = Outcome(Result.DEAD, str(event)[:LONGEST_REASON])
        else:
            types[index] = event.type
            readable.append((index, event))
    metrics.HANDLER_BYTES.labels(service.name).observe(sum(len(one.body) for one in deliveries))
    with metrics.HANDLER_SECONDS.labels(service.name).time():
        _apply_isolating(_Applying(service, moved), deliveries, readable, outcomes)
    _note_failing(service, readable, outcomes)
    _count(service, types, outcomes)
    made_good = sum(one.is_again and outcome is DONE for one, outcome in zip(deliveries, outcomes, strict=True))
    metrics.MADE_GOOD.labels(service.name).inc(made_good)
    _tell(service, [event for index, event in readable if outcomes[index] is DONE])
    return outcomes


def begin_counting(service: str) -> None:
    """Make the counters that alerts look at."""
    metrics.begin_at_zero(metrics.HANDLER_EVENTS, [service], [UNREADABLE], Result)
    metrics.begin_at_zero(metrics.PARKED, [service])
    metrics.begin_at_zero(metrics.MADE_GOOD, [service])


def patterns_of(service: BaseService) -> tuple[str, ...]:
    """The topics that `service` listens to."""
    patterns: tuple[str, ...] = _batch_method(service).consumes.patterns  # type: ignore[attr-defined]
    return patterns


def _batch_method(service: BaseService) -> BatchMethod:
    method = consumer_of(type(service))
    if method is None:
        raise TypeError(f"{service.name} listens to no events")
    return method


@dataclass(frozen=True, slots=True)
class _Applying:
    service: BaseService
    moved: Callable[[], None] | None


def _apply_isolating(
    applying: _Applying,
    deliveries: Sequence[Delivery],
    events: list[tuple[int, Received]],
    outcomes: list[Outcome],
) -> None:
    """Apply `events` in one transaction; when that fails, halve until the bad ones stand alone."""
    if not events:
        return
    try:
        fresh = _apply(applying, [event for _, event in events])
    except Exception as error:
        if isinstance(error, TryAgain) and not isinstance(error, TooSlow):
            raise
        # Whatever else a handler raises is told apart by running its events alone.
        if len(events) == 1:
            index = events[0][0]
            outcomes[index] = _failed(applying.service, events[0][1], error, deliveries[index].attempts)
            return
        middle = len(events) // 2
        _apply_isolating(applying, deliveries, events[:middle], outcomes)
        _apply_isolating(applying, deliveries, events[middle:], outcomes)
        return
    for index, event in events:
        # The second copy in the same batch is a duplicate too.
        outcomes[index] = DONE if event.id in fresh else DUPLICATE
        fresh.discard(event.id)


def _apply(applying: _Applying, events: list[Received]) -> set[object]:
    service = applying.service
    method = _batch_method(service)
    with service.database.transaction() as cur:
        cur.moved = applying.moved
        claimed = inbox.claim(cur, events_queue(service.name), [event.id for event in events])
        fresh = list({event.id: event for event in events if event.id in claimed}.values())
        if fresh:
            patterns = patterns_of(service)
            # Heartbeats come to everybody, also to whom they mean nothing else.
            if heard := [event for event in fresh if event.type != RelayTicked.TYPE or is_heard(patterns, event.type)]:
                method(service, cur, heard)
            noticing.take(cur, events_queue(service.name), fresh, wants=lambda of: is_heard(patterns, of))
    return set(claimed)


def _note_failing(service: BaseService, events: list[tuple[int, Received]], outcomes: Sequence[Outcome]) -> None:
    """Keep which events are on their way back: whoever looks for what is missing must know."""
    failed = [(event.id, outcomes[index].delay) for index, event in events if outcomes[index].result in FAILED]
    if failed:
        with service.database.transaction() as cur:
            hearing.note_failing(cur, failed)


def _failed(service: BaseService, event: Received, error: Exception, attempts: int) -> Outcome:
    log.error(
        "event could not be handled",
        exc_info=error,
        extra={"service": service.name, "event_id": str(event.id), "event_type": event.type, "attempts": attempts + 1},
    )
    reason = f"{type(error).__name__}: {error}"[:LONGEST_REASON]
    if isinstance(error, TooSlow):
        return Outcome(Result.LATER, reason, RETRY_DELAYS[-1])
    if attempts < len(RETRY_DELAYS):
        return Outcome(Result.RETRY, reason, RETRY_DELAYS[attempts])
    return Outcome(Result.DEAD, f"gave up after {attempts + 1} attempts; {reason}"[:LONGEST_REASON])


def _count(service: BaseService, types: list[str], outcomes: list[Outcome]) -> None:
    counts: dict[tuple[str, str], int] = {}
    for event_type, outcome in zip(types, outcomes, strict=True):
        key = (event_type, outcome.result.value)
        counts[key] = counts.get(key, 0) + 1
    for (event_type, result), number in counts.items():
        metrics.HANDLER_EVENTS.labels(service.name, event_type, result).inc(number)


def _tell(service: BaseService, done: Sequence[Received]) -> None:
    """Measure how late the effects are, and log under which correlation ids they came."""
    if not done:
        return
    oldest = min(event.time.timestamp() for event in done)
    metrics.EVENT_LAG.labels(service.name).observe(max(time.time() - oldest, 0.0))
    _note_ticks(service, [event.data for event in done if isinstance(event.data, RelayTicked)])
    ids = list(dict.fromkeys(event.correlation_id for event in done if event.correlation_id))
    for start in range(0, len(ids), IDS_PER_LINE):
        log.info(
            "events in effect",
            extra={
                "service": service.name,
                "events": len(done),
                "correlation_ids": ids[start : start + IDS_PER_LINE],
            },
        )


def _note_ticks(service: BaseService, ticks: Sequence[RelayTicked]) -> None:
    """Keep the newest tick of each database that there is: one that is replayed, or of another name, says nothing."""
    for tick in ticks:
        key = (service.name, tick.database)
        known = _newest_ticks.get(key)
        if tick.database in DATABASES and (known is None or known < tick.ticked_at):
            _newest_ticks[key] = tick.ticked_at
            metrics.NEWEST_TICK.labels(*key).set(tick.ticked_at.timestamp())
