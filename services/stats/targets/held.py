"""A target together with what its figures come to. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from services.stats.figures.records import UnitName
from services.stats.indicators.kinds import Adding
from services.stats.indicators.records import Indicator
from services.stats.periods import Period, parse, periods_between
from services.stats.targets.position import Point, Position
from services.stats.targets.progress import Aim, month_of
from services.stats.targets.records import Share, Target


@dataclass(frozen=True, slots=True)
class Held:
    """A target with what its figures come to."""

    target: Target
    indicator: Indicator
    unit: UnitName
    shares: tuple[Share, ...]
    points: tuple[Point, ...]
    position: Position


def aim_of(target: Target, indicator: Indicator, shares: Iterable[Share], *, is_of_year: bool = False) -> Aim:
    """What is to be reached, as the rules take it. Shares of years count where every year has one."""
    first, last = parse(target.first_month), parse(target.last_month)
    is_summed = indicator.rules.over_time is Adding.SUM and not is_of_year
    of_years = {share.year: share.value for share in shares if share.unit_id is None and share.year is not None}
    is_whole = is_summed and all(year in of_years for year in range(first.year, last.year + 1))
    return Aim(
        target.comparator,
        target.value if target.value is not None else Decimal(0),
        month_of(first.year, first.number),
        month_of(last.year, last.number),
        is_summed,
        base=target.baseline,
        tolerance=target.tolerance or Decimal(0),
        years=tuple(sorted(of_years.items())) if is_whole else (),
        is_of_year=is_of_year,
    )


def periods_of(target: Target, indicator: Indicator) -> list[Period]:
    """The periods in which the target's indicator is reported, from its first month to its last."""
    kind = indicator.period_kind
    return list(periods_between(parse(target.first_month).within(kind), parse(target.last_month).within(kind)))
