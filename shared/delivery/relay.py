"""Outbox to RabbitMQ, and dead letters back into the parking lot: one plain process per database, without eventlet.

Rows are published in commit order and the position moves only over what the broker has confirmed, so nothing is lost; a
crash in between publishes a batch twice, which every consumer's inbox absorbs. Several relays of one database may run:
the advisory lock makes one of them active, for as long as the database hears of it. One that stood still and goes on
may publish the rest of its batch beside its successor, and moves no position: the session that could is lost.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.delivery import broker, deadletters, outbox
from shared.delivery.deadletters import DeadLetter
from shared.delivery.envelope import encode
from shared.delivery.housekeeping import Housekeeping
from shared.delivery.outbox_session import OutboxSession
from shared.delivery.publishing import AWAY, BrokerLink, Outgoing, declare
from shared.errors import BrokerAway
from shared.events import RelayTicked
from shared.limits import RELAY
from shared.process import health, logs, metrics
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


class Relay:
    """One step at a time; `step` returns the seconds until the next and raises TryAgain when a server is away."""

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
        self._position = outbox.START
        self._idle = SHORTEST_IDLE
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
            self._care(session, link)
            if not self._relay_batch(session, link):
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
            name = f"relay {self.service}"
            declare(self._url, name, self._patterns)
            self._session.say_a_word()
            dead_letters_of = self.service if self.service in self._patterns else ""
            self._link = BrokerLink(self._url, name, dead_letters_of=dead_letters_of)
            with self._session.transaction() as cur:
                self._position = outbox.load_position(cur, READER)
            metrics.RELAY_ACTIVE.labels(self.service).set(1)
            log.info("relay is active", extra={"service": self.service})
        return self._session, self._link

    def _relay_batch(self, session: OutboxSession, link: BrokerLink) -> bool:
        with session.transaction() as cur:
            rows = outbox.read_after(cur, self._position, limit=BATCH)
        if not rows:
            return False
        wanted = [row for row in rows if broker.is_wanted(self._patterns, row.type)]
        self._signals.reached("read")
        self._publish(session, link, [self._outgoing(row) for row in wanted])
        self._signals.reached("published")
        # Publish before moving on: a crash in between sends twice, which the inbox absorbs; the other order would lose.
        self._position = outbox.Position(rows[-1].xid, rows[-1].seq)
        with session.transaction() as cur:
            outbox.save_position(cur, READER, self._position)
        self._signals.reached("moved")
        metrics.RELAY_PUBLISHES.labels(self.service, "unwanted").inc(len(rows) - len(wanted))
        self._idle = SHORTEST_IDLE
        return True

    def _outgoing(self, row: outbox.Stored) -> Outgoing:
        body = encode(
            UUID(row.id),
            row.type,
            json.loads(row.payload),
            source=self.service,
            time=row.created_at,
            correlation_id=row.correlation_id,
        )
        return Outgoing(row.type, body, row.id, row.correlation_id)

    def _publish(self, session: OutboxSession, link: BrokerLink, messages: list[Outgoing]) -> None:
        """Publish until every message is in a queue. While this lasts the session stays the one that leads.

        Somebody listens to each of them, so one that comes back means a broken topology: mend it and send again.
        """
        backoff = Backoff(longest=2.0)
        for _ in range(FOREVER_UNROUTABLE_ATTEMPTS):
            try:
                returned = link.publish(messages, session.say_a_word)
            except BrokerAway:
                metrics.RELAY_PUBLISHES.labels(self.service, "failed").inc(len(messages))
                raise
            metrics.RELAY_PUBLISHES.labels(self.service, "confirmed").inc(len(messages) - len(returned))
            if not returned:
                return
            metrics.RELAY_PUBLISHES.labels(self.service, "unroutable").inc(len(returned))
            log.error(
                "no queue takes an event that a service listens to; declaring the topology again",
                extra={"service": self.service, "event_types": sorted({message.routing_key for message in returned})},
            )
            time.sleep(backoff.pause())
            session.say_a_word()
            declare(self._url, f"relay {self.service}", self._patterns)
            session.say_a_word()
            messages = returned
        raise BrokerAway(AWAY, {"cause": "events are unroutable"})

    def _care(self, session: OutboxSession, link: BrokerLink) -> None:
        with session.transaction() as cur:
            self._housekeeping.step(cur)
        with session.transaction() as cur:
            self._housekeeping.seal(cur)
        with session.transaction() as cur:
            self._housekeeping.tidy(cur)
        if link.incoming:
            self._park(session, link)
        self._replay(session, link)

    def _park(self, session: OutboxSession, link: BrokerLink) -> None:
        letters = list(link.incoming)
        link.incoming.clear()
        with session.transaction() as cur:
            for letter in letters:
                deadletters.park(
                    cur,
                    DeadLetter(
                        queue=broker.events_queue(self.service),
                        body=letter.body,
                        reason=str(letter.headers.get(broker.REASON_HEADER) or _broker_reason(letter.headers)),
                        attempts=broker.attempts_of(letter.headers),
                        message_id=letter.message_id,
                    ),
                )
        self._signals.reached("parked")
        link.acknowledge(letters[-1].tag)
        metrics.PARKED.labels(self.service).inc(len(letters))
        log.error("messages parked", extra={"service": self.service, "messages": len(letters)})

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
        # A row may be committed and announced while an older transaction still hides it, so look again soon; the
        # pauses grow as long as nothing happens.
        link.wait(self._idle, session.fileno())
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

    run(f"relay-{service}", step, stopping)
    monitor.readiness.drain()
    relay.close()
    monitor.stop()
    log.info("relay stopped", extra={"service": service})


def queues_to_measure(service: str, patterns: broker.Patterns) -> tuple[str, ...]:
    """The queues that a relay of `service` looks after."""
    own = broker.queues_of(service, patterns[service]) if service in patterns else []
    return (*(queue.name for queue in own), f"rpc-{service}")


def _broker_reason(headers: dict[str, Any]) -> str:
    """Why the broker itself gave a message up, such as delivery_limit."""
    deaths: Sequence[Any] = headers.get("x-death") or [{}]
    return f"dead-lettered by the broker: {deaths[0].get('reason', 'unknown')}"


