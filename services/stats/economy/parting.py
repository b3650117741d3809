"""Money for firms beside people insured, township by township: whether both moved, or one without the other. Pure.

Nobody is behind here and nobody ahead: where one moved without the other there is something to be asked, and often a
good answer to it.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from services.stats.economy.growth import growth

# What is paid in a year depends on the day on which claims are settled: less than a tenth is no change of policy.
MONEY_MOVED = Decimal("0.10")
# As many people as that leave or come back in a year without anybody's doing.
PEOPLE_MOVED = Decimal("0.02")


class Move(StrEnum):
    """Which way a figure went, by more than what happens by itself."""

    UP = "up"
    STILL = "still"
    DOWN = "down"
    UNKNOWN = "unknown"


class Pair(NamedTuple):
    """A figure of two periods; None for what is not known."""

    before: Decimal | None
    after: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """As a share of what was before; None also where that was nothing."""
        return growth(self.before, self.after).value


def moved(pair: Pair, at_least: Decimal) -> Move:
    """Which way it went; from nothing to something is up."""
    if pair.before is None or pair.after is None:
        return Move.UNKNOWN
    change = pair.change
    if change is None:
        return Move.UP if pair.after > max(pair.before, Decimal(0)) else Move.STILL
    if abs(change) < at_least:
        return Move.STILL
    return Move.UP if change > 0 else Move.DOWN


def is_parted(money: Move, people: Move) -> bool:
    """Whether one moved and the other did not, or the other way; nothing is said of what is not known."""
    return Move.UNKNOWN not in (money, people) and money is not people
