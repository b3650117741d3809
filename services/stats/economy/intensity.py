"""How many jobs came with each hundred million yuan. Pure."""

from __future__ import annotations

from decimal import Decimal

from services.stats.economy.growth import Measured, Why

# What one of the unit is in hundred millions of yuan (亿元).
AMOUNTS = {"亿元": Decimal(1), "万元": Decimal("0.0001")}


def jobs_per_amount(jobs: Decimal | None, amount: Decimal | None, unit_of_measure: str) -> Measured:
    """Jobs for each hundred million yuan; `unit_of_measure` is one of `AMOUNTS`."""
    if jobs is None or amount is None:
        return Measured.not_applicable(Why.MISSING)
    if amount <= 0:
        return Measured.not_applicable(Why.ZERO_BASE)
    return Measured(jobs / (amount * AMOUNTS[unit_of_measure]))
