"""One figure with everything that it is made of, and one cell with all that was ever known of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from services.stats import periods
from services.stats.figures import answers, queries, reading
from services.stats.figures.records import Base, Cell, UnitName
from services.stats.figures.rolling import Asked, Book, Figure, note
from services.stats.indicators.records import Indicator
from shared import directory
from shared.actor import READERS_OF_ALL, Actor
from shared.database import Cursor

CELLS_PER_PAGE = 100
MISSING_NAMED = 20
ADJUSTMENTS_PER_PAGE = 20
FACTS_PER_PAGE = 50


def figure(
    cur: Cursor,
    actor: Actor,
    *,
    indicator_id: int,
    unit_id: int | None,
    period: str,
    is_to_date: bool,
    as_of: dt.datetime | None,
    page: int,
    added_page: int,
) -> dict[str, Any]:
    """The figure with coverage, inputs, adjustments and cells. NotFound, Forbidden, Invalid as `reading` says."""
    book = reading.book(cur)
    reading.check_indicator(book, indicator_id)
    unit = reading.unit_of(cur, actor, unit_id)
    asked = Asked(indicator_id, periods.parse(period), is_to_date)
    inputs = list(dict.fromkeys(book.inputs(asked).values()))
    found = reading.figures(cur, book, [asked, *inputs], [unit.id], as_of=as_of)
    indicator = book.by_id[indicator_id]
    explained = note(indicator, asked)
    return {
        "indicator": answers.of_indicator(indicator),
        "unit": answers.of_unit(unit),
        "above": [answers.of_unit(one) for one in above(cur, actor, unit)],
        "period": period,
        "is_to_date": is_to_date,
        "as_of": as_of.isoformat() if as_of else None,
        "figure": answers.of_figure(found[0, unit.id], indicator.decimals),
        **_adjusting(cur, indicator, unit, period),
        "note": explained.as_dict() if explained else None,
        "inputs": [_input(book, one, found[place, unit.id]) for place, one in enumerate(inputs, start=1)],
        **_added(cur, sorted(book.needs(asked)), unit, as_of=as_of, page=added_page),
        **_made_of(cur, book, asked, unit, as_of=as_of, page=page),
    }


def cell_history(
    cur: Cursor, actor: Actor, *, indicator_id: int, unit_id: int, period: str, page: int
) -> dict[str, Any]:
    """One page of the facts of a cell, the newest first; one after the last is the last."""
    book = reading.book(cur)
    reading.check_indicator(book, indicator_id)
    unit = reading.unit_of(cur, actor, unit_id)
    indicator = book.by_id[indicator_id]
    cell = Cell(indicator_id, unit.id, period)
    pages = max(-(-queries.count_history(cur, cell) // FACTS_PER_PAGE), 1)
    page = min(page, pages)
    facts = queries.history(cur, cell, most=FACTS_PER_PAGE, skip=(page - 1) * FACTS_PER_PAGE)
    return {
        "indicator": answers.of_indicator(indicator),
        "unit": answers.of_unit(unit),
        "period": period,
        "facts": [answers.of_fact(fact, indicator.decimals) for fact in facts],
        "page": page,
        "pages": pages,
    }


def above(cur: Cursor, actor: Actor, unit: UnitName) -> list[UnitName]:
    """The units above one whose figures the person may see, from the top down."""
    line = queries.units_above(cur, unit.id)
    if actor.has_any(READERS_OF_ALL):
        return line
    below = directory.units_below(cur, [one.id for one in line], actor.unit_id)
    return [one for one in line if one.id in below]


def _adjusting(cur: Cursor, indicator: Indicator, unit: UnitName, period: str) -> dict[str, Any]:
    wrong = reading.complain_of_adjusting(cur, indicator, unit, period)
    back = reading.to_take_back(cur, indicator, unit, period) if wrong else None
    return {
        "why_not_adjusted": next((text.as_dict() for text in wrong.values()), None),
        "to_take_back": None if back is None else format(back, "f"),
    }


def _input(book: Book, asked: Asked, figure: Figure) -> dict[str, Any]:
    indicator = book.by_id[asked.indicator_id]
    return {
        "indicator_id": indicator.id,
        "indicator": indicator.name,
        "period": asked.period.label,
        "is_to_date": asked.is_to_date,
        **answers.of_figure(figure, indicator.decimals),
    }


def _added(
    cur: Cursor, bases: Sequence[Base], unit: UnitName, *, as_of: dt.datetime | None, page: int
) -> dict[str, Any]:
    total = queries.count_adjustments(cur, bases, unit.id, as_of=as_of)
    pages = max(-(-total // ADJUSTMENTS_PER_PAGE), 1)
    page = min(page, pages)
    skipped = (page - 1) * ADJUSTMENTS_PER_PAGE
    found = queries.adjustments(cur, bases, unit.id, as_of=as_of, limit=ADJUSTMENTS_PER_PAGE, offset=skipped)
    return {
        "adjustments": [answers.of_adjustment(one) for one in found],
        "adjustments_total": total,
        "added_page": page,
        "added_pages": pages,
    }


def _made_of(
    cur: Cursor, book: Book, asked: Asked, unit: UnitName, *, as_of: dt.datetime | None, page: int
) -> dict[str, Any]:
    bases = sorted(book.needs(asked))
    missing = queries.missing_units(cur, bases, unit.id, as_of=as_of, limit=MISSING_NAMED)
    total = queries.count_cells(cur, bases, unit.id, as_of=as_of)
    pages = max(-(-total // CELLS_PER_PAGE), 1)
    page = min(page, pages)
    cells = queries.own_cells(
        cur, bases, unit.id, as_of=as_of, limit=CELLS_PER_PAGE, offset=(page - 1) * CELLS_PER_PAGE
    )
    return {
        "missing": [answers.of_missing(one) for one in missing],
        "cells": [answers.of_cell(cell, book.by_id[cell.indicator_id].decimals) for cell in cells],
        "cells_total": total,
        "page": page,
        "pages": pages,
    }
