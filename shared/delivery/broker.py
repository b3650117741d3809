"""The topology of the broker as data: one topic exchange and, per consuming service, its queues.

Every process declares the same entities with the same arguments, so the order in which they start does not matter.
All limits are explicit, the same on RabbitMQ 3.10 and 4.x. The module imports no client library: pika must stay out of
the processes that eventlet patches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

EXCHANGE = "qingdan.events"

# Seconds that a failing message waits before its second, third, … attempt; after the last it is parked.
RETRY_DELAYS = (1, 10, 60, 300)

# The last fence against a message that kills its consumer before an attempt can be counted.
DELIVERY_LIMIT = 50

ATTEMPTS_HEADER = "x-qingdan-attempts"
REASON_HEADER = "x-qingdan-reason"
# On what a source sends once more, to one listener alone.
AGAIN_HEADER = "x-qingdan-again"

Patterns = Mapping[str, Sequence[str]]


def attempts_of(headers: Mapping[str, Any] | None) -> int:
    """How often a message has failed, as the header says; 0 for a number that no process of ours writes."""
    found = (headers or {}).get(ATTEMPTS_HEADER)
    return found if isinstance(found, int) and 0 <= found <= len(RETRY_DELAYS) + 1 else 0


def events_queue(service: str) -> str:
    """The queue from which a service takes its events."""
    return f"{service}.events"


def retry_queue(service: str, delay: int) -> str:
    """The queue in which a message waits `delay` seconds before it goes back."""
    return f"{service}.retry.{delay}s"


def dead_queue(service: str) -> str:
    """The queue of what a service could not take, on its way into the parking lot."""
    return f"{service}.dead"


def asked_queue(source: str) -> str:
    """The queue in which listeners ask the relay of a source for what did not come."""
    return f"{source}.asked"


@dataclass(frozen=True, slots=True)
class Queue:
    """A durable queue; `topics` are its bindings to the exchange."""

    name: str
    arguments: dict[str, Any]
    topics: tuple[str, ...] = ()


def asked(source: str) -> Queue:
    """The queue in which the relay of `source` is asked."""
    return Queue(asked_queue(source), {"x-queue-type": "quorum"})


def queues_of(service: str, patterns: Sequence[str]) -> list[Queue]:
    """The queues of one consuming service, in the order in which they must be declared."""
    return [
        Queue(dead_queue(service), {"x-queue-type": "quorum"}),
        Queue(
            events_queue(service),
            _quorum(dead_letters_to=dead_queue(service)) | {"x-delivery-limit": DELIVERY_LIMIT},
            tuple(patterns),
        ),
        *(
            # One queue per delay: messages expire only at the head of a queue.
            Queue(
                retry_queue(service, delay),
                _quorum(dead_letters_to=events_queue(service)) | {"x-message-ttl": delay * 1000},
            )
            for delay in RETRY_DELAYS
        ),
    ]


def is_wanted(patterns: Patterns, event_type: str) -> bool:
    """Whether any service listens to `event_type`; the relay passes over what nobody wants."""
    return any(is_heard(topics, event_type) for topics in patterns.values())


def is_heard(topics: Sequence[str], event_type: str) -> bool:
    """Whether a service of these topics listens to `event_type`."""
    return any(matches(pattern, event_type) for pattern in topics)


@lru_cache(maxsize=4096)
def matches(pattern: str, event_type: str) -> bool:
    """Whether a topic pattern takes `event_type`, by AMQP's rules: `*` is one word, `#` any number of words."""
    return _match(pattern.split("."), event_type.split("."))


def declare(channel: Any, patterns: Patterns, source: str) -> None:
    """Declare everything that a relay of `source` needs, on a channel of pika's blocking connection; safe to repeat.

    `patterns` are of the services whose queues it may declare.
    """
    channel.exchange_declare(EXCHANGE, "topic", durable=True)
    for queue in (asked(source), *(queue for name, topics in patterns.items() for queue in queues_of(name, topics))):
        channel.queue_declare(queue.name, durable=True, arguments=queue.arguments)
        for topic in queue.topics:
            channel.queue_bind(queue.name, EXCHANGE, topic)


def _quorum(*, dead_letters_to: str) -> dict[str, Any]:
    # At-least-once dead-lettering works only with a quorum source that rejects when full; else RabbitMQ silently
    # falls back to at-most-once.
    return {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": dead_letters_to,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def _match(pattern: list[str], words: list[str]) -> bool:
    if not pattern:
        return not words
    if pattern[0] == "#":
        return any(_match(pattern[1:], words[skipped:]) for skipped in range(len(words) + 1))
    return bool(words) and pattern[0] in ("*", words[0]) and _match(pattern[1:], words[1:])
