"""Which fault comes when: of a seed always the same, so that a run can be had again."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import TypeVar

from services.running.processes import COMMANDS
from shared.process.settings import SERVICES

PAUSES = (1.0, 6.0)
# A relay that stands still for longer than its lease lasts loses it; a process for a moment goes on as if nothing was.
FREEZES = (1.0, 14.0)
# For as long a queue's consumer stands still, so that the queue holds something when it is emptied.
HELD = (0.5, 1.5)
SHARES = (0.2, 1.0)

Card = TypeVar("Card")
Span = tuple[float, float]

PROCESSES = tuple(" ".join(command) for command in COMMANDS)
BROKER = "broker"


class Kind(StrEnum):
    """What is done."""

    KILL = "kill -9"
    TERM = "SIGTERM"
    FREEZE = "SIGSTOP"
    BROKER_KILL = "broker killed"
    BROKER_RESTART = "broker restarted"
    DATABASE_KILL = "database killed"
    DATABASE_RESTART = "database restarted"
    BACKENDS = "backends ended"
    PURGE = "queue purged"
    DELETE = "queue deleted"


# Each dozen has every kind, and those of which there are many processes twice.
DOZEN = (*Kind, Kind.KILL, Kind.FREEZE)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: `pause` seconds after the one before, to `target`.

    A target is the words of a process's command, a service whose queue is meant, or empty where there is but one. What
    stands still does so for `lasts` seconds; of the backends the part `share` is ended.
    """

    number: int
    kind: Kind
    target: str
    pause: float
    lasts: float = 0.0
    share: float = 0.0

    def __str__(self) -> str:
        lasts = f" for {self.lasts:.1f} s" if self.lasts else ""
        return f"{self.number}. {self.kind.value} {self.target}".rstrip() + lasts


def plan(seed: int, number: int, *, pauses: Span = PAUSES, freezes: Span = FREEZES) -> list[Fault]:
    """The first `number` faults of a seed. A longer plan of the same seed begins with the shorter one."""
    return list(islice(_endless(random.Random(seed), pauses, freezes), number))


def _endless(dice: random.Random, pauses: Span, freezes: Span) -> Iterator[Fault]:
    kinds = _dealt(dice, DOZEN)
    targets: dict[Kind, Iterator[str]] = {
        Kind.KILL: _dealt(dice, PROCESSES),
        Kind.TERM: _dealt(dice, PROCESSES),
        Kind.FREEZE: _dealt(dice, (*PROCESSES, BROKER)),
        Kind.PURGE: _dealt(dice, SERVICES),
        Kind.DELETE: _dealt(dice, SERVICES),
    }
    spans = {Kind.FREEZE: freezes, Kind.PURGE: HELD, Kind.DELETE: HELD}
    for number, kind in enumerate(kinds, start=1):
        yield Fault(
            number,
            kind,
            target=next(targets[kind]) if kind in targets else "",
            pause=round(dice.uniform(*pauses), 2),
            lasts=round(dice.uniform(*spans[kind]), 2) if kind in spans else 0.0,
            share=round(dice.uniform(*SHARES), 2) if kind is Kind.BACKENDS else 0.0,
        )


def _dealt(dice: random.Random, cards: Sequence[Card]) -> Iterator[Card]:
    """The cards in a random order, again and again: each comes as often as the others."""
    while True:
        yield from dice.sample(cards, len(cards))
