"""The batch consumer: a nameko entrypoint that takes a service's events from its queue by the hundred.

It has its own connection, used by one greenlet: collect a batch, have `shared/consuming.py` take it into effect, send what
failed to the retry ladder or the dead-letter queue, acknowledge all. What nameko's own consumer gets wrong is done here:
nothing is acknowledged before its effect is committed, a stop finishes what was fetched, an absent database is waited out.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import amqp
import eventlet
from kombu import Connection
from kombu.exceptions import KombuError
from nameko.extensions import Entrypoint

from shared import broker
from shared.consuming import Delivery, Outcome, Result, handle_batch
from shared.errors import DatabaseAway, TryAgain
from shared.health import Pulse
from shared.loop import Backoff, Signals
from shared.service import BaseService, consumer_of

log = logging.getLogger(__name__)

BATCH = 500
PREFETCH = 1000
LINGER_SECONDS = 0.02
IDLE_SECONDS = 0.5
HEARTBEAT_SECONDS = 20
CONNECT_SECONDS = 5.0
CONFIRM_SECONDS = 10.0
HANDLING_SECONDS = 60.0
PING_SECONDS = 15.0
PULSE = "events"

ACCEPTED = frozenset({"application/cloudevents+json", "application/json"})
CONNECTION_FAULTS = (amqp.AMQPError, KombuError, OSError)


class BatchConsumer(Entrypoint):  # type: ignore[misc]
    """Consumes `<service>.events` for the service's batch method."""

    def __init__(self, service: BaseService, pulse: Pulse, signals: Signals, **options: Any) -> None:
        self._service = service
        self._pulse = pulse
        self._signals = signals
        self._is_stopping = False
        self._thread: Any = None
        super().__init__(**options)

    def start(self) -> None:
        self._thread = self.container.spawn_managed_thread(self._run, identifier="events")

    def stop(self) -> None:
        """Take no more, finish what was fetched, acknowledge it, close."""
        self._is_stopping = True
        self._thread.wait()

    def kill(self) -> None:
        if self._thread is not None:
            self._thread.kill()

    def _run(self) -> None:
        backoff = Backoff(longest=3.0)
        while not self._is_stopping:
            self._pulse.beat(PULSE)
            try:
                with _connection(self.container.config["AMQP_URI"]) as connection:
                    _Session(connection, self._service, self._pulse, self._signals, self._should_stop).run(backoff)
            except CONNECTION_FAULTS as error:
                log.warning("broker connection lost", extra={"service": self._service.name, "cause": repr(error)})
                eventlet.sleep(backoff.pause())

    def _should_stop(self) -> bool:
        return self._is_stopping


class _Session:
    """Everything that lives as long as one connection; delivery tags are of no use on another one."""

    def __init__(
        self,
        connection: Any,
        service: BaseService,
        pulse: Pulse,
        signals: Signals,
        should_stop: Callable[[], bool],
    ) -> None:
        self._connection = connection
        self._service = service
        self._pulse = pulse
        self._signals = signals
        self._should_stop = should_stop
        self._fetched: list[Any] = []
        self._is_lost = False
        self._pinged_at = 0.0

    def run(self, backoff: Backoff) -> None:
        """Consume until asked to stop and all that was fetched is done; raises when the connection breaks."""
        self._open()
        backoff.reset()
        keeper = eventlet.spawn(self._keep_alive)
        is_consuming = True
        try:
            while True:
                if is_consuming and self._should_stop():
                    self._channel.basic_cancel(self._consumer_tag)
                    is_consuming = False
                if is_consuming:
                    self._fetch()
                    self._ping()
                batch, self._fetched = self._fetched[:BATCH], self._fetched[BATCH:]
                if batch:
                    self._take(batch)
                elif not is_consuming:
                    return
        finally:
            keeper.kill()

    def _open(self) -> None:
        self._channel = self._connection.channel()
        self._confirming = self._connection.channel()
        method = consumer_of(type(self._service))
        assert method is not None
        _declare(self._channel, self._service.name, method.consumes.patterns)  # type: ignore[attr-defined]
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
        if time.monotonic() - self._pinged_at > PING_SECONDS:
            self._pinged_at = time.monotonic()
            self._loopback.basic_publish(amqp.Message(b"{}"), "", self._address, timeout=CONNECT_SECONDS)

    def _fetched_one(self, message: Any) -> None:
        self._fetched.append(message)

    def _cancelled_by_broker(self, _tag: str) -> None:
        raise amqp.exceptions.ConnectionForced("the queue was deleted or moved")

    def _keep_alive(self) -> None:
        """Heartbeats while a batch is being handled, when nothing else writes to the connection."""
        try:
            while True:
                eventlet.sleep(HEARTBEAT_SECONDS / 3)
                self._connection.send_heartbeat()
        except CONNECTION_FAULTS:
            self._is_lost = True

    def _fetch(self) -> None:
        """Collect what comes within the linger time of the first message, up to a batch."""
        if not self._fetched:
            try:
                self._connection.drain_events(timeout=IDLE_SECONDS)
            except TimeoutError:
                self._connection.heartbeat_tick()
                return
        deadline = time.monotonic() + LINGER_SECONDS
        with suppress(TimeoutError):
            while len(self._fetched) < BATCH and (remaining := deadline - time.monotonic()) > 0:
                self._connection.drain_events(timeout=remaining)

    def _take(self, batch: list[Any]) -> None:
        self._signals.reached("fetched")
        outcomes = self._handle(batch)
        if outcomes is None:
            return
        self._signals.reached("committed")
        for message, outcome in zip(batch, outcomes, strict=True):
            self._send_away(message, outcome)
        self._signals.reached("sent")
        # Batches are taken in the order of delivery, so everything up to the last tag is done.
        self._channel.basic_ack(batch[-1].delivery_tag, multiple=True)
        self._signals.reached("acknowledged")
        self._pulse.beat(PULSE)

    def _handle(self, batch: list[Any]) -> list[Outcome] | None:
        """The outcomes, however long the database is away; None when a stop or a lost connection ends the waiting."""
        outcomes = [_refused(message) for message in batch]
        deliveries = [
            Delivery(_body(message), _attempts(message))
            for message, refused in zip(batch, outcomes, strict=True)
            if refused is None
        ]
        backoff = Backoff()
        while not self._is_lost:
            try:
                with eventlet.Timeout(HANDLING_SECONDS, _too_slow()):
                    handled = iter(handle_batch(self._service, deliveries))
                return [next(handled) if outcome is None else outcome for outcome in outcomes]
            except TryAgain as error:
                # The messages stay with us and burn no attempts; the broker gives them back should we die.
                log.warning("waiting for the database", extra={"service": self._service.name, "cause": str(error)})
                self._pulse.beat(PULSE)
                if self._should_stop():
                    self._is_lost = True
                    raise amqp.exceptions.ConnectionForced("stopped while the database is away") from error
                eventlet.sleep(backoff.pause())
        raise amqp.exceptions.ConnectionForced("the connection broke while a batch was handled")

    def _send_away(self, message: Any, outcome: Outcome) -> None:
        """Publish what cannot be done now, confirmed; the original is acknowledged only after that."""
        if outcome.result is Result.RETRY:
            queue = broker.retry_queue(self._service.name, outcome.delay)
        elif outcome.result is Result.DEAD:
            queue = broker.dead_queue(self._service.name)
            log.error("message is dead", extra={"service": self._service.name, "reason": outcome.reason})
        else:
            return
        properties = message.properties
        copy = amqp.Message(
            _body(message),
            content_type=properties.get("content_type") or "application/octet-stream",
            delivery_mode=2,
            message_id=properties.get("message_id") or "",
            application_headers={
                broker.ATTEMPTS_HEADER: _attempts(message) + 1,
                broker.REASON_HEADER: outcome.reason,
            },
        )
        self._confirming.basic_publish_confirm(
            copy, "", queue, mandatory=True, timeout=CONNECT_SECONDS, confirm_timeout=CONFIRM_SECONDS
        )


@contextmanager
def _connection(url: str) -> Iterator[Any]:
    """An open connection; after a fault it is dropped without the handshake, which a frozen broker would not answer."""
    template = Connection(url, heartbeat=HEARTBEAT_SECONDS, connect_timeout=CONNECT_SECONDS)
    connection = template.transport.establish_connection()
    # Every later wait that names no limit of its own is bounded by this one.
    connection.sock.settimeout(CONFIRM_SECONDS)
    try:
        yield connection
        connection.close()
    finally:
        with suppress(*CONNECTION_FAULTS):
            connection.collect()


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


def _body(message: Any) -> bytes:
    body = message.body
    return body if isinstance(body, bytes) else str(body).encode()


def _attempts(message: Any) -> int:
    headers = message.properties.get("application_headers") or {}
    attempts = headers.get(broker.ATTEMPTS_HEADER)
    return attempts if isinstance(attempts, int) else 0


def _too_slow() -> DatabaseAway:
    from shared.database import BUSY

    return DatabaseAway(BUSY)
