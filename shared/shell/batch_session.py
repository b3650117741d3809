"""What a batch consumer does as long as one connection lives: fetch, have it taken into effect, acknowledge.

Batches are taken one after the other, and while one is in the database's hands the next is fetched and read.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import amqp
import eventlet
from kombu.exceptions import KombuError

from shared.calling.service import BaseService
from shared.database import BUSY
from shared.delivery import broker
from shared.delivery.batching import MOST_EVENTS, Bound
from shared.delivery.consuming import Delivery, Outcome, Result, handle_batch, patterns_of, read, read_several
from shared.delivery.envelope import BATCH_CONTENT_TYPE, CONTENT_TYPE
from shared.delivery.tellers import Belief
from shared.errors import DatabaseAway, TryAgain
from shared.events import Received
from shared.limits import BROKER, SERVICE
from shared.process.health import Pulse
from shared.process.loop import Backoff, Signals

log = logging.getLogger(__name__)

# The batch under way and the next one.
PREFETCH = 2 * MOST_EVENTS
# An event waits this long at most for others to share its transaction, and only where the batch before had many: who
# comes alone, or among few, is taken at once.
LINGER_SECONDS = 0.02
MANY = 10
IDLE_SECONDS = 0.5
OVERLAP_SECONDS = 0.005
YIELD_EVERY = 20
# By how much a batch is cut that has taken too long.
SMALLER = 16
PULSE = "events"
AT_WORK = "consuming"

ACCEPTED = frozenset({CONTENT_TYPE, BATCH_CONTENT_TYPE, "application/json"})
CONNECTION_FAULTS = (amqp.AMQPError, KombuError, OSError)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message with the events that it brings."""

    message: Any
    events: tuple[Brought, ...]
    weight: int

    @classmethod
    def of(cls, message: Any, belief: Belief | None) -> Fetched:
        """A message of the broker, read ahead of its turn."""
        body, refused = _body(message), _refused(message)
        if message.properties.get("content_type") == BATCH_CONTENT_TYPE:
            deliveries = read_several(body, is_again=_is_again(message))
        else:
            deliveries = [read(body, _attempts(message), is_again=_is_again(message))]
        brought = (Brought(message, one, refused or _disbelieved(message, one, belief)) for one in deliveries)
        return cls(message, tuple(brought), len(body))


@dataclass(frozen=True, slots=True)
class Brought:
    """An event of a message; `refused` is set when it is none of ours."""

    message: Any
    delivery: Delivery
    refused: Outcome | None


class Session:
    """Everything that lives as long as one connection; delivery tags are of no use on another one.

    `user` is the account of the broker that the connection has.
    """

    def __init__(
        self,
        connection: Any,
        service: BaseService,
        pulse: Pulse,
        signals: Signals,
        should_stop: Callable[[], bool],
        *,
        user: str = "",
        accepts_unsigned: bool = False,
    ) -> None:
        self._user = user
        self._belief = Belief.of(service.name, self._user, accepts_unsigned=accepts_unsigned)
        self._connection = connection
        self._service = service
        self._pulse = pulse
        self._signals = signals
        self._should_stop = should_stop
        self._fetched: list[Fetched] = []
        # The events in them, counted as they come: a sum over all for each message would grow with its square.
        self._waiting = 0
        self._bound = Bound()
        self._is_cancelled = False
        self._is_lost = False
        self._lingers = False
        self._pinged_at = 0.0

    def run(self, backoff: Backoff) -> None:
        """Consume until asked to stop and all that was fetched is done; raises when the connection breaks."""
        self._open()
        backoff.reset()
        self._pulse.beat(AT_WORK)
        keeper = eventlet.spawn(self._keep_alive)
        try:
            while not self._should_stop():
                self._ping()
                self._fetch()
                self._take_batch()
            self._cancel()
            while self._fetched:
                self._take_batch()
        finally:
            self._is_lost = True
            self._pulse.pause(AT_WORK)
            keeper.kill()

    def _open(self) -> None:
        self._channel = self._connection.channel()
        self._confirming = self._connection.channel()
        _declare(self._channel, self._service.name, patterns_of(self._service))
        self._confirming.confirm_select()
        self._channel.basic_qos(0, PREFETCH, False)
        queue = broker.events_queue(self._service.name)
        self._consumer_tag = f"{self._service.name}-{uuid4()}"
        self._channel.basic_consume(
            queue, self._consumer_tag, callback=self._fetched_one, on_cancel=self._cancelled_by_broker
        )
        self._open_loopback()
        log.info("consuming", extra={"service": self._service.name, "queue": queue})

    def _open_loopback(self) -> None:
        """A message to ourselves now and then: its return shows that this connection still delivers."""
        self._loopback = self._connection.channel()
        self._address = f"{self._service.name}.loopback-{uuid4()}"
        self._loopback.queue_declare(self._address, exclusive=True, auto_delete=True)
        self._loopback.basic_consume(self._address, no_ack=True, callback=lambda _message: self._pulse.beat(PULSE))

    def _ping(self) -> None:
        if time.monotonic() - self._pinged_at > BROKER.ping:
            self._pinged_at = time.monotonic()
            self._loopback.basic_publish(amqp.Message(b"{}"), "", self._address, timeout=BROKER.connect)

    def _fetched_one(self, message: Any) -> None:
        fetched = Fetched.of(message, self._belief)
        self._fetched.append(fetched)
        self._waiting += len(fetched.events)

    def _cancelled_by_broker(self, _tag: str) -> None:
        raise amqp.exceptions.ConnectionForced("the queue was deleted or moved")

    def _keep_alive(self) -> None:
        """Heartbeats while a batch is being handled, when nothing else writes to the connection."""
        try:
            while True:
                eventlet.sleep(BROKER.heartbeat / 3)
                self._connection.send_heartbeat()
        except CONNECTION_FAULTS:
            self._is_lost = True

    def _fetch(self) -> None:
        """Collect what comes within the linger time of the first message, as long as it fits into the batch."""
        if not self._fetched and not self._drain(IDLE_SECONDS):
            self._connection.heartbeat_tick()
            return
        if not self._lingers:
            return
        deadline = time.monotonic() + LINGER_SECONDS
        number, weight = len(self._fetched), sum(one.weight for one in self._fetched)
        while self._waiting < MOST_EVENTS and weight < self._bound.bytes:
            remaining = deadline - time.monotonic()
            if remaining <= 0 or not self._drain(remaining):
                return
            weight += sum(one.weight for one in self._fetched[number:])
            number = len(self._fetched)

    def _drain(self, seconds: float) -> bool:
        """Take one thing that the broker sends; False when nothing comes in time."""
        try:
            self._connection.drain_events(timeout=seconds)
        except TimeoutError:
            return False
        return True

    def _take_batch(self) -> None:
        """Take a batch into effect and acknowledge it; what comes meanwhile is fetched and read for the next one."""
        number = self._bound.fitting(one.weight for one in self._fetched)
        batch, self._fetched = self._fetched[:number], self._fetched[number:]
        if not batch:
            return
        self._signals.reached("fetched")
        begun = time.monotonic()
        events = [event for fetched in batch for event in fetched.events]
        self._waiting -= len(events)
        self._lingers = len(events) >= MANY
        handling = eventlet.spawn(self._handle, events)
        while not handling.dead and self._waiting < MOST_EVENTS and not self._should_stop():
            self._drain(OVERLAP_SECONDS)
            if len(self._fetched) % YIELD_EVERY == 0:
                eventlet.sleep(0)  # a full socket never waits, so the other greenlet would not get its turn
        outcomes = handling.wait()
        if outcomes is None:
            raise amqp.exceptions.ConnectionForced("stopped or cut off while the database is away")
        self._signals.reached("committed")
        self._bound = self._bound.after(sum(one.weight for one in batch), time.monotonic() - begun)
        for event, outcome in zip(events, outcomes, strict=True):
            self._send_away(event, outcome)
        self._signals.reached("sent")
        if self._should_stop():
            # An acknowledgement lets as many messages go out again; the cancel would overtake them, and the broker puts
            # them back unseen, as delivered once more.
            self._cancel()
        # Batches are taken in the order of delivery, so everything up to the last tag is done.
        self._channel.basic_ack(batch[-1].message.delivery_tag, multiple=True)
        self._signals.reached("acknowledged")
        self._pulse.beat(PULSE)

    def _cancel(self) -> None:
        """Take no more; what is on the wire arrives before the broker's answer. Cancelling twice does nothing."""
        if not self._is_cancelled:
            self._is_cancelled = True
            self._channel.basic_cancel(self._consumer_tag)

    def _handle(self, batch: list[Brought]) -> list[Outcome] | None:
        """The outcomes, however long the database is away or locked; None when a stop or a lost connection ends it."""
        backoff, outcomes, size = Backoff(), list[Outcome](), len(batch)
        while not self._is_lost:
            limit = DatabaseAway(BUSY)
            try:
                with eventlet.Timeout(SERVICE.batch, limit):
                    outcomes += self._outcomes(batch[len(outcomes) : len(outcomes) + size])
            except TryAgain as error:
                # The messages stay with us and burn no attempts; the broker gives them back should we die.
                log.warning("waiting for the database", extra={"service": self._service.name, "cause": str(error)})
                if error is limit:
                    # To single out a slow event of many may take longer than a batch has; of fewer it does not.
                    size = max(1, size // SMALLER)
                self._pulse.beat(PULSE)
                if self._should_stop():
                    break
                eventlet.sleep(backoff.pause())
                continue
            if len(outcomes) == len(batch):
                return outcomes
            self._pulse.beat(PULSE)
        return None

    def _outcomes(self, part: list[Brought]) -> list[Outcome]:
        deliveries = [one.delivery for one in part if one.refused is None]
        # Statement by statement: a batch that is slow is not stuck.
        handled = iter(handle_batch(self._service, deliveries, moved=lambda: self._pulse.beat(PULSE)))
        return [one.refused or next(handled) for one in part]

    def _send_away(self, event: Brought, outcome: Outcome) -> None:
        """Publish what cannot be done now, for itself and confirmed; the original is acknowledged only after that."""
        if outcome.result in (Result.RETRY, Result.LATER):
            queue = broker.retry_queue(self._service.name, outcome.delay)
        elif outcome.result is Result.DEAD:
            queue = broker.dead_queue(self._service.name)
            log.error("message is dead", extra={"service": self._service.name, "reason": outcome.reason})
        else:
            return
        content_type, message_id = _own_properties(event)
        copy = amqp.Message(
            event.delivery.body,
            content_type=content_type,
            delivery_mode=2,
            message_id=message_id,
            user_id=self._user or None,
            application_headers={
                broker.ATTEMPTS_HEADER: event.delivery.attempts + (outcome.result is not Result.LATER),
                broker.REASON_HEADER: outcome.reason,
            },
        )
        self._confirming.basic_publish_confirm(
            copy, "", queue, mandatory=True, timeout=BROKER.connect, confirm_timeout=BROKER.confirm
        )


def _own_properties(event: Brought) -> tuple[str, str]:
    """Content type and id of the message that an event gets for itself."""
    properties = event.message.properties
    content_type, message_id = properties.get("content_type"), properties.get("message_id") or ""
    if content_type != BATCH_CONTENT_TYPE:
        return content_type or "application/octet-stream", message_id
    if isinstance(event.delivery.event, Received):
        return CONTENT_TYPE, str(event.delivery.event.id)
    # Of one that cannot be read, or of a whole message that is none.
    is_whole = event.delivery.body == _body(event.message)
    return (BATCH_CONTENT_TYPE if is_whole else CONTENT_TYPE), message_id


def _declare(channel: Any, service: str, patterns: tuple[str, ...]) -> None:
    channel.exchange_declare(broker.EXCHANGE, "topic", durable=True, auto_delete=False)
    for queue in broker.queues_of(service, patterns):
        channel.queue_declare(queue.name, durable=True, auto_delete=False, arguments=queue.arguments)
        for topic in queue.topics:
            channel.queue_bind(queue.name, broker.EXCHANGE, topic)


def _refused(message: Any) -> Outcome | None:
    """A content type that is not ours is never decoded: pickle and YAML would run code."""
    content_type = message.properties.get("content_type")
    if content_type in ACCEPTED:
        return None
    return Outcome(Result.DEAD, f"the content type {str(content_type)[:60]!r} is not accepted")


def _disbelieved(message: Any, delivery: Delivery, belief: Belief | None) -> Outcome | None:
    """An event that somebody tells who may not is looked at by a person, who may have it replayed."""
    if belief is None or not isinstance(delivery.event, Received):
        return None
    doubt = belief.doubt(str(message.properties.get("user_id") or ""), delivery.event)
    return Outcome(Result.DEAD, doubt) if doubt else None


def _body(message: Any) -> bytes:
    body = message.body
    return body if isinstance(body, bytes) else str(body).encode()


def _attempts(message: Any) -> int:
    return broker.attempts_of(message.properties.get("application_headers"))


def _is_again(message: Any) -> bool:
    return broker.AGAIN_HEADER in (message.properties.get("application_headers") or {})
