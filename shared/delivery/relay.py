"""Outbox to RabbitMQ, and dead letters back into the parking lot: one plain process per database, without eventlet.

Rows are published in commit order and the position moves only over what the broker has confirmed, so nothing is lost; a
crash in between publishes a batch twice, which every consumer's inbox absorbs. Several relays of one database may run:
the advisory lock makes one of them active, for as long as the database hears of it. One that stood still and goes on
may publish the rest of its batch beside its successor, and moves no position: the session that could is lost.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import uuid4

from shared.database import Cursor
from shared.delivery import broker, deadletters, outbox, resending
from shared.delivery.deadletters import DeadLetter
from shared.delivery.envelope import BATCH_CONTENT_TYPE, UnreadableEventError, apart, join
from shared.delivery.housekeeping import Housekeeping
from shared.delivery.outbox_session import OutboxSession
from shared.delivery.publishing import AWAY, BrokerLink, Incoming, Outgoing, declare
from shared.delivery.sending import together
from shared.delivery.tidying import isolated
from shared.errors import BrokerAway
from shared.events import Received, RelayTicked
from shared.hearing import asking
from shared.hearing.spans import START, Position
from shared.limits import RELAY
from shared.process import health, logs, memory, metrics
from shared.process.loop import Backoff, Signals, run, stop_on_signals
from shared.process.monitoring import watch_process
from shared.process.needs import Needs
from shared.retention import Retention
from shared.sealing.sealing import Sealing

log = logging.getLogger(__name__)

READER = "relay"
# The window of confirms; a larger one gains nothing and repeats more after a crash.
BATCH = 1000
OUTCOMES = ("confirmed", "unroutable", "failed", "unwanted")
SHORTEST_IDLE = 0.02
# The notification of a commit wakes sooner; this is for the one that was missed.
LONGEST_IDLE = 1.0
LIMITS = {"relay": RELAY.stuck}
AT_WORK = "relaying"
FOREVER_UNROUTABLE_ATTEMPTS = 5
# How often it is asked whether somebody wants something again, and whether the own service lacks something.
AGAIN_SECONDS = 1.0
# How often there is looked after everything else; nobody waits for that.
CARE_SECONDS = 0.5


class Relay:
    """One step at a time; `step` returns the seconds until the next and raises TryAgain when a server is away.

    `may_pack` is whether several events go into one message.
    """

    def __init__(
        self,
        service: str,
        dsn: str,
        broker_url: str,
        patterns: broker.Patterns,
        signals: Signals | None = None,
        *,
        retention: Retention | None = None,
        sealing: Sealing | None = None,
    ) -> None:
        self.service = service
        self._dsn = dsn
        self._url = broker_url
        self._patterns = patterns
        self._signals = signals or Signals()
        self._session: OutboxSession | None = None
        self._link: BrokerLink | None = None
        self._position = START
        self.may_pack = False
        self._idle = SHORTEST_IDLE
        self._is_hidden = False
        self._again_at = 0.0
        self._care_at = 0.0
        ticks = broker.is_wanted(patterns, RelayTicked.TYPE)
        self._housekeeping = Housekeeping(
            service, [READER], ticks=ticks, retention=retention or Retention(), sealing=sealing or Sealing()
        )
        metrics.RELAY_ACTIVE.labels(service).set(0)
        metrics.begin_at_zero(metrics.RELAY_PUBLISHES, [service], OUTCOMES)
        metrics.begin_at_zero(metrics.PARKED, [service])

    def step(self) -> float:
        """Relay one batch, or wait for work when there is none."""
        try:
            connected = self._connected()
            if connected is None:
                return RELAY.standby
            session, link = connected
            # What somebody waits for goes before what nobody does.
            is_more = self._relay_batch(session, link)
            if link.incoming or time.monotonic() >= self._care_at:
                self._care(session, link)
                self._care_at = time.monotonic() + CARE_SECONDS
            is_more = self._resend(session, link) or is_more
            if not is_more:
                self._wait(session, link)
        except BaseException:
            # Whatever it was, both connections start afresh: a half-done batch is read and published again.
            self.close()
            raise
        return 0.0

    def close(self) -> None:
        """Hang up on both sides."""
        if self._link is not None:
            self._link.close()
        if self._session is not None:
            self._session.close()
        self._link = self._session = None
        metrics.RELAY_ACTIVE.labels(self.service).set(0)

    def _connected(self) -> tuple[OutboxSession, BrokerLink] | None:
        """Both connections, or None while another relay of this database is the active one."""
        if self._session is None:
            self._session = OutboxSession(self._dsn)
        if self._link is None:
            if not self._session.lead():
                self._housekeeping.stop_measuring()
                return None
            # Both before the broker, so that the log is sealed and the backlog shows also while it is away.
            with self._session.transaction() as cur:
                self._housekeeping.seal(cur)
            with self._session.transaction() as cur:
                self._housekeeping.measure(cur)
            declare(self._url, self.service, self._patterns)
            self._session.say_a_word()
            dead = [broker.dead_queue(self.service)] if self.service in self._patterns else []
            takes_from = [*dead, broker.asked_queue(self.service)]
            self._link = BrokerLink(self._url, f"relay {self.service}", takes_from=takes_from)
            with self._session.transaction() as cur:
                self._position = outbox.load_position(cur, READER)
                self.may_pack = outbox.may_travel_together(cur)
            metrics.RELAY_ACTIVE.labels(self.service).set(1)
            log.info("relay is active", extra={"service": self.service})
        return self._session, self._link

    def _relay_batch(self, session: OutboxSession, link: BrokerLink) -> bool:
        with session.transaction() as cur:
            rows, self._is_hidden = outbox.look_after(cur, self._position, limit=BATCH)
        if not rows:
            return False
        wanted = [row for row in rows if broker.is_wanted(self._patterns, row.type)]
        self._signals.reached("read")
        self._publish(session, link, list(self._outgoing(wanted)))
        self._signals.reached("published")
        # Publish before moving on: a crash in between sends twice, which the inbox absorbs; the other order would lose.
        self._position = Position(rows[-1].xid, rows[-1].seq)
        with session.transaction() as cur:
            outbox.save_position(cur, READER, self._position)
        self._signals.reached("moved")
        metrics.RELAY_PUBLISHES.labels(self.service, "unwanted").inc(len(rows) - len(wanted))
        self._idle = SHORTEST_IDLE
        return True

    def _outgoing(self, rows: Sequence[outbox.Stored]) -> Iterator[Outgoing]:
        for several in together(rows, self.service):
            if several[0][0].type == RelayTicked.TYPE:
                for row, body in several:
                    yield from self._heartbeat(row, body)
            elif len(several) > 1 and self.may_pack:
                first, ids = several[0][0], {row.correlation_id for row, _ in several}
                body = join([body for _, body in several])
                yield Outgoing(
                    first.type,
                    body,
                    first.id,
                    first.correlation_id if len(ids) == 1 else "",
                    content_type=BATCH_CONTENT_TYPE,
                    events=len(several),
                )
            else:
                for row, body in several:
                    yield Outgoing(row.type, body, row.id, row.correlation_id)

    def _heartbeat(self, row: outbox.Stored, body: bytes) -> list[Outgoing]:
        message = Outgoing(row.type, body, row.id, row.correlation_id)
        # Whoever does not listen to heartbeats must know all the same what there was to hear. By no binding, which the
        # broker would keep after a return to a release whose services could not take them.
        others = [name for name, topics in self._patterns.items() if not broker.is_heard(topics, row.type)]
        return [message, *(self._directly(name, row.id, body) for name in others)]

    def _directly(self, consumer: str, message_id: str, body: bytes, *, is_again: bool = False) -> Outgoing:
        return Outgoing(broker.events_queue(consumer), body, message_id, exchange="", is_again=is_again)

    def _publish(self, session: OutboxSession, link: BrokerLink, messages: list[Outgoing]) -> None:
        """Publish until every message is in a queue. While this lasts the session stays the one that leads.

        Somebody listens to each of them, so one that comes back means a broken topology: mend it and send again.
        """
        backoff = Backoff(longest=2.0)
        for _ in range(FOREVER_UNROUTABLE_ATTEMPTS):
            try:
                returned = link.publish(messages, session.say_a_word)
            except BrokerAway:
                metrics.RELAY_PUBLISHES.labels(self.service, "failed").inc(_events_in(messages))
                raise
            confirmed = _events_in(messages) - _events_in(returned)
            metrics.RELAY_PUBLISHES.labels(self.service, "confirmed").inc(confirmed)
            if not returned:
                return
            metrics.RELAY_PUBLISHES.labels(self.service, "unroutable").inc(_events_in(returned))
            log.error(
                "no queue takes an event that a service listens to; declaring the topology again",
                extra={"service": self.service, "event_types": sorted({message.routing_key for message in returned})},
            )
            time.sleep(backoff.pause())
            session.say_a_word()
            declare(self._url, self.service, self._patterns)
            session.say_a_word()
            messages = returned
        raise BrokerAway(AWAY, {"cause": "events are unroutable"})

    def _care(self, session: OutboxSession, link: BrokerLink) -> None:
        self._housekeeping.take_turns(session.transaction)
        if link.incoming:
            self._take_in(session, link)
        self._replay(session, link)

    def _take_in(self, session: OutboxSession, link: BrokerLink) -> None:
        """Put dead letters into the parking lot, and what others lack on the list of what is sent again."""
        letters = list(link.incoming)
        link.incoming.clear()
        asked = [letter for letter in letters if letter.queue == broker.asked_queue(self.service)]
        dead = [letter for letter in letters if letter.queue != broker.asked_queue(self.service)]
        with session.transaction() as cur:
            parked = [one for letter in dead for one in self._dead_letters(letter)]
            for one in parked:
                deadletters.park(cur, one)
            for letter in asked:
                self._note_question(cur, letter)
        self._signals.reached("parked")
        link.acknowledge(letters[-1].tag)
        if parked:
            metrics.PARKED.labels(self.service).inc(len(parked))
            log.error("messages parked", extra={"service": self.service, "messages": len(parked)})

    def _dead_letters(self, letter: Incoming) -> list[DeadLetter]:
        """Each event for itself, also of a message that the broker gave up as a whole."""
        letters = DeadLetter(
            queue=broker.events_queue(self.service),
            body=letter.body,
            reason=str(letter.headers.get(broker.REASON_HEADER) or _broker_reason(letter.headers)),
            attempts=broker.attempts_of(letter.headers),
            message_id=letter.message_id,
        )
        if letter.content_type != BATCH_CONTENT_TYPE:
            return [letters]
        with suppress(UnreadableEventError):
            return [
                replace(letters, body=body, message_id=str(event.id) if isinstance(event, Received) else "")
                for body, event in apart(letter.body)
            ]
        return [letters]

    def _note_question(self, cur: Cursor, letter: Incoming) -> None:
        try:
            question = asking.question_of(self.service, letter.body)
        except ValueError as error:
            log.warning("a question that cannot be read", extra={"service": self.service, "cause": str(error)})
            return
        if question.consumer in self._patterns:
            resending.ask(cur, question)
        self._again_at = 0.0

    def _resend(self, session: OutboxSession, link: BrokerLink) -> bool:
        """Send a piece of what somebody wants again, and ask for what the own service lacks; True when there is more.

        Both are looked for now and then, so that they cost the way of the events nothing.
        """
        if time.monotonic() < self._again_at:
            return False
        self._ask(session, link)
        with session.transaction() as cur:
            self.may_pack = self.may_pack or outbox.may_travel_together(cur)
            piece = resending.next_piece(cur, self.service, self._patterns, list(self._patterns))
        if piece is None:
            self._again_at = time.monotonic() + AGAIN_SECONDS
            return False
        consumer = piece.request.consumer
        messages = [self._directly(consumer, event_id, body, is_again=True) for event_id, body in piece.messages]
        self._publish(session, link, messages)
        with session.transaction() as cur:
            resending.note_sent(cur, piece)
        extra = {"service": self.service, "consumer": consumer, "events": len(messages)}
        log.info("events sent again", extra=extra)
        return True

    def _ask(self, session: OutboxSession, link: BrokerLink) -> None:
        """Ask the sources for what the own service has not heard; one that nobody reads yet is asked again later."""
        if self.service not in self._patterns:
            return
        queue = broker.events_queue(self.service)
        with session.transaction() as cur:
            # No event of this database waits for it.
            questions = isolated(cur, lambda: asking.due(cur, self.service, queue), what="gaps") or []
        messages = [
            Outgoing(broker.asked_queue(one.source), one.as_json(), str(uuid4()), exchange="") for one in questions
        ]
        if messages:
            link.publish(messages, session.say_a_word)

    def _replay(self, session: OutboxSession, link: BrokerLink) -> None:
        if self.service not in self._patterns:
            return
        with session.transaction() as cur:
            rows = deadletters.asked_for_replay(cur)
        if not rows:
            return
        queue = broker.events_queue(self.service)
        self._publish(
            session,
            link,
            [Outgoing(queue, bytes(row.body), row.event_id or f"parked-{row.id}", exchange="") for row in rows],
        )
        with session.transaction() as cur:
            deadletters.mark_replayed(cur, [row.id for row in rows])
        log.info("parked messages replayed", extra={"service": self.service, "messages": len(rows)})

    def _wait(self, session: OutboxSession, link: BrokerLink) -> None:
        # A row may be committed and announced while an older transaction still hides it, so look again soon, with
        # growing pauses. Where there is none, the next one says so itself.
        link.wait(self._idle if self._is_hidden else LONGEST_IDLE, session.fileno())
        self._idle = SHORTEST_IDLE if session.was_notified() else min(self._idle * 2, LONGEST_IDLE)


def relay_process(
    service: str,
    needs: Needs,
    patterns: broker.Patterns,
    *,
    signals: Signals | None = None,
    retention: Retention | None = None,
    sealing: Sealing | None = None,
) -> None:
    """Run the relay of one database until SIGTERM. Ends the process when it makes no progress for a minute."""
    logs.configure(f"relay-{service}")
    stopping = stop_on_signals()
    pulse = health.Pulse()
    pulse.beat("relay")
    health.watch_in_thread(pulse, LIMITS)
    monitor = watch_process(needs, pulse=pulse, limits=LIMITS, works=[AT_WORK])
    monitor.readiness.wait_for_servers(stopping.is_set, each_turn=lambda: pulse.beat("relay"))
    relay = Relay(
        service, needs.database_url, needs.broker_url, patterns, signals, retention=retention, sealing=sealing
    )

    def step() -> float:
        pulse.beat("relay")
        pause = relay.step()
        pulse.beat(AT_WORK)
        return pause

    memory.settle()
    run(f"relay-{service}", step, stopping)
    monitor.readiness.drain()
    relay.close()
    monitor.stop()
    log.info("relay stopped", extra={"service": service})


def queues_to_measure(service: str, patterns: broker.Patterns) -> tuple[str, ...]:
    """The queues that a relay of `service` looks after."""
    own = broker.queues_of(service, patterns[service]) if service in patterns else []
    return (*(queue.name for queue in own), f"rpc-{service}")


def _events_in(messages: Sequence[Outgoing]) -> int:
    return sum(message.events for message in messages)


def _broker_reason(headers: dict[str, Any]) -> str:
    """Why the broker itself gave a message up, such as delivery_limit."""
    deaths: Sequence[Any] = headers.get("x-death") or [{}]
    return f"dead-lettered by the broker: {deaths[0].get('reason', 'unknown')}"
