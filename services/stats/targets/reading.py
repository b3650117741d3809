"""Targets held against the figures, as both are known now or at a moment."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence

from services.stats.figures import queries as figure_queries
from services.stats.figures import reading as figures
from services.stats.figures.records import UnitName
from services.stats.figures.rolling import Asked, Book, Figure
from services.stats.periods import Period, parse, period_of, periods_between
from services.stats.targets import of_years, queries
from services.stats.targets.held import Held, aim_of
from services.stats.targets.position import MOST_YEARS, Point, position
from services.stats.targets.records import Share, Target
from shared.database import Cursor


def held(cur: Cursor, book: Book, targets: Sequence[Target], *, as_of: dt.datetime | None, day: dt.date) -> list[Held]:
    """All of the targets, in their order; `moments.settle` first where `as_of` is given. `day` is the one of that."""
    shares: defaultdict[int, list[Share]] = defaultdict(list)
    for share in queries.shares(cur, targets):
        shares[share.target_id].append(share)
    units = {unit.id: unit for unit in figure_queries.units(cur, sorted({target.unit_id for target in targets}))}
    points = _points(cur, book, targets, as_of=as_of, day=day)
    found = []
    for target in targets:
        indicator = book.by_id[target.indicator_id]
        own = tuple(points[target.target_id])
        unit = units.get(target.unit_id) or UnitName(target.unit_id, "", str(target.unit_id), None)
        is_of_year = of_years.is_of_year(book, indicator)
        aim = aim_of(target, indicator, shares[target.target_id], is_of_year=is_of_year)
        at = position(aim, own, course=target.course, decimals=indicator.decimals, day=day)
        found.append(Held(target, indicator, unit, tuple(shares[target.target_id]), own, at))
    return found


def points_of_units(
    cur: Cursor, book: Book, one: Held, unit_ids: Sequence[int], *, as_of: dt.datetime | None
) -> dict[int, list[Point]]:
    """The same periods of other units, by unit."""
    if not unit_ids:
        return {}
    periods = [point.period for point in one.points]
    asked = [of_years.asked(book, one.indicator, period) for period in periods]
    found = figures.figures(cur, book, asked, unit_ids, as_of=as_of)
    return {
        unit_id: [_point(period, found[place, unit_id]) for place, period in enumerate(periods)] for unit_id in unit_ids
    }


def _points(
    cur: Cursor, book: Book, targets: Sequence[Target], *, as_of: dt.datetime | None, day: dt.date
) -> dict[int, list[Point]]:
    by_unit: defaultdict[int, list[Target]] = defaultdict(list)
    for target in targets:
        by_unit[target.unit_id].append(target)
    found: dict[int, list[Point]] = {}
    for unit_id, own in by_unit.items():
        wanted = {target.target_id: _asked(book, target, day) for target in own}
        asked = list(dict.fromkeys(one for several in wanted.values() for one in several))
        figures_of = figures.figures(cur, book, asked, [unit_id], as_of=as_of)
        places: Mapping[Asked, int] = {one: place for place, one in enumerate(asked)}
        for target_id, several in wanted.items():
            found[target_id] = [_point(one.period, figures_of[places[one], unit_id]) for one in several]
    return found


def _asked(book: Book, target: Target, day: dt.date) -> list[Asked]:
    """Every period from the years before, by which a year's course is known, up to the last that may have a figure."""
    indicator = book.by_id[target.indicator_id]
    kind = indicator.period_kind
    earliest = min(parse(target.first_month).year, day.year - MOST_YEARS)
    last = min(parse(target.last_month).within(kind), period_of(day, kind))
    return [of_years.asked(book, indicator, period) for period in periods_between(Period(earliest, 1, kind), last)]


def _point(period: Period, figure: Figure) -> Point:
    return Point(period, figure.rolled.value, figure.units, figure.missing)
