"""Series of different units as curves that begin together: each at 100 in one year that they share. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from services.stats.economy.growth import HUNDRED

Series = Mapping[int, Decimal]


def base_year(several: Sequence[Series]) -> int | None:
    """The year in which most of them can begin, the earliest of those; None where none has a figure to compare."""
    starts = [year for series in several if len(series) > 1 for year, value in series.items() if value > 0]
    return min(set(starts), key=lambda year: (-starts.count(year), year)) if starts else None


def indexed(series: Series, base: int) -> dict[int, Decimal] | None:
    """Its figures with that of the base year as 100; None where it has none above zero then."""
    start = series.get(base)
    if start is None or start <= 0:
        return None
    return {year: value / start * HUNDRED for year, value in series.items()}
