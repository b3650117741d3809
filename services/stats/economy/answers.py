"""How the economy and its measures are shown to whoever asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from services.stats.economy import measures
from services.stats.economy.correlation import Lagged
from services.stats.economy.growth import Measured, rounded
from services.stats.economy.parting import Move, Pair
from services.stats.economy.records import Line, Published
from services.stats.economy.roles import PARTS, Nature, Role
from services.stats.figures import answers as figures
from services.stats.figures.records import Township
from services.stats.indicators.kinds import IndicatorType
from services.stats.indicators.records import Indicator
from services.stats.periods import PeriodKind

# A share of 0.0512 is 5.12 %; elasticities and correlations have two decimals, jobs and indices one.
SHARES, TWO, ONE = 4, 2, 1


def role(one: Role) -> dict[str, Any]:
    """A role with its name."""
    return {"role": one.value, "name": PARTS[one].name.as_dict()}


def series(line: Line, years: Sequence[int], published: Published | None) -> dict[str, Any]:
    """The yearly figures in a role."""
    is_own = published is not None and line.indicator.type is IndicatorType.EXTERNAL
    return role(line.role) | {
        "indicator": figures.of_indicator(line.indicator),
        "cells": [_year(line, year) for year in years],
        "source": (published.source or line.indicator.source) if published and is_own else "",
        "source_period": published.period if published and is_own else None,
        "known_since": published.known_since.isoformat() if published and is_own else None,
    }


def elasticity(one: measures.Elastic) -> dict[str, Any]:
    """The elasticity of a year."""
    return {
        "year": one.year,
        "output_growth": written(one.output, SHARES),
        "people_growth": written(one.people, SHARES),
        "point": written(one.point, TWO),
        "arc": written(one.arc, TWO),
        "why": _why(one.point),
    }


def intensity(one: measures.Intense) -> dict[str, Any]:
    """New jobs for money."""
    return {
        "role": one.role.value,
        "year": one.year,
        "value": written(one.found, ONE),
        "why": _why(one.found),
    }


def net(one: measures.Net) -> dict[str, Any]:
    """New beside net."""
    return {
        "year": one.year,
        "new_jobs": _plain(one.new_jobs),
        "employed": _plain(one.employed.value),
        "why_employed": _why(one.employed),
        "insured": _plain(one.insured.value),
        "why_insured": _why(one.insured),
    }


def curves(base: int | None, drawn: Sequence[measures.Curve], left_out: Sequence[Role]) -> dict[str, Any]:
    """The curves over the years of which any of them has a point."""
    years = sorted({year for curve in drawn for year in curve.by_year})
    return {
        "base_year": base if drawn else None,
        "years": years,
        "lines": [
            role(curve.role)
            | {
                "is_comparable": curve.is_comparable,
                "values": [_plain(rounded(curve.by_year.get(year), ONE)) for year in years],
            }
            for curve in drawn
        ],
        "left_out": [role(one) for one in left_out],
    }


def correlation(output: Role, people: Role, kind: PeriodKind, lags: Sequence[Lagged]) -> dict[str, Any]:
    """How one role goes with another."""
    return {
        "output": role(output),
        "people": role(people),
        "period_kind": kind.value,
        "lags": [
            {
                "lag": one.lag,
                "points": one.points,
                "value": written(one.found, TWO),
                "why": _why(one.found),
                "is_few": one.is_few,
            }
            for one in lags
        ],
    }


def township(
    unit: Township, money: Pair, people: Pair, moves: tuple[Move, Move], decimals: Mapping[str, int]
) -> dict[str, Any]:
    """A unit with both figures of both years."""
    return {
        "unit_id": unit.id,
        "unit": unit.name,
        "is_active": unit.is_active,
        "money_before": figures.written(money.before, decimals["money"]),
        "money_after": figures.written(money.after, decimals["money"]),
        "money_change": _plain(rounded(money.change, SHARES)),
        "money_move": moves[0].value,
        "people_before": figures.written(people.before, decimals["people"]),
        "people_after": figures.written(people.after, decimals["people"]),
        "people_change": _plain(rounded(people.change, SHARES)),
        "people_move": moves[1].value,
    }


def written(found: Measured, decimals: int) -> str | None:
    """A measure with so many decimals."""
    return _plain(rounded(found.value, decimals))


def indicator(one: Indicator | None) -> dict[str, Any] | None:
    """An indicator, if there is one."""
    return None if one is None else figures.of_indicator(one)


def _year(line: Line, year: int) -> dict[str, Any]:
    figure = line.by_year.get(year)
    is_rate = PARTS[line.role].nature is Nature.RATE
    return {
        "year": year,
        "value": figures.written(figure.rolled.value if figure else None, line.indicator.decimals),
        "missing": figure.missing if figure else 0,
        "growth": None if is_rate else written(measures.grown(line, year), SHARES),
    }


def _why(found: Measured) -> str | None:
    return found.why.value if found.why else None


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")
