"""Tables of figures: a year of one indicator by unit, of many indicators of one unit, or of everything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from services.stats import periods
from services.stats.figures import answers, queries, reading
from services.stats.figures.records import UnitName
from services.stats.figures.rolling import Asked, Book, Figure
from services.stats.figures.schemas import MOST_INDICATORS
from services.stats.figures.single import above
from services.stats.indicators.kinds import Adding
from services.stats.indicators.records import Indicator
from services.stats.periods import Period, PeriodKind, period_of
from services.stats.reports import queries as reports
from services.stats.reports.records import Report
from shared.actor import READERS_OF_ALL, Actor
from shared.database import Cursor
from shared.errors import NotFound
from shared.text import Text

UNITS_PER_PAGE = 100
# With fifty units and twelve months as much as one message should hold.
INDICATORS_PER_CALL = 10
# More than lie below any one unit of the country; a message of more would be too long.
UNITS_PER_FILE = 1000

NO_REPORT = Text("没有找到这份报表。", "This report was not found.")


class Column(NamedTuple):
    """A period, or the year up to its end."""

    period: Period
    is_to_date: bool


def choices(cur: Cursor, actor: Actor) -> dict[str, Any]:
    """The reports and indicators whose figures can be looked at, and where to begin."""
    book = reading.book(cur)
    reads_all = actor.has_any(READERS_OF_ALL)
    unit = queries.top_unit(cur) if reads_all else queries.unit(cur, actor.unit_id)
    found = reports.all_reports(cur)
    ends = [periods.parse(label) for label in queries.newest_periods(cur, list(book.by_id))]
    newest = max(ends, key=lambda end: (end.last_day, -end.kind.months), default=None)
    return {
        "unit": answers.of_unit(unit) if unit else None,
        "reports": _reports(cur, found),
        "indicators": [answers.of_indicator(one) for one in book.by_id.values()],
        "newest_period": newest.label if newest else None,
    }


def table(
    cur: Cursor,
    actor: Actor,
    *,
    year: int,
    unit_id: int | None,
    indicator_id: int | None,
    report_id: int | None,
    period_kind: PeriodKind | None,
    as_of: dt.datetime | None,
    page: int,
) -> dict[str, Any]:
    """A year of one indicator by unit, or of a report's (or all) indicators of one unit."""
    book = reading.book(cur)
    unit = reading.unit_of(cur, actor, unit_id)
    report = _report(cur, report_id)
    if indicator_id is not None:
        reading.check_indicator(book, indicator_id)
        indicators = [book.by_id[indicator_id]]
        units = [unit, *_below(cur, unit, page)]
        pages = max(-(-queries.count_right_below(cur, unit.id) // UNITS_PER_PAGE), 1)
    else:
        everything = _indicators(cur, book, report_id)
        pages = max(-(-len(everything) // MOST_INDICATORS), 1)
        page = min(page, pages)
        indicators = everything[(page - 1) * MOST_INDICATORS : page * MOST_INDICATORS]
        units = [unit]
    kind = period_kind or min((one.period_kind for one in indicators), key=_months, default=PeriodKind.MONTH)
    columns = _columns(cur, year, kind, indicators)
    return {
        "unit": answers.of_unit(unit),
        "above": [answers.of_unit(one) for one in above(cur, actor, unit)],
        "indicators": [answers.of_indicator(one) for one in indicators],
        "report": _reports(cur, [report])[0] if report else None,
        "year": year,
        "as_of": as_of.isoformat() if as_of else None,
        "period_kind": kind.value,
        "columns": [_column(column) for column in columns],
        "rows": _rows(cur, book, indicators, units, columns=columns, as_of=as_of),
        "is_invented": any(one.is_invented for one in indicators),
        "page": min(page, pages),
        "pages": pages,
    }


def year_table(
    cur: Cursor, actor: Actor, *, year: int, unit_id: int | None, as_of: dt.datetime | None, page: int
) -> dict[str, Any]:
    """All figures of a year of a unit and those right below it, ten indicators a page; a page after the last is it."""
    book = reading.book(cur)
    unit = reading.unit_of(cur, actor, unit_id)
    everything = list(book.by_id.values())
    pages = max(-(-len(everything) // INDICATORS_PER_CALL), 1)
    page = min(page, pages)
    indicators = everything[(page - 1) * INDICATORS_PER_CALL : page * INDICATORS_PER_CALL]
    units = [unit, *queries.units_right_below(cur, unit.id, limit=UNITS_PER_FILE)]
    columns = _columns(cur, year, PeriodKind.MONTH, everything)
    asked = [_as_reported(one, column) for one in indicators for column in columns]
    found = reading.figures(cur, book, asked, [one.id for one in units], as_of=as_of)
    return {
        "unit": answers.of_unit(unit),
        "units_left_out": max(queries.count_right_below(cur, unit.id) - UNITS_PER_FILE, 0),
        "year": year,
        "as_of": as_of.isoformat() if as_of else None,
        "columns": [_column(column) for column in columns],
        "indicators": [answers.of_indicator(one) for one in indicators],
        "rows": [
            _year_row(indicator, one, [found[number * len(columns) + place, one.id] for place in range(len(columns))])
            | {"is_sum": one is unit and len(units) > 1}
            for number, indicator in enumerate(indicators)
            for one in units
        ],
        "is_invented": any(one.is_invented for one in indicators),
        "page": page,
        "pages": pages,
    }


def _months(kind: PeriodKind) -> int:
    return kind.months


def _columns(cur: Cursor, year: int, kind: PeriodKind, indicators: Sequence[Indicator]) -> list[Column]:
    """The periods of the year, and the year up to the newest of which there is any figure."""
    columns = [Column(period, is_to_date=False) for period in Period(year, 1, PeriodKind.YEAR).parts(kind)]
    ends = [periods.parse(label) for label in queries.newest_periods(cur, [one.id for one in indicators], year=year)]
    if ends and kind is not PeriodKind.YEAR:
        newest = max(ends, key=lambda end: end.last_month)
        columns.append(Column(period_of(newest.last_day, kind), is_to_date=True))
    return columns


def _column(column: Column) -> dict[str, Any]:
    return {"period": column.period.label, "is_to_date": column.is_to_date}


def _as_reported(indicator: Indicator, column: Column) -> Asked:
    """A figure in the column with which its period ends; for the other months of a quarter there is none.

    The year to date of what is reported by quarter is that up to the last quarter which is over in that month.
    """
    kind, period = indicator.period_kind, column.period
    if kind.months > period.kind.months:
        ended, begun = divmod(period.last_month, kind.months)
        if ended and (column.is_to_date or not begun):
            period = Period(period.year, ended, kind)
    return Asked(indicator.id, period, column.is_to_date)


def _rows(
    cur: Cursor,
    book: Book,
    indicators: Sequence[Indicator],
    units: Sequence[UnitName],
    *,
    columns: Sequence[Column],
    as_of: dt.datetime | None,
) -> list[dict[str, Any]]:
    asked = [_as_reported(one, column) for one in indicators for column in columns]
    found = reading.figures(cur, book, asked, [one.id for one in units], as_of=as_of)
    shown = {place: (asked[place[0]].period, figure) for place, figure in found.items()}
    shown |= _begun_years(cur, book, asked, found, as_of=as_of)
    return [
        {
            "unit_id": unit.id,
            "unit": unit.name,
            "indicator_id": indicator.id,
            "is_sum": unit is units[0] and len(units) > 1,
            "cells": [
                _cell(indicator, *shown[place, unit.id])
                for place in range(number * len(columns), (number + 1) * len(columns))
            ],
        }
        for number, indicator in enumerate(indicators)
        for unit in units
    ]


def _cell(indicator: Indicator, period: Period, figure: Figure) -> dict[str, Any]:
    return answers.of_figure(figure, indicator.decimals) | {"period": period.label}


def _begun_years(
    cur: Cursor,
    book: Book,
    asked: Sequence[Asked],
    found: Mapping[tuple[int, int], Figure],
    *,
    as_of: dt.datetime | None,
) -> dict[tuple[int, int], tuple[Period, Figure]]:
    """The year to date up to an earlier period, for whoever has not given the newest one yet but those before it.

    Of what is a level at a moment it is the newest one that nobody is missing in: a part of the units says nothing
    beside the whole of the month before.
    """
    levels = {one.id for one in book.by_id.values() if one.rules.over_time is Adding.LAST}
    lacking = {
        key: asked[key[0]]
        for key, one in found.items()
        if asked[key[0]].is_to_date and one.units and not _is_known(asked[key[0]], one, levels)
    }
    begun: dict[tuple[int, int], tuple[Period, Figure]] = {}
    # Period by period: mostly the one before the newest is there, and further ones cost more than all the table.
    while lacking := {key: before for key, one in lacking.items() if (before := _one_before(one)) is not None}:
        steps = list(dict.fromkeys(lacking.values()))
        figures = reading.figures(cur, book, steps, sorted({unit_id for _, unit_id in lacking}), as_of=as_of)
        numbers = {one: number for number, one in enumerate(steps)}
        for key, one in list(lacking.items()):
            figure = figures[numbers[one], key[1]]
            if _is_known(one, figure, levels):
                begun[key] = (one.period, figure)
                del lacking[key]
    return begun


def _is_known(asked: Asked, figure: Figure, levels: Collection[int]) -> bool:
    return figure.rolled.value is not None and not (asked.indicator_id in levels and figure.missing)


def _one_before(asked: Asked) -> Asked | None:
    """The year to date up to the period before; None for the first of its year."""
    return asked._replace(period=asked.period.moved(-1)) if asked.period.number > 1 else None


def _year_row(indicator: Indicator, unit: UnitName, figures: Sequence[Figure]) -> dict[str, Any]:
    return {
        "unit_id": unit.id,
        "unit": unit.name,
        "indicator_id": indicator.id,
        "values": [answers.written(one.rolled.value, indicator.decimals) for one in figures],
        "units": [one.units for one in figures],
        "missing": [one.missing for one in figures],
        "without": [one.rolled.without for one in figures],
        "adjusted": [one.rolled.adjusted != 0 for one in figures],
    }


def _below(cur: Cursor, unit: UnitName, page: int) -> list[UnitName]:
    return queries.units_right_below(cur, unit.id, limit=UNITS_PER_PAGE, offset=(page - 1) * UNITS_PER_PAGE)


def _indicators(cur: Cursor, book: Book, report_id: int | None) -> list[Indicator]:
    """Those of a report in the order of its form, or all by code."""
    if report_id is None:
        return list(book.by_id.values())
    return [book.by_id[line.indicator_id] for line in reports.lines(cur, [report_id])]


def _report(cur: Cursor, report_id: int | None) -> Report | None:
    if report_id is None:
        return None
    found = reports.reports(cur, [report_id]).get(report_id)
    if found is None:
        raise NotFound(NO_REPORT)
    return found


def _reports(cur: Cursor, found: Sequence[Report]) -> list[dict[str, Any]]:
    lines = reports.lines(cur, [report.id for report in found])
    return [
        {
            "report_id": report.id,
            "table_number": report.table_number,
            "name": report.name,
            "is_invented": report.is_invented,
            "indicator_ids": [line.indicator_id for line in lines if line.report_id == report.id],
        }
        for report in found
    ]
