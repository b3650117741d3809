"""RPC on nameko without its known defects.

A message that is no call is refused and kills nothing, an answer is sent by the replier, and calls under way at a stop
are finished and acknowledged before the connection closes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, Literal

import amqp
from kombu import Connection
from kombu.exceptions import KombuError
from nameko.exceptions import serialize
from nameko.messaging import QueueConsumer
from nameko.rpc import Rpc, RpcConsumer

from shared.limits import BROKER
from shared.process import metrics
from shared.shell.replier import Replier

log = logging.getLogger(__name__)

CONNECTION_FAULTS = (amqp.AMQPError, KombuError, OSError)


class DrainingQueueConsumer(QueueConsumer):  # type: ignore[misc]
    """Keeps its connection until the last call it fetched is acknowledged."""

    def __init__(self) -> None:
        self._unsettled: set[int] = set()
        super().__init__()

    def handle_message(self, provider: Any, body: Any, message: Any) -> None:
        """Take a call, and remember that it is not settled."""
        self._unsettled.add(id(message))
        super().handle_message(provider, body, message)

    def ack_message(self, message: Any) -> None:
        """Acknowledge a call that was answered."""
        self._settle(message, "ack")

    def requeue_message(self, message: Any) -> None:
        """Give a call back to the broker."""
        self._settle(message, "requeue")

    def reject_message(self, message: Any) -> None:
        """Drop a message that is no call; there is nobody who could be answered."""
        self._settle(message, "reject")

    def _settle(self, message: Any, how: Literal["ack", "requeue", "reject"]) -> None:
        # What a lost connection had fetched is the broker's again; it may be lost in the middle of this, too.
        if message.channel.connection:
            with suppress(*CONNECTION_FAULTS):
                getattr(message, how)()
        self._unsettled.discard(id(message))

    def on_iteration(self) -> None:
        """Stop once asked to and nothing is left to be settled."""
        self._cancel_consumers_if_requested()
        if not self._consumers and not self._unsettled:
            self.should_stop = True

    def on_connection_revived(self) -> None:
        """Begin anew on a new connection."""
        # What the old connection had fetched is the broker's again.
        self._unsettled.clear()

    def on_connection_error(self, exc: Exception, interval: float) -> None:
        """Say that the broker is away; kombu tries again."""
        log.warning("broker is away", extra={"cause": repr(exc), "retry_in": interval})

    def on_decode_error(self, message: Any, exc: Exception) -> None:
        """Refuse a message that is no JSON, without logging what it holds."""
        # The body stays out of the log: it may be anything.
        log.warning("call refused", extra={"content_type": str(message.content_type)[:60], "cause": type(exc).__name__})
        metrics.REFUSED_CALLS.labels(self.container.service_name).inc()
        self._settle(message, "reject")

    @contextmanager
    def establish_connection(self) -> Iterator[Any]:
        """A connection that is waited for as long as it takes, and dropped without a handshake after a fault."""
        connection = Connection(self.amqp_uri, heartbeat=BROKER.heartbeat, connect_timeout=BROKER.connect)
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
        """Hand a call to its method; refuse what is none."""
        if not _is_call(body, message):
            log.warning("message is no call", extra={"service": self.container.service_name})
            metrics.REFUSED_CALLS.labels(self.container.service_name).inc()
            self.queue_consumer.reject_message(message)
            return
        super().handle_message(body, message)

    def handle_result(self, message: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        """Answer through the replier and acknowledge once that is done."""
        error = None if exc_info is None else serialize(exc_info[1])
        self.replier.reply(
            message, {"result": result, "error": error}, done=partial(self.queue_consumer.ack_message, message)
        )
        return result, exc_info


class SafeRpc(Rpc):  # type: ignore[misc]
    """The entrypoint of one operation."""

    rpc_consumer = SafeRpcConsumer()

    def unpack_message_headers(self, _message: Any) -> dict[str, Any]:
        """Nothing: what a stranger puts into headers must not reach nameko's call stack."""
        return {}


def _is_call(body: Any, message: Any) -> bool:
    properties = message.properties
    return bool(
        isinstance(body, dict)
        and isinstance(body.get("args"), list)
        and isinstance(body.get("kwargs"), dict)
        and properties.get("reply_to")
        and properties.get("content_type")
    )
