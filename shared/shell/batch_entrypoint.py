"""The batch consumer: a nameko entrypoint that takes a service's events from its queue by the hundred.

What nameko's own consumer gets wrong is done here: nothing is acknowledged before its effect is committed, a stop
finishes what was fetched, an absent database is waited out, a bad message leaves alone and with its reason.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import eventlet
from kombu import Connection
from nameko.extensions import Entrypoint

from shared.calling.service import BaseService
from shared.delivery.consuming import begin_counting
from shared.limits import BROKER
from shared.process.health import EXIT_DIED, Pulse, end_process
from shared.process.loop import Backoff, Signals
from shared.shell.batch_session import (
    CONNECTION_FAULTS,
    PULSE,
    Session,
)

log = logging.getLogger(__name__)

READ_AHEAD_BYTES = 8192


class BatchConsumer(Entrypoint):  # type: ignore[misc]
    """Consumes `<service>.events` for the service's batch method."""

    def __init__(
        self,
        service: BaseService,
        pulse: Pulse,
        signals: Signals,
        *,
        accepts_unsigned: bool = False,
        **options: Any,
    ) -> None:
        self._accepts_unsigned = accepts_unsigned
        self._service = service
        self._pulse = pulse
        self._signals = signals
        self._is_stopping = False
        self._thread: Any = None
        super().__init__(**options)

    def start(self) -> None:
        """Begin to consume, in a greenlet of nameko's."""
        begin_counting(self._service.name)
        self._thread = self.container.spawn_managed_thread(self._run, identifier="events")

    def stop(self) -> None:
        """Take no more, finish what was fetched, acknowledge it, close."""
        self._is_stopping = True
        self._thread.wait()

    def kill(self) -> None:
        """End at once; what was not acknowledged comes again."""
        if self._thread is not None:
            self._thread.kill()

    def _run(self) -> None:
        """Consume until stopped. nameko cannot end a container from within its thread, so a defect ends the process."""
        try:
            self._consume()
        except Exception:
            log.exception("consumer died", extra={"service": self._service.name})
            end_process("the consumer met a defect", EXIT_DIED)

    def _consume(self) -> None:
        backoff = Backoff(longest=3.0)
        while not self._is_stopping:
            self._pulse.beat(PULSE)
            try:
                with _connection(self.container.config["AMQP_URI"]) as connection:
                    self._session(connection).run(backoff)
            except CONNECTION_FAULTS as error:
                log.warning("broker connection lost", extra={"service": self._service.name, "cause": repr(error)})
                eventlet.sleep(backoff.pause())

    def _session(self, connection: Any) -> Session:
        return Session(
            connection,
            self._service,
            self._pulse,
            self._signals,
            self._should_stop,
            user=Connection(self.container.config["AMQP_URI"]).userid or "",
            accepts_unsigned=self._accepts_unsigned,
        )

    def _should_stop(self) -> bool:
        return self._is_stopping


@contextmanager
def _connection(url: str) -> Iterator[Any]:
    """An open connection; after a fault it is dropped without the handshake, which a frozen broker would not answer."""
    template = Connection(url, heartbeat=BROKER.heartbeat, connect_timeout=BROKER.connect)
    connection = template.transport.establish_connection()
    # Every later wait that names no limit of its own is bounded by this one.
    connection.sock.settimeout(BROKER.confirm)
    _read_ahead(connection)
    try:
        yield connection
        connection.close()
    finally:
        with suppress(*CONNECTION_FAULTS):
            connection.collect()


def _read_ahead(connection: Any) -> None:
    """Have py-amqp take what the socket holds instead of six system calls for each message.

    It keeps what it did not ask for, so only the size of the request changes.
    """
    receive = connection.sock.recv
    connection.transport._quick_recv = lambda _size: receive(READ_AHEAD_BYTES)  # noqa: SLF001 - it has no other door
