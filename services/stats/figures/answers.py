"""How figures are shown to whoever asked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from services.stats.figures.records import AskedUnit, Effect, GivenAdjustment, OwnCell, PastFact, UnitName
from services.stats.figures.rolling import Figure, is_computed
from services.stats.indicators.records import Indicator


def of_unit(unit: UnitName) -> dict[str, Any]:
    """A unit."""
    return {"unit_id": unit.id, "code": unit.code, "name": unit.name}


def of_indicator(indicator: Indicator) -> dict[str, Any]:
    """An indicator as far as its figures need it."""
    return {
        "indicator_id": indicator.id,
        "code": indicator.code,
        "name": indicator.name,
        "definition": indicator.definition,
        "unit_of_measure": indicator.unit_of_measure,
        "decimals": indicator.decimals,
        "period_kind": indicator.period_kind.value,
        "type": indicator.type.value,
        "is_computed": is_computed(indicator),
        "is_invented": indicator.is_invented,
    }


def of_figure(figure: Figure, decimals: int) -> dict[str, Any]:
    """A figure with its coverage."""
    rolled = figure.rolled
    return {
        "value": written(rolled.value, decimals),
        "units": figure.units,
        "missing": figure.missing,
        "expected": figure.expected,
        "left_out": figure.left_out,
        "reporting": rolled.reporting,
        "without": rolled.without,
        "is_adjusted": rolled.adjusted != 0,
        "why": rolled.why.as_dict() if rolled.why and rolled.value is None else None,
    }


def of_adjustment(adjustment: GivenAdjustment) -> dict[str, Any]:
    """What was added to a sum."""
    return {
        "adjustment_id": adjustment.id,
        "indicator_id": adjustment.indicator_id,
        "indicator": adjustment.indicator,
        "unit_id": adjustment.unit_id,
        "unit": adjustment.unit,
        "period": adjustment.period,
        "amount": format(adjustment.amount, "f"),
        "reason": adjustment.reason,
        "at": adjustment.known_since.isoformat(),
        "by_post": adjustment.person_post,
        "by_unit": adjustment.person_unit,
        "takes_back_id": adjustment.takes_back_id,
        "is_taken_back": adjustment.is_taken_back,
    }


def of_effect(effect: Effect) -> dict[str, Any]:
    """A figure without an adjustment and with it."""
    indicator = effect.indicator
    return {
        "indicator_id": indicator.id,
        "indicator": indicator.name,
        "unit_of_measure": indicator.unit_of_measure,
        "unit_id": effect.unit.id,
        "unit": effect.unit.name,
        "before": written(effect.before, indicator.decimals),
        "after": written(effect.after, indicator.decimals),
    }


def of_cell(cell: OwnCell, decimals: int) -> dict[str, Any]:
    """What one unit itself says."""
    return {
        "indicator_id": cell.indicator_id,
        "indicator": cell.indicator,
        "unit_id": cell.unit_id,
        "unit": cell.unit,
        "period": cell.period,
        "value": written(cell.value, decimals),
        "no_figure": cell.no_figure,
        "origin": cell.origin.value,
        "since": cell.known_since.isoformat(),
    }


def of_fact(fact: PastFact, decimals: int) -> dict[str, Any]:
    """A figure as it became known."""
    return {
        "value": written(fact.value, decimals),
        "no_figure": fact.no_figure,
        "is_first": fact.was_no_figure is None,
        "was_value": written(fact.was_value, decimals),
        "was_no_figure": fact.was_no_figure or "",
        "at": fact.known_since.isoformat(),
        "origin": fact.origin.value,
        "reason": fact.reason,
        "source": fact.source,
        "by_post": fact.person_post,
        "by_unit": fact.person_unit,
        "submission_id": fact.submission_id,
        "submitted_by_post": fact.submitted_by_post,
        "submitted_by_unit": fact.submitted_by_unit,
    }


def of_missing(unit: AskedUnit) -> dict[str, Any]:
    """A unit that is missing."""
    return {"unit_id": unit.unit_id, "code": unit.code, "name": unit.name}


def written(value: Decimal | None, decimals: int) -> str | None:
    """The figure with the indicator's decimals, or with as many as it has where those would not say it exactly."""
    if value is None:
        return None
    fitting = f"{value:.{decimals}f}"
    return fitting if Decimal(fitting) == value else format(value.normalize(), "f")
