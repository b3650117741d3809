"""The figures in each role, by year and by shorter periods, as they are known now or were at a moment."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from services.stats.economy import queries
from services.stats.economy.records import Line
from services.stats.economy.roles import OF_TOWNSHIPS, Role
from services.stats.figures import reading as figures
from services.stats.figures.rolling import Asked, Book, Figure
from services.stats.indicators.kinds import IndicatorType
from services.stats.indicators.records import Indicator
from services.stats.periods import Period, PeriodKind, parse
from shared.database import Cursor

# As many as stand side by side on a sheet of paper; an elasticity of ten years ago decides nothing.
MOST_YEARS = 8
_KINDS = tuple(PeriodKind)


class Several(NamedTuple):
    """An indicator, and of which kind of period its figures are wanted."""

    indicator_id: int
    kind: PeriodKind


def chosen(cur: Cursor, book: Book) -> tuple[dict[Role, Indicator], int]:
    """Which indicator plays each role now, and the version of that; 0 where nobody has chosen anything."""
    found = queries.chosen(cur)
    playing = {one.role: book.by_id[one.indicator_id] for one in found if one.indicator_id is not None}
    return {role: playing[role] for role in Role if role in playing}, max((one.version for one in found), default=0)


def lines(
    cur: Cursor,
    book: Book,
    playing: Mapping[Role, Indicator],
    unit_id: int,
    *,
    as_of: dt.datetime | None,
    day: dt.date,
) -> list[Line]:
    """The yearly figures of the county in each role, of the last years; `moments.settle` first."""
    of_county = {role: one for role, one in playing.items() if role not in OF_TOWNSHIPS}
    years = _years(cur, list(of_county.values()), unit_id, day)
    asked = [Asked(one, Period(year, 1, PeriodKind.YEAR)) for one in years for year in years[one]]
    found = figures.figures(cur, book, asked, [unit_id], as_of=as_of) if asked else {}
    by_indicator: defaultdict[int, dict[int, Figure]] = defaultdict(dict)
    for place, one in enumerate(asked):
        by_indicator[one.indicator_id][one.period.year] = found[place, unit_id]
    return [Line(role, one, by_indicator[one.id]) for role, one in of_county.items()]


def within_years(
    cur: Cursor,
    book: Book,
    wanted: Sequence[Several],
    several: Sequence[Line],
    unit_id: int,
    *,
    as_of: dt.datetime | None,
) -> dict[Several, dict[Period, Decimal]]:
    """What is known and whole of periods shorter than a year; amounts are those since the beginning of the year.

    Published amounts are typed so, as bulletins have them; what units report is added up to it.
    """
    years = {line.indicator.id: list(line.by_year) for line in several}
    asked = [
        (one, _asked(one, book, period))
        for one in wanted
        for year in years[one.indicator_id]
        for period in Period(year, 1, PeriodKind.YEAR).parts(one.kind)
    ]
    if not asked:
        return {}
    found = figures.figures(cur, book, [one for _, one in asked], [unit_id], as_of=as_of)
    series: dict[Several, dict[Period, Decimal]] = {one: {} for one in wanted}
    for place, (one, figure_asked) in enumerate(asked):
        figure = found[place, unit_id]
        if figure.rolled.value is not None and not figure.missing:
            series[one][figure_asked.period] = figure.rolled.value
    return series


def _years(cur: Cursor, several: Sequence[Indicator], unit_id: int, day: dt.date) -> dict[int, list[int]]:
    """Of which of the last years each indicator has any figure."""
    labels = [
        period.label
        for year in range(day.year - MOST_YEARS + 1, day.year + 1)
        for kind in _KINDS
        for period in Period(year, 1, PeriodKind.YEAR).parts(kind)
    ]
    years: defaultdict[int, set[int]] = defaultdict(set)
    for found in queries.periods_with_figures(cur, sorted({one.id for one in several}), unit_id, labels):
        years[found.indicator_id].add(parse(found.period).year)
    return {indicator_id: sorted(found) for indicator_id, found in years.items()}


def _asked(one: Several, book: Book, period: Period) -> Asked:
    return Asked(one.indicator_id, period, is_to_date=book.by_id[one.indicator_id].type is IndicatorType.FLOW)
