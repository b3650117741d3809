"""Whose events are whose: which service tells what, and from whom a consumer believes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.delivery.rights import ONE_FOR_ALL, relay_account, service_account
from shared.events import SCHEMAS, Received, RelayTicked

# By the first word of the type; whatever else there is, tasks tells. Heartbeats are everybody's.
OF_OTHERS = {"reminder": "notifications", "report": "stats", "submission": "stats", "facts": "stats"}
TASKS = "tasks"
SOURCE_PREFIX = "/qingdan/"


def tells(source: str, event_type: str) -> bool:
    """Whether events of this type are the business of `source`."""
    return event_type == RelayTicked.TYPE or OF_OTHERS.get(_word(event_type), TASKS) == source


def _word(event_type: str) -> str:
    return event_type.partition(".")[0]


def words_of_others(services: Sequence[str]) -> dict[str, list[str]]:
    """For each service the first words of the types that it does not tell."""
    return {name: sorted({_word(one) for one in SCHEMAS if not tells(name, one)}) for name in services}


@dataclass(frozen=True, slots=True)
class Belief:
    """Which events `consumer` believes; `accepts_unsigned` is for the time in which old relays are replaced."""

    consumer: str
    accepts_unsigned: bool = False
    # What was believed before: a handful of combinations, for thousands of events a second.
    _believed: set[tuple[str, str, str]] = field(default_factory=set, compare=False)

    @classmethod
    def of(cls, consumer: str, user: str, *, accepts_unsigned: bool) -> Belief | None:
        """None where all processes share one account `user`, so that it says nothing who sent a message."""
        return cls(consumer, accepts_unsigned) if user == service_account(consumer) else None

    def doubt(self, user: str, event: Received) -> str:
        """Why an event that the broker's account `user` sent is not believed; "" when it is."""
        said = (user, event.source, event.type)
        if said in self._believed or (self.accepts_unsigned and user in ("", ONE_FOR_ALL)):
            return ""
        doubt = disbelief(*said, self.consumer)
        if not doubt:
            self._believed.add(said)
        return doubt


def disbelief(user: str, source: str, event_type: str, consumer: str) -> str:
    """Why `consumer` does not believe an event that the broker's account `user` sent; "" when it does.

    RabbitMQ refuses a message that names another user than the account that sends it. What waits for another try comes
    from the consumer itself, what a person has replayed from its relay. `source` is as the event says it.
    """
    teller = source.removeprefix(SOURCE_PREFIX)
    if not tells(teller, event_type):
        return f"{teller[:60]!r} does not tell {event_type}"
    if user not in (relay_account(teller), relay_account(consumer), service_account(consumer)):
        return f"the account {user[:60]!r} may not tell an event of {teller[:60]!r} here"
    return ""
