"""The use case of the page: all series, what is derived from them, curves and correlations, now or as of a moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from services.stats.economy import answers, correlation, measures, queries, reading
from services.stats.economy.reading import Several
from services.stats.economy.records import Line
from services.stats.economy.roles import OUTPUTS, PARTS, PEOPLE
from services.stats.figures import answers as figure_answers
from services.stats.figures import queries as figure_queries
from services.stats.figures import reading as figures
from services.stats.figures.records import UnitName
from services.stats.figures.rolling import Book
from services.stats.periods import Period, PeriodKind
from shared.database import Cursor


def economy(cur: Cursor, *, as_of: dt.datetime | None, day: dt.date) -> dict[str, Any]:
    """The whole page; `day` is the one of the moment."""
    book = figures.book(cur)
    playing, version = reading.chosen(cur, book)
    top = figure_queries.top_unit(cur)
    several = [] if top is None else reading.lines(cur, book, playing, top.id, as_of=as_of, day=day)
    lines = {line.role: line for line in several}
    return {
        "unit": figure_answers.of_unit(top) if top else None,
        "as_of": as_of.isoformat() if as_of else None,
        "version": version,
        **_series(cur, several, top, as_of=as_of),
        "unset": [answers.role(role) for role in PARTS if role not in playing],
        "elasticity": [answers.elasticity(one) for one in measures.elasticities(lines)],
        "intensity": [answers.intensity(one) for one in measures.intensities(lines)],
        "net": [answers.net(one) for one in measures.nets(lines)],
        "curves": answers.curves(*measures.curves(lines)),
        "correlations": _correlations(cur, book, several, top, as_of=as_of),
        "least_points": correlation.LEAST_POINTS,
        "few_points": correlation.FEW_POINTS,
        "is_invented": any(one.is_invented for one in playing.values()),
    }


def _series(cur: Cursor, several: Sequence[Line], top: UnitName | None, *, as_of: dt.datetime | None) -> dict[str, Any]:
    years = sorted({year for line in several for year, one in line.by_year.items() if one.rolled.value is not None})
    # The source stands beside the numbers, so it is that of the last of them, whatever came in after it.
    last_years = {
        line.indicator.id: max(year for year, one in line.by_year.items() if one.rolled.value is not None)
        for line in several
        if any(one.rolled.value is not None for one in line.by_year.values())
    }
    published = {} if top is None else queries.published(cur, last_years, top.id, as_of=as_of)
    return {
        "years": years,
        "series": [answers.series(line, years, published.get(line.indicator.id)) for line in several],
    }


def _correlations(
    cur: Cursor, book: Book, several: Sequence[Line], top: UnitName | None, *, as_of: dt.datetime | None
) -> list[dict[str, Any]]:
    """Each series of the economy with each of people at work, in the longer period of the two."""
    lines = {line.role: line for line in several if line.values}
    pairs = [(lines[one], lines[other]) for other in PEOPLE for one in OUTPUTS if one in lines and other in lines]
    if top is None or not pairs:
        return []
    kinds = [_kind(one, other) for one, other in pairs]
    wanted = {
        Several(line.indicator.id, kind)
        for pair, kind in zip(pairs, kinds, strict=True)
        for line in pair
        if kind is not PeriodKind.YEAR
    }
    shorter = reading.within_years(cur, book, sorted(wanted), several, top.id, as_of=as_of)

    def grown(line: Line, kind: PeriodKind) -> dict[Period, Decimal]:
        return correlation.growths(
            _by_year(line) if kind is PeriodKind.YEAR else shorter[Several(line.indicator.id, kind)]
        )

    return [
        answers.correlation(one.role, other.role, kind, correlation.lagged(grown(one, kind), grown(other, kind)))
        for (one, other), kind in zip(pairs, kinds, strict=True)
    ]


def _kind(one: Line, other: Line) -> PeriodKind:
    return max((one.indicator.period_kind, other.indicator.period_kind), key=lambda kind: kind.months)


def _by_year(line: Line) -> dict[Period, Decimal]:
    return {Period(year, 1, PeriodKind.YEAR): value for year, value in line.values.items()}
