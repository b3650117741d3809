"""How long the next attempt to sign in waits, by those that failed before. Pure.

A budget is a bucket that leaks: each failure fills it by one, and time lets one out every so often. Up to `free`
nothing waits; each one beyond doubles the wait, up to the longest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

MINUTE = 60.0
# Beyond that no wait grows any more; and a day forgives that many, whatever the budget.
MOST_DOUBLINGS = 10


@dataclass(frozen=True, slots=True)
class Budget:
    """`free` failures without a wait; the next waits `first` seconds, at most `longest`; one is forgiven `every` s."""

    free: int
    first: float
    longest: float
    every: float


class Kind(StrEnum):
    """What failures are counted by."""

    # One name from one address: where nobody else is, guessing ends here.
    PAIR = "pair"
    # One name from everywhere: many addresses that guess together.
    NAME = "name"
    # One address with whatever names: a password tried with many. A county may stand behind one.
    ADDRESS = "address"
    # One name in a browser in which its holder has signed in before: his own mistakes.
    BROWSER = "browser"


BUDGETS = {
    Kind.PAIR: Budget(free=4, first=5.0, longest=15 * MINUTE, every=15 * MINUTE),
    Kind.NAME: Budget(free=20, first=1.0, longest=MINUTE, every=5 * MINUTE),
    Kind.ADDRESS: Budget(free=20, first=1.0, longest=MINUTE, every=0.5 * MINUTE),
    Kind.BROWSER: Budget(free=4, first=5.0, longest=15 * MINUTE, every=15 * MINUTE),
}


def level_after(budget: Budget, level: float, elapsed: float) -> float:
    """What is left of `level` failures `elapsed` seconds later."""
    return max(0.0, level - max(0.0, elapsed) / budget.every)


def level_with_one_more(budget: Budget, level: float, elapsed: float) -> float:
    """What a further failure makes of `level` failures `elapsed` seconds ago."""
    return min(level_after(budget, level, elapsed) + 1, budget.free + MOST_DOUBLINGS)


def wait_at(budget: Budget, level: float) -> float:
    """For how many seconds nothing is looked at after the failure that made it `level`."""
    beyond = math.ceil(level - budget.free)
    if beyond <= 0:
        return 0.0
    return min(budget.first * 2.0 ** min(beyond - 1, MOST_DOUBLINGS), budget.longest)
