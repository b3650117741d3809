"""Calls and events without a broker: the same operations, the same outbox, the same batches, in one process.

For each pair of a producing database and a consuming service one thread reads the outbox from a stored position. The
position moves after the effect is committed in the consumer's database, so a crash in between hands the batch over
once more and the inbox absorbs it. A message that fails is parked at once and tried again from there, so it holds
nobody up and a crash does not forget it.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from shared.calling.caller import BROKEN, Call, unwrap
from shared.calling.service import BaseService, TickMethod, consumer_of, operations_of, ticks_of
from shared.delivery import broker, deadletters, outbox, resending
from shared.delivery.batching import MOST_EVENTS, Bound
from shared.delivery.consuming import (
    MAX_ATTEMPTS,
    Delivery,
    Outcome,
    Result,
    begin_counting,
    handle_batch,
    patterns_of,
    read,
)
from shared.delivery.deadletters import DeadLetter
from shared.delivery.housekeeping import Housekeeping
from shared.delivery.outbox_session import OutboxSession
from shared.delivery.sending import body_of
from shared.errors import InternalError
from shared.events import RelayTicked
from shared.hearing import asking
from shared.hearing.spans import START, Position
from shared.limits import CALLER
from shared.process import metrics
from shared.process.loop import Loop, Signals
from shared.sealing.chain import SHA256
from shared.sealing.sealing import Sealing

log = logging.getLogger(__name__)

SHORTEST_IDLE = 0.02
# The notification of a commit wakes sooner; this is for the one that was missed. A row that an older transaction hides
# waits with growing pauses about as long again as it was hidden, at most so long.
LONGEST_IDLE = 3.0
PIECE_SECONDS = 0.25
RETRY_SECONDS = 1.0
CARE_SECONDS = 1.0
# How often it is asked whether somebody wants something again; who asks within this process says so at once.
AGAIN_SECONDS = 10.0
ASK_SECONDS = 2.0


class InProcess:
    """All services of one process; `call` works at once, events and ticks between `start` and `stop`."""

    def __init__(
        self, services: Mapping[str, BaseService], *, signals: Signals | None = None, log_hash: str = SHA256
    ) -> None:
        self._services = dict(services)
        self._signals = signals or Signals()
        self._log_hash = log_hash
        self._loops: list[Loop] = []
        self._deliveries: list[_Delivering] = []

    def call(
        self,
        service: str,
        operation: str,
        asked: Call,
        *,
        timeout: float = CALLER.ask,  # noqa: ARG002 - the database's own limits hold here
    ) -> dict[str, Any]:
        """As `Caller` says, but it waits as long as the service does; everything goes through JSON as over a broker."""
        target = self._services.get(service)
        if target is None or operation not in operations_of(type(target)):
            raise InternalError(BROKEN, {"cause": f"there is no operation {service}.{operation}"})
        envelope = json.loads(json.dumps(asked.as_dict()))
        return unwrap(json.loads(json.dumps(target.perform(operation, envelope))))

    def start(self) -> None:
        """Deliver events and tick, each in threads of its own."""
        if self._loops:
            return
        patterns = _patterns(self._services)
        readers = [reader_of(name) for name in patterns]
        for producer in self._services.values():
            ticks = broker.is_wanted(patterns, RelayTicked.TYPE)
            sealing = Sealing(producer.logs, self._log_hash)
            care = Housekeeping(producer.name, readers, ticks=ticks, retention=producer.retention, sealing=sealing)
            self._loops.append(Loop(f"{producer.name} care", _CareStep(producer, care).step))
            for name in patterns:
                delivering = _Delivering(producer, self._services[name], patterns[name], self._signals)
                self._deliveries.append(delivering)
                self._loops.append(Loop(f"{producer.name} to {name}", delivering.step))
        for name in patterns:
            begin_counting(name)
            self._loops.append(Loop(f"{name} retries", _Retrying(self._services[name]).step))
            asking_loop = _Asking(self._services[name], self._services, self._send_again_now)
            self._loops.append(Loop(f"{name} gaps", asking_loop.step))
        for service in self._services.values():
            for name, method in ticks_of(type(service)).items():
                self._loops.append(Loop(f"{service.name} {name}", _Tick(service, method, name).step))
        for loop in self._loops:
            loop.start()

    def _send_again_now(self, source: str, consumer: str) -> None:
        for delivering in self._deliveries:
            if delivering.is_from(source, consumer):
                delivering.send_again_now()

    def stop(self) -> None:
        """Let every loop finish its step; what is not delivered yet is at the next start."""
        for loop in self._loops:
            loop.stopping.set()
        for delivering in self._deliveries:
            delivering.stop_waiting()
        for loop in self._loops:
            loop.stop()
        for delivering in self._deliveries:
            delivering.close()
        self._loops, self._deliveries = [], []

    def close(self) -> None:
        """As `RpcCaller.close`: there is nothing to hang up."""


def reader_of(service: str) -> str:
    """The name under which the position of a consuming service is stored."""
    return f"to:{service}"


class _Delivering:
    """One outbox to one service."""

    def __init__(
        self, producer: BaseService, consumer: BaseService, patterns: tuple[str, ...], signals: Signals
    ) -> None:
        self._producer = producer
        self._consumer = consumer
        self._patterns = patterns
        # Heartbeats go to everybody: they say what there was to hear.
        self._heard = (*patterns, RelayTicked.TYPE)
        self._signals = signals
        self._session: OutboxSession | None = None
        self._position = START
        self._idle = SHORTEST_IDLE
        self._is_hidden = False
        self._is_stopping = False
        self._again_at = 0.0
        self._bound = Bound()
        self._read: list[outbox.Stored] = []

    def step(self) -> float:
        """Deliver one batch or wait for one."""
        try:
            session = self._connected()
            is_more = self._deliver_again(session)
            if not self._deliver(session) and not is_more:
                self._wait(session, self._idle if self._is_hidden else LONGEST_IDLE)
                self._idle = SHORTEST_IDLE if session.was_notified() else min(self._idle * 2, LONGEST_IDLE)
        except BaseException:
            self.close()
            raise
        return 0.0

    def _wait(self, session: OutboxSession, seconds: float) -> None:
        # In pieces, so that a stop need not wait for the end.
        until = time.monotonic() + seconds
        while not self._is_stopping and (left := until - time.monotonic()) > 0:
            if session.wait(min(left, PIECE_SECONDS)):
                return

    def stop_waiting(self) -> None:
        self._is_stopping = True

    def is_from(self, source: str, consumer: str) -> bool:
        return (self._producer.name, self._consumer.name) == (source, consumer)

    def send_again_now(self) -> None:
        self._again_at = 0.0

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
        self._session = None
        # What was not handed over is read again, from the stored position.
        self._read = []

    def _connected(self) -> OutboxSession:
        if self._session is None:
            self._session = OutboxSession(self._producer.database.dsn)
            with self._session.transaction() as cur:
                self._position = outbox.load_position(cur, reader_of(self._consumer.name))
        return self._session

    def _deliver(self, session: OutboxSession) -> bool:
        if not self._read:
            with session.transaction() as cur:
                self._read, self._is_hidden = outbox.look_after(cur, self._position, limit=MOST_EVENTS)
        number = self._bound.fitting(len(row.payload) for row in self._read)
        if not number:
            return False
        rows, self._read = self._read[:number], self._read[number:]
        begun = time.monotonic()
        wanted = [row for row in rows if broker.is_heard(self._heard, row.type)]
        if wanted:
            self._hand_over([(row.id, read(body_of(row, self._producer.name))) for row in wanted])
            self._bound = self._bound.after(sum(len(row.payload) for row in wanted), time.monotonic() - begun)
        self._position = Position(rows[-1].xid, rows[-1].seq)
        with session.transaction() as cur:
            outbox.save_position(cur, reader_of(self._consumer.name), self._position)
        self._signals.reached("moved")
        self._idle = SHORTEST_IDLE
        return True

    def _hand_over(self, messages: list[tuple[str, Delivery]]) -> None:
        deliveries = [delivery for _, delivery in messages]
        outcomes = handle_batch(self._consumer, deliveries)
        self._signals.reached("committed")
        _park_failed(self._consumer, deliveries, outcomes, [event_id for event_id, _ in messages])

    def _deliver_again(self, session: OutboxSession) -> bool:
        """Hand over a piece of what the consumer asked for; True when there may be more."""
        if time.monotonic() < self._again_at:
            return False
        with session.transaction() as cur:
            patterns = {self._consumer.name: self._patterns}
            piece = resending.next_piece(cur, self._producer.name, patterns, [self._consumer.name])
        if piece is None:
            self._again_at = time.monotonic() + AGAIN_SECONDS
            return False
        if piece.messages:
            self._hand_over([(event_id, read(body, is_again=True)) for event_id, body in piece.messages])
        with session.transaction() as cur:
            resending.note_sent(cur, piece)
        return True


class _Asking:
    """What one service lacks of what its sources told, asked of them."""

    def __init__(
        self, service: BaseService, sources: Mapping[str, BaseService], asked: Callable[[str, str], None]
    ) -> None:
        self._service = service
        self._sources = sources
        self._asked = asked

    def step(self) -> float:
        with self._service.database.transaction() as cur:
            questions = asking.due(cur, self._service.name, broker.events_queue(self._service.name))
        for question in questions:
            source = self._sources.get(question.source)
            if source is not None:
                with source.database.transaction() as cur:
                    resending.ask(cur, question)
                self._asked(question.source, self._service.name)
        return ASK_SECONDS


class _Retrying:
    """The parked messages of one service that are due again or that a person wants replayed."""

    def __init__(self, service: BaseService) -> None:
        self._service = service

    def step(self) -> float:
        with self._service.database.transaction() as cur:
            asked = deadletters.asked_for_replay(cur)
            due = deadletters.due_for_retry(cur, broker.RETRY_DELAYS)
        for row in due:
            self._try(row, row.attempts)
        for row in asked:
            # A person's replay is one attempt: when it fails too, the message waits for the next decision.
            self._try(row, MAX_ATTEMPTS - 1)
        return RETRY_SECONDS

    def _try(self, row: deadletters.Parked, attempts: int) -> None:
        outcome = handle_batch(self._service, [read(bytes(row.body), attempts)])[0]
        with self._service.database.transaction() as cur:
            if outcome.result in (Result.DONE, Result.DUPLICATE):
                deadletters.mark_replayed(cur, [row.id])
            elif outcome.result is Result.LATER:
                deadletters.put_off(cur, row.id, reason=outcome.reason)
            else:
                deadletters.park_again(cur, row.id, reason=outcome.reason, attempts=attempts + 1)


class _CareStep:
    def __init__(self, service: BaseService, housekeeping: Housekeeping) -> None:
        self._service = service
        self._housekeeping = housekeeping

    def step(self) -> float:
        self._housekeeping.take_turns(self._service.database.transaction)
        return CARE_SECONDS


class _Tick:
    def __init__(self, service: BaseService, method: TickMethod, name: str) -> None:
        self._service = service
        self._method = method
        self._name = name

        self._seconds: float = method.ticks.seconds  # type: ignore[attr-defined]
        metrics.begin_ticking(service.name, name, self._seconds)

    def step(self) -> float:
        try:
            self._method(self._service)
        except Exception:
            metrics.TICK_FAILURES.labels(self._service.name, self._name).inc()
            raise
        metrics.TICK_SUCCESS.labels(self._service.name, self._name).set_to_current_time()
        return self._seconds


def _park_failed(
    service: BaseService, deliveries: list[Delivery], outcomes: list[Outcome], event_ids: list[str]
) -> None:
    failed = [
        DeadLetter(
            queue=broker.events_queue(service.name),
            body=delivery.body,
            reason=outcome.reason,
            attempts=1 if outcome.result in (Result.RETRY, Result.LATER) else 0,
            message_id=event_id,
        )
        for delivery, outcome, event_id in zip(deliveries, outcomes, event_ids, strict=True)
        if outcome.result in (Result.RETRY, Result.LATER, Result.DEAD)
    ]
    if not failed:
        return
    with service.database.transaction() as cur:
        for letter in failed:
            deadletters.park(cur, letter)
    metrics.PARKED.labels(service.name).inc(len(failed))
    log.error("messages parked", extra={"service": service.name, "messages": len(failed)})


def _patterns(services: Mapping[str, BaseService]) -> dict[str, tuple[str, ...]]:
    return {name: patterns_of(service) for name, service in services.items() if consumer_of(type(service)) is not None}
