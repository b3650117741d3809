"""Sends the answers of calls over a connection of its own, one after the other.

An answer that cannot be sent is given up and counted: its caller has a deadline and asks again with the same command
id. So neither a dead nor a frozen broker can hold a worker or end the process.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import amqp
from eventlet.queue import Empty, LightQueue
from kombu import Connection
from kombu.exceptions import KombuError
from nameko.extensions import SharedExtension

from shared.limits import BROKER
from shared.process import metrics

log = logging.getLogger(__name__)

RPC_EXCHANGE = "nameko-rpc"
CONNECT_SECONDS = 2.0
IDLE_SECONDS = 5.0
# Whoever asked has asked again by then.
WORTHLESS_AFTER_SECONDS = 10.0
TRIES = 2
CONNECTION_FAULTS = (amqp.AMQPError, KombuError, OSError)


@dataclass(frozen=True, slots=True)
class _Reply:
    address: str
    call_id: str
    body: bytes
    asked_at: float
    done: Callable[[], None]


class Replier(SharedExtension):  # type: ignore[misc]
    """`reply` returns at once; `done` is called when the answer was sent or given up."""

    def __init__(self) -> None:
        self._replies: Any = LightQueue()
        self._connection: Any = None
        self._channel: Any = None
        self._thread: Any = None
        super().__init__()

    def start(self) -> None:
        """Begin to send, in a greenlet of nameko's."""
        self._thread = self.container.spawn_managed_thread(self._run, identifier="replier")

    def stop(self) -> None:
        """Send what is waiting, then end; workers have ended before extensions are stopped."""
        self._replies.put(None)
        self._thread.wait()

    def reply(self, message: Any, payload: dict[str, Any], *, done: Callable[[], None]) -> None:
        """Queue an answer; `done` is called once it was sent, or is worth nothing any more."""
        properties = message.properties
        self._replies.put(
            _Reply(
                str(properties["reply_to"]),
                str(properties.get("correlation_id", "")),
                json.dumps(payload, ensure_ascii=False).encode(),
                time.monotonic(),
                done,
            )
        )

    def _run(self) -> None:
        while True:
            try:
                reply = self._replies.get(timeout=IDLE_SECONDS)
            except Empty:
                self._keep_alive()
                continue
            if reply is None:
                break
            self._send(reply)
            reply.done()
        self._drop()

    def _send(self, reply: _Reply) -> None:
        for _ in range(TRIES):
            if time.monotonic() - reply.asked_at > WORTHLESS_AFTER_SECONDS:
                break
            try:
                self._publish(reply)
            except CONNECTION_FAULTS as error:
                self._drop()
                log.warning("answer not sent", extra={"cause": repr(error)})
            else:
                return
        metrics.LOST_REPLIES.labels(self.container.service_name).inc()

    def _publish(self, reply: _Reply) -> None:
        if self._connection is None:
            self._connect()
        message = amqp.Message(
            reply.body,
            content_type="application/json",
            content_encoding="utf-8",
            correlation_id=reply.call_id,
        )
        self._channel.basic_publish(message, RPC_EXCHANGE, reply.address, timeout=CONNECT_SECONDS)

    def _connect(self) -> None:
        template = Connection(
            self.container.config["AMQP_URI"], heartbeat=BROKER.heartbeat, connect_timeout=CONNECT_SECONDS
        )
        self._connection = template.transport.establish_connection()
        self._connection.sock.settimeout(CONNECT_SECONDS)
        self._channel = self._connection.channel()

    def _keep_alive(self) -> None:
        if self._connection is None:
            return
        try:
            with suppress(TimeoutError):
                self._connection.drain_events(timeout=0.001)
            self._connection.heartbeat_tick()
        except CONNECTION_FAULTS:
            self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            with suppress(*CONNECTION_FAULTS):
                self._connection.collect()
        self._connection = self._channel = None
