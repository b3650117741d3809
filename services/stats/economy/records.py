"""What the queries of the economy return, and what its use cases hand to one another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from services.stats.economy.roles import Role
from services.stats.figures.records import Origin
from services.stats.figures.rolling import Figure
from services.stats.indicators.records import Indicator


class Chosen(NamedTuple):
    """Which indicator plays a role since which version; None where it was taken back."""

    role: Role
    indicator_id: int | None
    version: int


class FoundPeriod(NamedTuple):
    """A period of which an indicator has a figure at a unit."""

    indicator_id: int
    period: str


class Published(NamedTuple):
    """Where a figure of an indicator at a unit came from, and since when it is known; the one of the last period."""

    indicator_id: int
    period: str
    source: str
    origin: Origin
    known_since: dt.datetime


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of an indicator in a role, by year."""

    role: Role
    indicator: Indicator
    by_year: Mapping[int, Figure]

    def value(self, year: int) -> Decimal | None:
        """What is known of a year and whole; None where it is not, or units are missing in it."""
        found = self.by_year.get(year)
        return None if found is None or found.missing else found.rolled.value

    def is_incomplete(self, year: int) -> bool:
        """Whether there is a figure of the year in which units are missing."""
        found = self.by_year.get(year)
        return found is not None and found.missing > 0 and found.rolled.value is not None

    @property
    def values(self) -> dict[int, Decimal]:
        """What is known and whole, by year."""
        found = {year: self.value(year) for year in self.by_year}
        return {year: value for year, value in found.items() if value is not None}
