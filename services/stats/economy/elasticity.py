"""By how many per cent employment grew for each per cent of the economy's growth, by two methods. Pure.

Both take the economy at comparable prices, and whole years. Where it grew or shrank by less than one per cent the
quotient says nothing but how small the divisor is, and where it shrank a negative one means more jobs as well as
fewer, so neither is given: the usual guards of the textbooks. Of a township there is no such figure at all, for its
output is not reckoned.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from services.stats.economy.growth import Measured, Why, growth

LEAST_GROWTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Change:
    """Employment and output of a year and of the one before; output in any unit, at the prices of one year."""

    people_before: Decimal | None
    people_now: Decimal | None
    output_before: Decimal | None
    output_now: Decimal | None


def by_point(change: Change) -> Measured:
    """Growth of employment over growth of output, each of where it began: (ΔL/L₀)/(ΔY/Y₀)."""
    return _quotient(change, growth(change.people_before, change.people_now), _output(change))


def by_arc(change: Change) -> Measured:
    """The same with each change over the middle of where it began and ended, so that it reads the same backwards."""
    return _quotient(
        change,
        _of_middle(change.people_before, change.people_now),
        _of_middle(change.output_before, change.output_now),
    )


def _output(change: Change) -> Measured:
    return growth(change.output_before, change.output_now)


def _quotient(change: Change, people: Measured, output: Measured) -> Measured:
    grown = _output(change)
    why = people.why or output.why or grown.why
    if grown.value is not None and why is None:
        why = _guard(grown.value)
    if why is not None or people.value is None or not output.value:
        return Measured.not_applicable(why or Why.ZERO_BASE)
    return Measured(people.value / output.value)


def _guard(grown: Decimal) -> Why | None:
    if abs(grown) < LEAST_GROWTH:
        return Why.NEAR_ZERO
    return Why.NEGATIVE if grown < 0 else None


def _of_middle(before: Decimal | None, now: Decimal | None) -> Measured:
    if before is None or now is None:
        return Measured.not_applicable(Why.MISSING)
    if before <= 0 or before + now <= 0:
        return Measured.not_applicable(Why.ZERO_BASE)
    return Measured((now - before) / ((before + now) / 2))
