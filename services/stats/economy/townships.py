"""The use case of money for firms beside people insured, township by township, of two years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from services.stats.economy import answers, reading
from services.stats.economy.parting import MONEY_MOVED, PEOPLE_MOVED, Pair, is_parted, moved
from services.stats.economy.roles import OF_TOWNSHIPS, Role
from services.stats.figures import queries as figure_queries
from services.stats.figures import reading as figures
from services.stats.figures.records import Township
from services.stats.figures.rolling import Asked, Book
from services.stats.indicators.records import Indicator
from services.stats.periods import Period, PeriodKind
from shared.database import Cursor

UNITS_PER_PAGE = 60
# More units than a county has right below it; the sums of more would take their time for a page that nobody reads.
MOST_UNITS = 500
MOST_PARTED = 200


class Known(NamedTuple):
    """Of which role, year and unit a figure is known."""

    role: Role
    year: int
    unit_id: int


def townships(
    cur: Cursor,
    *,
    as_of: dt.datetime | None,
    day: dt.date,
    before: int | None,
    after: int | None,
    page: int,
) -> dict[str, Any]:
    """A page of the units with both figures, and all of those where one moved without the other."""
    book = figures.book(cur)
    playing, _version = reading.chosen(cur, book)
    both = {role: one for role, one in playing.items() if role in OF_TOWNSHIPS}
    top = figure_queries.top_unit(cur)
    ids = [one.id for one in both.values()]
    units = [] if top is None or not ids else figure_queries.townships(cur, top.id, ids, limit=MOST_UNITS)
    known = _known(cur, book, both, units, as_of=as_of, day=day)
    years = sorted({year for _role, year, _unit in known})
    first, last = _compared(years, before, after)
    rows = [_row(unit, known, both, (first, last)) for unit in units]
    parted = [row for row, is_one in rows if is_one]
    pages = max(-(-len(rows) // UNITS_PER_PAGE), 1)
    page = min(page, pages)
    return {
        "as_of": as_of.isoformat() if as_of else None,
        "years": years,
        "before": first,
        "after": last,
        "money": answers.indicator(playing.get(Role.BENEFITS)),
        "people": answers.indicator(playing.get(Role.COVERED)),
        "money_moved": str(MONEY_MOVED),
        "people_moved": str(PEOPLE_MOVED),
        "rows": [row for row, _ in rows[(page - 1) * UNITS_PER_PAGE : page * UNITS_PER_PAGE]],
        "parted": parted[:MOST_PARTED],
        "parted_total": len(parted),
        "total": len(rows),
        "page": page,
        "pages": pages,
    }


def _known(
    cur: Cursor,
    book: Book,
    both: Mapping[Role, Indicator],
    units: Sequence[Township],
    *,
    as_of: dt.datetime | None,
    day: dt.date,
) -> dict[Known, Decimal]:
    """What is known and whole of the last years."""
    years = range(day.year - reading.MOST_YEARS + 1, day.year + 1)
    wanted = [(role, year) for role in both for year in years]
    if not wanted or not units:
        return {}
    asked = [Asked(both[role].id, Period(year, 1, PeriodKind.YEAR)) for role, year in wanted]
    found = figures.figures(cur, book, asked, [unit.id for unit in units], as_of=as_of)
    return {
        Known(*wanted[place], unit_id): figure.rolled.value
        for (place, unit_id), figure in found.items()
        if figure.rolled.value is not None and not figure.missing
    }


def _compared(years: Sequence[int], before: int | None, after: int | None) -> tuple[int | None, int | None]:
    """The years that were asked for, or the last two that are known."""
    last = after if after is not None else max(years, default=None)
    earlier = [year for year in years if last is None or year < last]
    return (before if before is not None else max(earlier, default=None)), last


def _row(
    unit: Township,
    known: Mapping[Known, Decimal],
    both: Mapping[Role, Indicator],
    years: tuple[int | None, int | None],
) -> tuple[dict[str, Any], bool]:
    """The unit, and whether one moved there without the other."""
    money, people = (
        Pair(*(None if year is None else known.get(Known(role, year, unit.id)) for year in years))
        for role in OF_TOWNSHIPS
    )
    moves = moved(money, MONEY_MOVED), moved(people, PEOPLE_MOVED)
    decimals = {
        name: both[role].decimals if role in both else 0
        for name, role in zip(("money", "people"), OF_TOWNSHIPS, strict=True)
    }
    return answers.township(unit, money, people, moves, decimals), is_parted(*moves)
