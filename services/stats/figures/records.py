"""What the queries of figures return, and what is recorded."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Origin(StrEnum):
    """How a figure came in; it is shown beside the figure for ever."""

    REPORT = "report"
    CORRECTION = "correction"
    PROXY = "proxy"
    IMPORT = "import"
    EXTERNAL = "external"


class Cell(NamedTuple):
    """One figure's place: which indicator, whose, for which period."""

    indicator_id: int
    unit_id: int
    period: str


class Known(NamedTuple):
    """What is known of a cell: a value, or None with the word for why there is no figure."""

    indicator_id: int
    unit_id: int
    period: str
    value: Decimal | None
    no_figure: str
    fact_id: int
    known_since: dt.datetime
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFact:
    """A figure that was accepted: `value`, or None with `no_figure` saying why there is none."""

    indicator_id: int
    unit_id: int
    period: str
    value: Decimal | None
    no_figure: str = ""
    origin: Origin
    reason: str = ""
    source: str = ""
    submission_id: int | None = None
    import_id: int | None = None

    @property
    def cell(self) -> Cell:
        return Cell(self.indicator_id, self.unit_id, self.period)


class Stored(NamedTuple):
    """A fact as it was written down."""

    id: int
    indicator_id: int
    unit_id: int
    period: str
    value: Decimal | None
    origin: Origin
