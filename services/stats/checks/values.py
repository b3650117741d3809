"""The values that checks need: of the form where it has them, of the unit's own facts elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from services.stats.checks.check import Values
from services.stats.figures import queries as figures
from services.stats.figures.queries import Cell
from services.stats.indicators.formulas import Reference, When
from services.stats.indicators.kinds import Adding, over_time
from services.stats.indicators.records import Indicator
from services.stats.periods import Period
from shared.database import Cursor

Known = Mapping[Cell, Decimal | None]


class Form(NamedTuple):
    """The figures of one unit for one period, by indicator id; what was not typed is missing, "no figure" is None."""

    unit_id: int
    period: Period
    values: Mapping[int, Decimal | None]


def gather(
    cur: Cursor, forms: Iterable[Form], references: frozenset[Reference], indicators: Mapping[str, Indicator]
) -> list[Values]:
    """The values of the references for each form, in their order, read in one query."""
    forms = list(forms)
    cells = {cell for form in forms for reference in references for cell in _cells(form, reference, indicators)}
    known = {cell: fact.value for cell, fact in figures.known(cur, sorted(cells)).items()}
    return [{reference: _value(form, reference, indicators, known) for reference in references} for form in forms]


def past_cells(form: Form, indicator: Indicator, *, periods: int) -> list[Cell]:
    """The cells of the periods before the form's, newest first."""
    return [Cell(indicator.id, form.unit_id, form.period.moved(-back).label) for back in range(1, periods + 1)]


_PERIODS: dict[When, Callable[[Period], list[Period]]] = {
    When.NOW: lambda period: [period],
    When.PREV: lambda period: [period.moved(-1)],
    When.LAST_YEAR: lambda period: [period.a_year_before()],
    When.YTD: Period.year_to_date,
}


def _parts(form: Form, reference: Reference, indicator: Indicator) -> list[Period]:
    """The periods of the indicator's own kind whose values make the one that is referred to; none for a longer kind."""
    if indicator.period_kind.months > form.period.kind.months:
        return []
    return [part for period in _PERIODS[reference.when](form.period) for part in period.parts(indicator.period_kind)]


def _cells(form: Form, reference: Reference, indicators: Mapping[str, Indicator]) -> Iterable[Cell]:
    indicator = indicators[reference.code]
    return (Cell(indicator.id, form.unit_id, part.label) for part in _parts(form, reference, indicator))


def _value(form: Form, reference: Reference, indicators: Mapping[str, Indicator], known: Known) -> Decimal | None:
    indicator = indicators[reference.code]
    parts = _parts(form, reference, indicator)
    if not parts or indicator.rules.over_time is Adding.RATIO:
        return None
    values = [
        form.values[indicator.id]
        if part == form.period and indicator.id in form.values
        else known.get(Cell(indicator.id, form.unit_id, part.label))
        for part in parts
    ]
    return over_time(indicator.type, indicator.name, values)
