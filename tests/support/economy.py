"""Indicators in the roles of the page of economy and employment, with figures, on a stats database of a test."""

from __future__ import annotations

from typing import Any

from services.stats.economy.roles import Role
from services.stats.figures.records import NewFact, Origin
from shared.database import Database
from tests.support.figures import a_fact, an_indicator

SOURCE = "县统计局公报"
# Type, unit of measure, kind of period and decimals of what plays each role.
INDICATORS = {
    Role.GDP: ("external", "亿元", "year", 2),
    Role.GDP_GROWTH: ("external", "%", "year", 1),
    Role.INVESTMENT: ("external", "亿元", "quarter", 2),
    Role.NEW_JOBS: ("flow", "人", "month", 0),
    Role.EMPLOYED: ("external", "人", "year", 0),
    Role.INSURED: ("stock", "人", "quarter", 0),
    Role.BENEFITS: ("external", "万元", "year", 2),
    Role.COVERED: ("external", "人", "year", 0),
}


def in_roles(database: Database) -> dict[Role, int]:
    """An indicator for each role; nothing plays any yet."""
    return {
        role: an_indicator(
            database, role.value.upper().replace("_", ""), type=type_, unit_of_measure=measure, period_kind=kind,
            decimals=decimals,
        )
        for role, (type_, measure, kind, decimals) in INDICATORS.items()
    }  # fmt: skip


def choices(indicators: dict[Role, int]) -> list[dict[str, Any]]:
    """As the command takes them."""
    return [{"role": role.value, "indicator_id": indicator_id} for role, indicator_id in indicators.items()]


def published(indicator_id: int, unit_id: int, **by_year: str) -> list[NewFact]:
    """Figures of another source, such as `y2024="1.5"` or `y2024_Q1="0.3"`."""
    return [
        a_fact(indicator_id, unit_id, name[1:].replace("_", "-"), value, origin=Origin.EXTERNAL, source=SOURCE)
        for name, value in by_year.items()
    ]
