"""A connection to RabbitMQ that publishes with a window of confirms and takes messages, in one plain thread.

pika's asynchronous connection is driven step by step: each method runs the I/O loop until its own purpose is reached
or its time is over. So a whole batch is under way at once, heartbeats are answered while waiting, and a frozen broker
costs a deadline and not a process.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile
from typing import Any

import pika
from pika.adapters.select_connection import IOLoop

from shared.delivery import broker, rights
from shared.errors import BrokerAway
from shared.limits import RELAY
from shared.text import Text

log = logging.getLogger(__name__)


AWAY = Text(
    "消息服务暂时连不上，内容已保存，稍后会自动送达。",
    "The message broker cannot be reached just now. What was saved will be passed on by itself.",
)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message of so many events; the exchange "" goes straight to the queue named by the routing key."""

    routing_key: str
    body: bytes
    message_id: str
    correlation_id: str = ""
    exchange: str = broker.EXCHANGE
    content_type: str = "application/cloudevents+json"
    is_again: bool = False
    events: int = 1


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message that the broker handed over, not acknowledged yet."""

    tag: int
    body: bytes
    message_id: str
    headers: dict[str, Any]
    queue: str
    content_type: str = ""


def parameters(url: str, name: str) -> Any:
    """Connection parameters in which no wait is unbounded."""
    found = pika.URLParameters(url)
    found.heartbeat = RELAY.heartbeat
    found.blocked_connection_timeout = 30
    found.socket_timeout = 5
    found.stack_timeout = RELAY.connect
    found.connection_attempts = 1
    found.client_properties = {"connection_name": name}
    return found


def user_of(url: str) -> str:
    """The account of the broker that an address names."""
    name: str = parameters(url, "").credentials.username
    return name


def declare(url: str, source: str, patterns: broker.Patterns) -> None:
    """Declare the topology for the relay of `source`; BrokerAway when the broker cannot be reached.

    With an account of its own it may declare its own queues; whoever hears its events declares theirs.
    """
    if user_of(url) == rights.relay_account(source):
        patterns = {name: topics for name, topics in patterns.items() if name == source}
    try:
        connection = pika.BlockingConnection(parameters(url, f"relay {source}"))
        broker.declare(connection.channel(), patterns, source)
        connection.close()
    except (pika.exceptions.AMQPError, OSError) as error:
        raise BrokerAway(AWAY, {"cause": repr(error)}) from error


@dataclass(slots=True)
class _Window:
    """What was sent and is not yet confirmed, by delivery tag in rising order."""

    waiting: dict[int, Outgoing] = field(default_factory=dict)
    returned: list[str] = field(default_factory=list)
    refused: int = 0


class BrokerLink:
    """Connected while it exists. After BrokerAway it is of no use: close it and make another."""

    def __init__(self, url: str, name: str, *, takes_from: Sequence[str] = ()) -> None:
        self.incoming: deque[Incoming] = deque()
        self._user = user_of(url)
        self._window = _Window()
        self._last_tag = 0
        self._failure: object = None
        self._channel: Any = None
        self._is_ready = False
        self._takes_from = list(takes_from)
        self._ioloop = IOLoop()
        self._connection = pika.SelectConnection(
            parameters(url, name),
            on_open_callback=self._opened,
            on_open_error_callback=self._failed,
            on_close_callback=self._failed,
            custom_ioloop=self._ioloop,
        )
        try:
            self._run(lambda: self._is_ready, RELAY.connect)
        except BrokerAway:
            self.close()
            raise

    def publish(self, messages: Sequence[Outgoing], meanwhile: Callable[[], None] = lambda: None) -> list[Outgoing]:
        """Publish all and wait for all confirms, calling `meanwhile` now and then; return those that no queue took.

        They keep their order. BrokerAway when one is not confirmed: then any of them may or may not have arrived. What
        `meanwhile` raises passes, with the same meaning.
        """
        window = self._window = _Window()
        for message in messages:
            self._check()
            self._channel.basic_publish(
                message.exchange,
                message.routing_key,
                message.body,
                pika.BasicProperties(
                    content_type=message.content_type,
                    delivery_mode=2,
                    message_id=message.message_id,
                    # The broker holds it against the account: consumers know by it who tells.
                    user_id=self._user,
                    correlation_id=message.correlation_id or None,
                    headers={broker.AGAIN_HEADER: 1} if message.is_again else None,
                ),
                mandatory=True,
            )
            self._last_tag += 1
            window.waiting[self._last_tag] = message
        self._run_with(meanwhile, lambda: not window.waiting, RELAY.confirm)
        if window.refused:
            raise BrokerAway(AWAY, {"cause": f"{window.refused} messages refused"})
        returned = set(window.returned)
        return [message for message in messages if message.message_id in returned]

    def wait(self, seconds: float, fileno: int) -> None:
        """Serve the connection until `fileno` is readable or a message came, at most `seconds`."""
        woken = []

        def wake(*_: object) -> None:
            woken.append(True)
            self._ioloop.stop()

        self._ioloop.add_handler(fileno, wake, IOLoop.READ)
        try:
            with contextlib.suppress(TimeoutError):
                self._run(lambda: bool(woken or self.incoming), seconds, raise_timeout=True)
        finally:
            self._ioloop.remove_handler(fileno)

    def acknowledge(self, tag: int) -> None:
        """Drop what came up to `tag`, of whichever queue."""
        self._check()
        self._channel.basic_ack(tag, multiple=True)

    def close(self) -> None:
        """Close in order if the broker answers, else let go."""
        if not (self._connection.is_closed or self._connection.is_closing):
            with contextlib.suppress(BrokerAway, pika.exceptions.AMQPError):
                self._connection.close()
                self._run(lambda: self._connection.is_closed, RELAY.close)
        self._ioloop.close()

    def _run_with(self, meanwhile: Callable[[], None], is_done: Callable[[], bool], seconds: float) -> None:
        """As `_run`, which is left for `meanwhile` every few seconds."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > RELAY.word:
            with contextlib.suppress(TimeoutError):
                self._run(is_done, RELAY.word, raise_timeout=True)
            if is_done():
                return
            meanwhile()
        self._run(is_done, left)

    def _run(self, is_done: Callable[[], bool], seconds: float, *, raise_timeout: bool = False) -> None:
        deadline = time.monotonic() + seconds
        timer = self._ioloop.call_later(seconds, self._ioloop.stop)
        try:
            while not is_done():
                self._check()
                if time.monotonic() >= deadline:
                    if raise_timeout:
                        raise TimeoutError
                    raise BrokerAway(AWAY, {"cause": f"no answer within {seconds:.0f} s"})
                self._ioloop.start()
        finally:
            self._ioloop.remove_timeout(timer)

    def _check(self) -> None:
        if self._failure is not None:
            raise BrokerAway(AWAY, {"cause": repr(self._failure)})

    def _opened(self, connection: Any) -> None:
        connection.channel(on_open_callback=self._channel_opened)

    def _channel_opened(self, channel: Any) -> None:
        self._channel = channel
        channel.add_on_close_callback(self._failed)
        channel.add_on_return_callback(self._returned)
        channel.confirm_delivery(self._confirmed, callback=self._confirms_selected)

    def _confirms_selected(self, _frame: object) -> None:
        self._channel.basic_qos(prefetch_count=200)
        self._take_from_next()

    def _take_from_next(self) -> None:
        if not self._takes_from:
            self._ready()
            return
        queue = self._takes_from.pop(0)
        came = partial(self._came, queue)
        self._channel.basic_consume(queue, came, callback=lambda _frame: self._take_from_next())

    def _ready(self) -> None:
        self._is_ready = True
        self._ioloop.stop()

    def _failed(self, _what: object, reason: object) -> None:
        self._failure = reason
        self._ioloop.stop()

    def _returned(self, _channel: object, _method: object, properties: Any, _body: bytes) -> None:
        # The broker sends the return before the confirm of the same message.
        self._window.returned.append(properties.message_id)

    def _confirmed(self, frame: Any) -> None:
        window, tag = self._window, frame.method.delivery_tag
        tags = list(takewhile(lambda waiting: waiting <= tag, window.waiting)) if frame.method.multiple else [tag]
        confirmed = sum(window.waiting.pop(waiting, None) is not None for waiting in tags)
        if isinstance(frame.method, pika.spec.Basic.Nack):
            window.refused += confirmed
        if not window.waiting:
            self._ioloop.stop()

    def _came(self, queue: str, _channel: object, method: Any, properties: Any, body: bytes) -> None:
        headers = dict(properties.headers or {})
        message_id, content_type = properties.message_id or "", properties.content_type or ""
        self.incoming.append(Incoming(method.delivery_tag, body, message_id, headers, queue, content_type))
        self._ioloop.stop()
