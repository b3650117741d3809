"""Figures for those who may see them: rolled up from the bases, each with its coverage."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from services.stats.figures import queries
from services.stats.figures.records import Base, Covered, Needed, Sum, UnitName
from services.stats.figures.rolling import Asked, Book, Figure, Rolled, is_computed
from services.stats.indicators.kinds import complain_of_adding_units
from services.stats.indicators.queries import all_indicators
from services.stats.indicators.records import Indicator
from services.stats.periods import parse
from services.stats.written_periods import example
from shared import directory
from shared.actor import READERS_OF_ALL, Actor
from shared.database import Cursor
from shared.errors import Forbidden, NotFound
from shared.text import Text

NO_INDICATOR = Text("没有找到这项指标。", "This indicator was not found.")
NO_UNIT = Text("没有找到这个单位。", "This unit was not found.")
NOT_YOUR_UNIT = Text(
    "您只能查看本单位和下级单位的数据。", "You can see the figures of your own unit and of those below it."
)


def book(cur: Cursor) -> Book:
    """All indicators."""
    return Book.of(all_indicators(cur))


def check_indicator(indicators: Book, indicator_id: int) -> None:
    """NotFound for an unknown indicator."""
    if indicator_id not in indicators.by_id:
        raise NotFound(NO_INDICATOR)


def unit_of(cur: Cursor, actor: Actor, unit_id: int | None) -> UnitName:
    """The unit that is asked for, or where the person begins. Forbidden when they may not see its figures."""
    reads_all = actor.has_any(READERS_OF_ALL)
    if unit_id is None:
        found = queries.top_unit(cur) if reads_all else queries.unit(cur, actor.unit_id)
    else:
        found = queries.unit(cur, unit_id)
    if found is None:
        raise NotFound(NO_UNIT)
    if not reads_all and not directory.units_below(cur, [found.id], actor.unit_id):
        raise Forbidden(NOT_YOUR_UNIT)
    return found


NOTHING_TO_ADJUST = Text(
    "下级单位还没有报这项数，也没有要求报，没有合计可以调整。",
    "No unit below has reported this, and none is asked to: there is no sum to add anything to.",
)


def to_take_back(cur: Cursor, indicator: Indicator, unit: UnitName, period: str) -> Decimal | None:
    """The opposite of all that was added at the unit, which may be taken where there is no sum any more; else None."""
    added = queries.adjusted_at(cur, Base(indicator.id, period), unit.id)
    return -added or None


def complain_of_adjusting(cur: Cursor, indicator: Indicator, unit: UnitName, period: str) -> dict[str, Text]:
    """Why nothing is added to the figure, by parameter; empty where it is a sum of what several units report.

    A unit's own figure is nobody's to change but the unit's: it is corrected, not adjusted.
    """
    if is_computed(indicator):
        return {"indicator_id": _computed(indicator)}
    wrong = complain_of_adding_units(indicator.type, indicator.name)
    if wrong is not None:
        return {"indicator_id": wrong}
    if parse(period).kind is not indicator.period_kind:
        return {"period": other_period(indicator)}
    found = queries.sources(cur, Base(indicator.id, period), unit.id)
    if found.below:
        return {}
    return {"unit_id": _no_sum(unit) if found.itself else NOTHING_TO_ADJUST}


def other_period(indicator: Indicator) -> Text:
    """What to say when a period is not of the indicator's kind."""
    written = example(indicator.period_kind)
    return Text(
        f"“{indicator.name}”的期要写成 {written} 的形式。",
        f"The periods of “{indicator.name}” are written as {written}.",
    )


def _computed(indicator: Indicator) -> Text:
    return Text(
        f"“{indicator.name}”是计算得出的，不能直接调整，请调整计算它的指标。",
        f"“{indicator.name}” is computed. Please adjust the indicators that it is computed from.",
    )


def _no_sum(unit: UnitName) -> Text:
    return Text(
        f"这是{unit.name}自己报的数，不是合计，不能调整；有误请退回报送，由{unit.name}自己更正。",
        f"This is what {unit.name} reports itself and no sum, so nothing is added to it. If it is wrong, please return"
        f" the submission: {unit.name} corrects it.",
    )


def figures(
    cur: Cursor,
    indicators: Book,
    asked: Sequence[Asked],
    unit_ids: Sequence[int],
    *,
    as_of: dt.datetime | None,
    added: tuple[Base, Decimal] | None = None,
) -> dict[tuple[int, int], Figure]:
    """The figures by their place in `asked` and by unit, all of them; `moments.settle` first.

    With `added`, what they would be if so much were added to the base at each of the units.

    What is computed leaves out whoever owes several of its parts and gave some of them only, of each period or of all,
    as `Book.needed` says: a share whose numerator counts a unit that its denominator lacks is nobody's share. Who owes
    one part alone, gives that.
    """
    needed = [one for place, figure in enumerate(asked) for one in indicators.needed(place, figure)]
    sums = _by_unit(queries.sums(cur, sorted({one.base for one in needed}), unit_ids, as_of=as_of))
    if added is not None:
        for unit_id in unit_ids:
            _add(sums[unit_id], unit_id, *added)
    covered = {(found.place, found.unit_id): found for found in queries.coverage(cur, needed, unit_ids, as_of=as_of)}
    partial = {
        key: found
        for key, found in covered.items()
        if found.partial and is_computed(indicators.by_id[asked[found.place].indicator_id])
    }
    whole = _whole_sums(cur, needed, partial, sums, as_of=as_of) if partial else {}
    return {
        (place, unit_id): _figure(
            indicators.rolled(one, whole.get((place, unit_id), sums[unit_id])),
            covered.get((place, unit_id)),
            is_partial=(place, unit_id) in partial,
        )
        for place, one in enumerate(asked)
        for unit_id in unit_ids
    }


def _whole_sums(
    cur: Cursor,
    needed: Sequence[Needed],
    partial: Collection[tuple[int, int]],
    sums: Mapping[int, Mapping[Base, Sum]],
    *,
    as_of: dt.datetime | None,
) -> dict[tuple[int, int], dict[Base, Sum]]:
    """For each place and unit of `partial` its sums without the units that gave a part; adjustments stay in them."""
    places, unit_ids = {place for place, _ in partial}, sorted({unit_id for _, unit_id in partial})
    bases = [one for one in needed if one.place in places]
    found: dict[tuple[int, int], dict[Base, Sum]] = {key: {} for key in partial}
    for one in queries.sums_of_whole(cur, bases, unit_ids, as_of=as_of):
        base, key = Base(one.indicator_id, one.period), (one.place, one.unit_id)
        if key in found:
            known = sums[one.unit_id][base]
            found[key][base] = known._replace(total=one.total, reporting=one.reporting, without=0)
    return found


def _by_unit(sums: Sequence[Sum]) -> defaultdict[int, dict[Base, Sum]]:
    found: defaultdict[int, dict[Base, Sum]] = defaultdict(dict)
    for one in sums:
        found[one.unit_id][Base(one.indicator_id, one.period)] = one
    return found


def _add(sums: dict[Base, Sum], unit_id: int, base: Base, amount: Decimal) -> None:
    found = sums.get(base) or Sum(base.indicator_id, base.period, unit_id, None, None, Decimal(0), Decimal(0), 0, 0)
    sums[base] = found._replace(adjusted=found.adjusted + amount)


def _figure(rolled: Rolled, covered: Covered | None, *, is_partial: bool) -> Figure:
    if covered is None:
        return Figure(rolled, 0, 0)
    # Asked of one unit for all: without a round nobody knows who else there was to be asked.
    if rolled.only is not None and covered.units == covered.expected == 1:
        rolled = replace(rolled, value=rolled.only, why=None)
    left_out = covered.partial if is_partial else 0
    return Figure(rolled, covered.units, covered.missing, covered.expected, left_out)
