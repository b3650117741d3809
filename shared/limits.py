"""How long anything may take, in seconds: one table, so that limits which lean on one another are seen together.

The table checks itself when it is loaded: nobody waits longer for a call than the service works on it, and no watcher
ends a process within the time that its work is allowed. What only paces a loop (pauses, polling) stays beside the loop.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DatabaseLimits:
    """Of every session; PostgreSQL itself ends what takes longer."""

    connect: int = 3
    pool_wait: float = 3.0
    lock: float = 3.0
    statement: float = 10.0
    # A turn of deleting what is old, which its process's other work waits for; and a lock for it.
    tidy: float = 2.0
    tidy_lock: float = 1.0
    # The one statement that resolves the groups of a whole country's checklist.
    long_statement: float = 600.0
    # Between two statements of a transaction: it holds locks, and holds back the relays.
    idle_in_transaction: float = 30.0
    # Until a connection whose other end is silent counts as lost.
    silence: float = 15.0


@dataclass(frozen=True, slots=True)
class ServiceLimits:
    """Of a nameko service. A call ends with "try again" at its limit, which depends on what it has to do."""

    call: float = 15.0
    preview: float = 20.0
    # Reading or writing an uploaded file: an archive of the largest size on a busy machine.
    file: float = 60.0
    # Of it, the waiting for a turn, and the process that reads the file: by the clock, and of a processor.
    file_turn: float = 8.0
    file_apart: float = 48.0
    file_processor: float = 40.0
    # Before it, where an old document is made a new one; it is read quickly then.
    file_converted: float = 25.0
    # The waiting for a turn of hashing a password: less than who signs in waits for the answer.
    password_turn: float = 3.0
    tick: float = 15.0
    # From the signature of a call to its checking; who reads the queue may send a query again for as long.
    proof: float = 120.0
    batch: float = 60.0
    # After these the watchdog ends the process.
    hub_stuck: float = 30.0
    events_stuck: float = 90.0
    # After SIGTERM; a call that is cut off here is done again by who takes its message next.
    stop: float = 15.0


@dataclass(frozen=True, slots=True)
class BrokerLimits:
    """Of a service's own connections to the broker."""

    connect: float = 5.0
    confirm: float = 10.0
    # A peer that is silent for two of them counts as lost.
    heartbeat: int = 20
    # Between two messages to ourselves, whose return shows that the connection still delivers.
    ping: float = 15.0


@dataclass(frozen=True, slots=True)
class CallerLimits:
    """Of the portal, or whoever calls a service."""

    connect: float = 2.0
    ask: float = 5.0
    tell: float = 8.0
    preview: float = 20.0
    file: float = 60.0
    # A number beside a link is not worth a wait.
    aside: float = 1.0


@dataclass(frozen=True, slots=True)
class PortalLimits:
    """Of the process that serves the pages."""

    # A connection on which nothing moves; one whose request is under way is not meant.
    silent_connection: int = 90
    # A browser keeps its connections open between two pages, several of them: a county has more than a hundred. Files
    # and databases share the 1,024 that a process may have open by default.
    connections: int = 800
    # Until the head of a request is there, from its first byte or from the connection; and the body of a small one. A
    # large one has more time, as long as it comes.
    head: float = 10.0
    body: float = 20.0
    stuck: float = 60.0
    # After the drain: what is under way may be a file.
    stop: float = 15.0


@dataclass(frozen=True, slots=True)
class RelayLimits:
    """Of the relay: one turn connects, publishes a window and waits for its confirms."""

    connect: float = 7.0
    confirm: float = 20.0
    close: float = 1.0
    heartbeat: int = 15
    stuck: float = 60.0
    # Of the session of the one that leads, without a word from it: the database then ends it, and another takes over.
    silence: float = 10.0
    # Between two words of it while it is at work with the broker alone.
    word: float = 2.0
    # Between two questions of one that stands by.
    standby: float = 2.0
    # Of all that: what people wait for when the one that leads is frozen.
    taken_over: float = 15.0


@dataclass(frozen=True, slots=True)
class IssuerLimits:
    """Of the issuer: one step is one statement."""

    stuck: float = 660.0


@dataclass(frozen=True, slots=True)
class Limits:
    """The whole table, a part for each kind of process."""

    database: DatabaseLimits = DatabaseLimits()
    service: ServiceLimits = ServiceLimits()
    broker: BrokerLimits = BrokerLimits()
    caller: CallerLimits = CallerLimits()
    portal: PortalLimits = PortalLimits()
    relay: RelayLimits = RelayLimits()
    issuer: IssuerLimits = IssuerLimits()


LIMITS = Limits()
DATABASE, SERVICE, BROKER, CALLER = LIMITS.database, LIMITS.service, LIMITS.broker, LIMITS.caller
PORTAL, RELAY, ISSUER = LIMITS.portal, LIMITS.relay, LIMITS.issuer


def contradictions(limits: Limits = LIMITS) -> list[str]:
    """What in the table cannot hold together, as sentences; nothing when all is well."""
    return [
        f"{what}: {shorter:g} s must be {'at most' if may_equal else 'less than'} {longer:g} s"
        for what, shorter, longer, may_equal in _rules(limits)
        if shorter > longer or (shorter == longer and not may_equal)
    ]


def _rules(limits: Limits) -> Iterator[tuple[str, float, float, bool]]:
    """(what, shorter, longer, whether they may be equal) for each pair that must lie in this order."""
    database, service, caller, relay = limits.database, limits.service, limits.caller, limits.relay
    yield "a lock is waited for within its statement", database.lock, database.statement, False
    yield "what is old goes in less time than a statement has", database.tidy, database.statement, False
    yield "a lock for what is old is waited for within its statement", database.tidy_lock, database.tidy, False
    yield "a call has time for a connection and a statement", database.pool_wait + database.lock, service.call, False
    yield "a call outlasts its statement", database.statement, service.call, False
    yield "a batch outlasts its statement", database.statement, service.batch, False
    yield "who asks waits no longer than the service works", caller.ask, service.call, True
    yield "who tells waits no longer than the service works", caller.tell, service.call, True
    yield "who asks for a preview waits no longer than the service works", caller.preview, service.preview, True
    yield "who sends a file waits no longer than the service works", caller.file, service.file, True
    yield "a call is believed as long as anybody waits for it", caller.file, service.proof, False
    reading = service.file_turn + service.file_apart
    yield "a file is given up before its call is", reading, caller.file, False
    yield "a file is given up before the portal counts as stuck", reading, limits.portal.stuck, False
    yield "a reader has time by the clock for its processor", service.file_processor, service.file_apart, True
    yield "who signs in is told that no turn came", service.password_turn, caller.ask, False
    yield "a look aside is shorter than a look", caller.aside, caller.ask, True
    yield "a call has time to connect", caller.connect, caller.ask, False
    yield "the watchdog lets a batch finish", service.batch, service.events_stuck, False
    yield "the watchdog lets a ping come back", 2 * limits.broker.ping, service.events_stuck, False
    yield "a lost peer is noticed before the watchdog acts", 2 * limits.broker.heartbeat, service.events_stuck, False
    yield "a call is finished when the service stops", service.call, service.stop, True
    yield "a page under way outlasts the silence of its connection", caller.file, limits.portal.silent_connection, False
    portal = limits.portal
    yield "a half-sent request is closed before an idle connection", portal.body, portal.silent_connection, False
    yield "the watchdog lets a relay's turn finish", relay.connect + relay.confirm + relay.close, relay.stuck, False
    yield "a relay keeps its session while it connects", relay.connect, relay.silence, False
    yield "a relay keeps its session while it publishes", 2 * relay.word, relay.silence, False
    yield "a frozen relay is replaced in time", relay.silence + relay.standby, relay.taken_over, False
    yield "the watchdog lets the longest statement finish", database.long_statement, limits.issuer.stuck, False


if found := contradictions():
    raise ValueError("shared/limits.py contradicts itself: " + "; ".join(found))
