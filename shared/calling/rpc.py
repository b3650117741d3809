"""Calls a service over RabbitMQ from a plain thread, in nameko's wire protocol and with a deadline that always holds.

Each thread has its own connection with its own reply queue. A lost connection is made again within the deadline and the
call sent again: queries may repeat, and a command's id makes the second one answer like the first.

Once connecting has failed for some seconds, calls end at once instead of each waiting for its deadline, and a thread
knocks until the broker is there again.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from contextlib import suppress
from typing import Any, Self
from uuid import uuid4

import amqp
from kombu import Connection

from shared.calling.caller import AWAY, BROKEN, NO_ANSWER, NOT_SHOWN, TOGETHER, Call, growing_pauses, unwrap
from shared.calling.outage import Outage
from shared.calling.proof import Envelope, Signer
from shared.errors import UNKNOWN, BrokerAway, InternalError, Invalid, NoAnswer, Unproven, from_dict
from shared.limits import CALLER
from shared.process import metrics
from shared.text import Text

log = logging.getLogger(__name__)

RPC_EXCHANGE = "nameko-rpc"
# A broker that restarts refuses for a moment.
SETTLE_SECONDS = 0.2
# How soon calls go on after the broker is back.
KNOCK_SECONDS = 0.25
# A file travels in pieces; nothing else comes near.
MAX_CALL_BYTES = 1024 * 1024

TOO_LARGE = Text("提交的内容太大，请减少后再试。", "This is too large to be sent. Please send less at a time.")

_CONNECTION_FAULTS = (amqp.AMQPError, OSError)


class RpcCaller:
    """Use one for the whole process; threads do not share connections."""

    def __init__(self, broker_url: str, signer: Signer | None = None) -> None:
        """Without a signer calls go unsigned: for services that ask for no proof."""
        self._url = broker_url
        self._signer = signer
        self._local = threading.local()
        self._lines: set[_Line] = set()
        self._lock = threading.Lock()
        self._outage = Outage()
        self._closing = threading.Event()

    def call(self, service: str, operation: str, asked: Call, *, timeout: float = CALLER.ask) -> dict[str, Any]:
        """As `Caller` says; Invalid when the call is larger than a message may be."""
        started, outcome = time.monotonic(), "away"
        try:
            result = self._told(service, operation, asked, started + timeout)
            outcome = "error" if "error" in (result or {}) else "answer"
        except _NoAnswerError as error:
            outcome = "no answer"
            raise NoAnswer(NO_ANSWER if asked.command_id else NOT_SHOWN, {"cause": repr(error)}) from error
        finally:
            metrics.RPC_CLIENT_SECONDS.labels(service, outcome).observe(time.monotonic() - started)
        return unwrap(result)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections of all threads."""
        self._closing.set()
        with self._lock:
            lines, self._lines = self._lines, set()
        for line in lines:
            line.drop()

    def _told(self, service: str, operation: str, asked: Call, deadline: float) -> Any:
        """What the service answers; one that refuses because it has not said its time yet is asked once more."""
        signed = self._signed(service, operation, asked)
        result = self._exchange(service, operation, _body(signed), deadline)
        error = _unproven(result)
        if error is None or self._signer is None or not self._signer.learn(service, signed, error):
            return result
        return self._exchange(service, operation, _body(self._signed(service, operation, asked)), deadline)

    def _signed(self, service: str, operation: str, asked: Call) -> Envelope:
        envelope = asked.as_dict()
        return envelope if self._signer is None else self._signer.sign(service, operation, envelope)

    def _exchange(self, service: str, operation: str, body: bytes, deadline: float) -> Any:
        cause: object = "no time left"
        routing_key = f"{service}.{operation}"
        pauses = growing_pauses()
        while time.monotonic() < deadline:
            if self._outage.is_known:
                cause = "known to be away"
                break
            try:
                return self._line(deadline).exchange(routing_key, body, deadline)
            except _NotKnownThereError as error:
                # An idle process of the release before is met many times in a row beside a busy one of this release.
                if operation == TOGETHER:
                    raise BrokerAway(AWAY, {"cause": repr(error), UNKNOWN: True}) from error
                cause = error
                _wait(next(pauses), deadline)
            except _NobodyThere as error:
                cause = error
                break
            except _NoAnswerError:
                # The line is given up: what comes late would be read as the answer to something else.
                self._hang_up()
                log.warning("call not answered in time", extra={"routing_key": routing_key})
                raise
            except _CONNECTION_FAULTS as error:
                cause = error
                self._hang_up()
                self._note_failure()
                _wait(SETTLE_SECONDS, deadline)
        log.warning("call not answered", extra={"routing_key": routing_key, "cause": repr(cause)})
        raise BrokerAway(AWAY, {"cause": repr(cause)})

    def _line(self, deadline: float) -> _Line:
        line: _Line | None = getattr(self._local, "line", None)
        if line is None or line not in self._lines:
            line = self._local.line = _Line(self._url, min(CALLER.connect, deadline - time.monotonic()))
            self._outage.ended()
            with self._lock:
                self._lines.add(line)
        return line

    def _note_failure(self) -> None:
        if self._outage.failed(time.monotonic()):
            log.warning("the broker is known to be away")
            threading.Thread(target=self._knock, name="knock", daemon=True).start()

    def _knock(self) -> None:
        """Try to connect until it works, so that nobody who calls has to be the one who tries."""
        while not self._closing.wait(KNOCK_SECONDS):
            with suppress(*_CONNECTION_FAULTS):
                _Line(self._url, CALLER.connect).drop()
                self._outage.ended()
                log.info("the broker is there again")
                return

    def _hang_up(self) -> None:
        line: _Line | None = self._local.__dict__.pop("line", None)
        if line is not None:
            with self._lock:
                self._lines.discard(line)
            line.drop()


def _body(envelope: Envelope) -> bytes:
    body = json.dumps({"args": [envelope], "kwargs": {}}, ensure_ascii=False).encode()
    if len(body) > MAX_CALL_BYTES:
        raise Invalid(TOO_LARGE)
    return body


def _unproven(result: Any) -> Unproven | None:
    """The refusal in an answer, where it is one for want of a proof."""
    said = result.get("error") if isinstance(result, dict) else None
    error = from_dict(said) if isinstance(said, dict) and said.get("code") == Unproven.code else None
    return error if isinstance(error, Unproven) else None


def _wait(seconds: float, deadline: float) -> None:
    time.sleep(min(seconds, max(0.0, deadline - time.monotonic())))


class _NobodyThere(Exception):
    """The service has never run on this broker: no queue takes its calls."""


class _NoAnswerError(Exception):
    """The broker took the call, and its time is over."""


class _NotKnownThereError(Exception):
    """The process that took the call does not know the operation: it is of the release before. Nothing was done."""


class _Line:
    """One connection with one reply queue, used by one thread. Every wait on the socket is bounded."""

    def __init__(self, url: str, seconds: float) -> None:
        template = Connection(url, connect_timeout=max(seconds, 0.1), heartbeat=0)
        self._connection = template.transport.establish_connection()
        self._connection.sock.settimeout(max(seconds, 0.1))
        self._replies: dict[str, Any] = {}
        self._is_returned = False
        try:
            self._open()
        except BaseException:
            self.drop()
            raise

    def exchange(self, routing_key: str, body: bytes, deadline: float) -> Any:
        """Send one call and return the `result` of its reply."""
        call_id = str(uuid4())
        remaining = max(deadline - time.monotonic(), 0.05)
        self._is_returned = False
        self._replies.clear()  # answers to calls that were given up
        message = amqp.Message(
            body,
            content_type="application/json",
            content_encoding="utf-8",
            reply_to=self._address,
            correlation_id=call_id,
            # A call that nobody waits for any more must not be carried out when the service comes back.
            expiration=str(int(remaining * 1000)),
        )
        self._channel.basic_publish(message, RPC_EXCHANGE, routing_key, mandatory=True, timeout=remaining)
        while call_id not in self._replies:
            if self._is_returned:
                raise _NobodyThere(routing_key)
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise _NoAnswerError(f"no answer to {routing_key}")
            with suppress(TimeoutError):
                self._connection.drain_events(timeout=remaining)
        reply = self._replies.pop(call_id)
        if isinstance(reply, dict) and (reply.get("error") or {}).get("exc_type") == "MethodNotFound":
            raise _NotKnownThereError(routing_key)
        if not isinstance(reply, dict) or reply.get("error"):
            raise InternalError(BROKEN, {"cause": "the service could not read the call"})
        return reply["result"]

    def drop(self) -> None:
        """Close the socket without the handshake, for which a frozen broker would never answer."""
        with suppress(*_CONNECTION_FAULTS):
            self._connection.collect()

    def _open(self) -> None:
        channel = self._channel = self._channel_with_exchange()
        self._address = str(uuid4())
        queue = f"rpc.reply-{self._address}"
        channel.queue_declare(queue, exclusive=True, auto_delete=True)
        channel.queue_bind(queue, RPC_EXCHANGE, self._address)
        channel.basic_consume(queue, no_ack=True, callback=self._answered)
        channel.events["basic_return"].add(self._returned)

    def _channel_with_exchange(self) -> Any:
        """A channel on which the exchange is known to be there; an account of its own may not declare it."""
        channel = self._connection.channel()
        try:
            channel.exchange_declare(RPC_EXCHANGE, "topic", passive=True)
        except amqp.NotFound:
            channel = self._connection.channel()
            channel.exchange_declare(RPC_EXCHANGE, "topic", durable=True, auto_delete=False)
        return channel

    def _answered(self, message: Any) -> None:
        call_id = message.properties.get("correlation_id")
        try:
            self._replies[call_id] = json.loads(message.body)
        except ValueError:
            self._replies[call_id] = None

    def _returned(self, *_: object) -> None:
        self._is_returned = True
