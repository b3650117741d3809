"""How much something grew, what it adds up to over years, and why a measure made of it does not apply. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple

# As the index of a year that others are held against.
HUNDRED = Decimal(100)


class Why(StrEnum):
    """Why a measure does not apply."""

    MISSING = "missing"  # a year has no figure
    INCOMPLETE = "incomplete"  # units are still missing in a figure
    ZERO_BASE = "zero_base"  # what it would be divided by is zero or less
    NEAR_ZERO = "near_zero"  # the economy grew or shrank by less than 1 %
    NEGATIVE = "negative"  # the economy shrank
    FEW_POINTS = "few_points"  # too few points for a correlation
    NO_SPREAD = "no_spread"  # one of the series does not change at all


class Measured(NamedTuple):
    """A measure, or why it does not apply; one of both is None."""

    value: Decimal | None
    why: Why | None = None

    @classmethod
    def not_applicable(cls, why: Why) -> Measured:
        return cls(None, why)


def growth(before: Decimal | None, now: Decimal | None) -> Measured:
    """The change as a share of what was before: 0.05 is 5 % more."""
    if before is None or now is None:
        return Measured.not_applicable(Why.MISSING)
    if before <= 0:
        return Measured.not_applicable(Why.ZERO_BASE)
    return Measured((now - before) / before)


def difference(before: Decimal | None, now: Decimal | None) -> Measured:
    """The figure at the end less the one at the beginning: what was gained on balance, which may be negative."""
    if before is None or now is None:
        return Measured.not_applicable(Why.MISSING)
    return Measured(now - before)


def chained(rates: Mapping[int, Decimal | None]) -> dict[int, Decimal]:
    """Levels out of yearly rates in per cent, the year before the first rate being 100.

    Where a year lacks its rate, the chain begins after it: levels before and after it could not be compared. So it
    does after a rate of -100 or less, which leaves nothing to grow.
    """
    levels: dict[int, Decimal] = {}
    for year in sorted(rates):
        rate = rates[year]
        if rate is None or rate <= -HUNDRED:
            levels = {}
            continue
        if year - 1 not in levels:
            levels = {year - 1: HUNDRED}
        levels[year] = levels[year - 1] * (1 + rate / HUNDRED)
    return levels


def rounded(value: Decimal | None, decimals: int) -> Decimal | None:
    """Half up, as in the bulletins of statistics."""
    return None if value is None else value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
