"""A service class as a nameko service, behind entrypoints without nameko's known defects.

A message that is no call is refused and kills nothing; an answer is sent from a connection of its own and its loss kills
nothing; calls that are under way at a stop are finished and acknowledged; ticks have a deadline and never pile up.
Nothing else in the system uses nameko's entrypoints, dispatchers or publishers.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import amqp
import eventlet
from eventlet import tpool
from eventlet.event import Event
from kombu import Connection
from kombu.exceptions import KombuError
from nameko.exceptions import serialize
from nameko.extensions import Entrypoint, register_entrypoint
from nameko.messaging import QueueConsumer
from nameko.rpc import Rpc, RpcConsumer

from shared import metrics
from shared.batch_entrypoint import BatchConsumer
from shared.database import BUSY, Database
from shared.errors import TryAgain
from shared.health import Pulse
from shared.loop import Signals
from shared.replier import Replier
from shared.service import BaseService, TickMethod, consumer_of, operations_of, ticks_of

log = logging.getLogger(__name__)

MAX_WORKERS = 10
SERVING_SECONDS = 15.0
HEARTBEAT_SECONDS = 20
FIRST_TICK_SECONDS = 1.0
CONNECTION_FAULTS = (amqp.AMQPError, KombuError, OSError)


def nameko_service(
    service_class: type[BaseService],
    database_dsn: str,
    *,
    pulse: Pulse | None = None,
    signals: Signals | None = None,
) -> type:
    """The nameko service of `service_class`: one RPC per operation, its batch consumer, its ticks."""
    database = Database(database_dsn, size=MAX_WORKERS + 4)
    service = service_class(database, offload=tpool.execute)
    pulse, signals = pulse or Pulse(), signals or Signals()
    members: dict[str, Any] = {"name": service.name}
    for operation in operations_of(service_class):
        members[operation] = _rpc(service, operation)
    for name, method in ticks_of(service_class).items():
        members[name] = _entry(Ticker(service, method, name))
    if consumer_of(service_class) is not None:
        members["take_events"] = _entry(BatchConsumer(service, pulse, signals))
    return type(f"{service_class.__name__}Nameko", (), members)


def configuration(broker_url: str) -> dict[str, Any]:
    """nameko's settings; JSON is all that is accepted."""
    return {
        "AMQP_URI": broker_url,
        "serializer": "json",
        "ACCEPT": ["json"],
        "HEARTBEAT": HEARTBEAT_SECONDS,
        "max_workers": MAX_WORKERS,
    }


class DrainingQueueConsumer(QueueConsumer):  # type: ignore[misc]
    """Keeps its connection until the last call it fetched is acknowledged."""

    def __init__(self) -> None:
        self._unsettled: set[int] = set()
        super().__init__()

    def handle_message(self, provider: Any, body: Any, message: Any) -> None:
        self._unsettled.add(id(message))
        super().handle_message(provider, body, message)

    def ack_message(self, message: Any) -> None:
        super().ack_message(message)
        self._unsettled.discard(id(message))

    def requeue_message(self, message: Any) -> None:
        super().requeue_message(message)
        self._unsettled.discard(id(message))

    def reject_message(self, message: Any) -> None:
        """Drop a message that is no call; there is nobody who could be answered."""
        if message.channel.connection:
            with suppress(*CONNECTION_FAULTS):
                message.reject()
        self._unsettled.discard(id(message))

    def on_iteration(self) -> None:
        self._cancel_consumers_if_requested()
        if not self._consumers and not self._unsettled:
            self.should_stop = True

    def on_connection_revived(self) -> None:
        # What the old connection had fetched is the broker's again.
        self._unsettled.clear()

    def on_connection_error(self, exc: Exception, interval: float) -> None:
        log.warning("broker is away", extra={"cause": repr(exc), "retry_in": interval})

    def on_decode_error(self, message: Any, exc: Exception) -> None:
        # The body stays out of the log: it may be anything.
        log.warning("call refused", extra={"content_type": str(message.content_type)[:60], "cause": type(exc).__name__})
        metrics.REFUSED_CALLS.labels(self.container.service_name).inc()
        message.reject()

    @contextmanager
    def establish_connection(self) -> Iterator[Any]:
        connection = Connection(self.amqp_uri, heartbeat=HEARTBEAT_SECONDS, connect_timeout=5)
        connection.ensure_connection(
            self.on_connection_error, None, interval_start=0.2, interval_step=0.5, interval_max=3
        )
        try:
            yield connection
        except BaseException:
            # Without the handshake: a frozen broker would never answer it.
            connection.collect(socket_timeout=1)
            raise
        connection.release()


class SafeRpcConsumer(RpcConsumer):  # type: ignore[misc]
    """Refuses what is no call and answers through the replier."""

    queue_consumer = DrainingQueueConsumer()
    replier = Replier()

    def handle_message(self, body: Any, message: Any) -> None:
        if not _is_call(body, message):
            log.warning("message is no call", extra={"service": self.container.service_name})
            metrics.REFUSED_CALLS.labels(self.container.service_name).inc()
            self.queue_consumer.reject_message(message)
            return
        super().handle_message(body, message)

    def handle_result(self, message: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        error = None if exc_info is None else serialize(exc_info[1])
        self.replier.reply(
            message, {"result": result, "error": error}, done=partial(self.queue_consumer.ack_message, message)
        )
        return result, exc_info


class SafeRpc(Rpc):  # type: ignore[misc]
    rpc_consumer = SafeRpcConsumer()

    def unpack_message_headers(self, _message: Any) -> dict[str, Any]:
        """Nothing: what a stranger puts into headers must not reach nameko's call stack."""
        return {}


class Ticker(Entrypoint):  # type: ignore[misc]
    """Calls a tick at its interval by the monotonic clock, counted from the end of the one before: none pile up."""

    def __init__(self, service: BaseService, method: TickMethod, name: str, **options: Any) -> None:
        self._service = service
        self._method = method
        self._name = name
        self._seconds: float = method.ticks.seconds  # type: ignore[attr-defined]
        self._stopped = Event()
        self._thread: Any = None
        super().__init__(**options)

    def start(self) -> None:
        self._thread = self.container.spawn_managed_thread(self._run, identifier=self._name)

    def stop(self) -> None:
        self._stopped.send()
        self._thread.wait()

    def kill(self) -> None:
        if self._thread is not None:
            self._thread.kill()

    def _run(self) -> None:
        pause = min(FIRST_TICK_SECONDS, self._seconds)
        while True:
            with eventlet.Timeout(pause, False):  # noqa: FBT003 - eventlet's way to say "no exception"
                self._stopped.wait()
                return
            self._tick()
            pause = self._seconds

    def _tick(self) -> None:
        try:
            with eventlet.Timeout(max(self._seconds, SERVING_SECONDS), TryAgain(BUSY)):
                self._method(self._service)
        except Exception:
            log.exception("tick failed", extra={"service": self._service.name, "tick": self._name})
            metrics.TICK_FAILURES.labels(self._service.name, self._name).inc()
        else:
            metrics.TICK_SUCCESS.labels(self._service.name, self._name).set(time.time())


def _rpc(service: BaseService, operation: str) -> Callable[..., Any]:
    def call(_self: object, envelope: Any = None) -> dict[str, Any]:
        started = time.monotonic()
        try:
            with eventlet.Timeout(SERVING_SECONDS, TryAgain(BUSY)):
                result = service.perform(operation, envelope)
        except TryAgain as error:
            result = {"error": error.as_dict()}
        outcome = result["error"]["code"] if "error" in result else "answer"
        metrics.CALL_SECONDS.labels(service.name, outcome).observe(time.monotonic() - started)
        return result

    call.__name__ = operation
    register_entrypoint(call, SafeRpc())
    return call


def _entry(entrypoint: Any) -> Callable[..., None]:
    """A method for nameko to hang `entrypoint` on; the entrypoint does the work itself."""

    def method(_self: object) -> None:
        return None

    register_entrypoint(method, entrypoint)
    return method


def _is_call(body: Any, message: Any) -> bool:
    properties = message.properties
    return bool(
        isinstance(body, dict)
        and isinstance(body.get("args"), list)
        and isinstance(body.get("kwargs"), dict)
        and properties.get("reply_to")
        and properties.get("content_type")
    )


