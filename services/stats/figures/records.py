"""What the queries of figures return, and what is recorded."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from services.stats.indicators.kinds import IndicatorType
from services.stats.indicators.records import Indicator


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """What the lead bureau adds to the sum at a unit, or takes off it."""

    indicator_id: int
    unit_id: int
    period: str
    amount: Decimal
    reason: str
    takes_back_id: int | None = None


class Announced(NamedTuple):
    """An indicator as events name it."""

    id: int
    code: str
    type: IndicatorType


class AboveUnit(NamedTuple):
    """A unit, and itself or a unit above it."""

    unit_id: int
    id: int


class Place(NamedTuple):
    """Where a unit lies in the tree, as far as is known."""

    id: int
    parent_id: int | None
    version: int


class UnitName(NamedTuple):
    """A unit as a table shows it."""

    id: int
    code: str
    name: str
    parent_id: int | None


class Township(NamedTuple):
    """A unit right below the top one, of which something is published, and whether it is still open."""

    id: int
    code: str
    name: str
    parent_id: int | None
    is_active: bool


class Base(NamedTuple):
    """What is stored and added up: an indicator that units report, and a period of the kind in which they do."""

    indicator_id: int
    period: str


class Sum(NamedTuple):
    """What a unit says itself of a base, and the sum of that and of all below it.

    `reporting` of the units gave a value, `without` said that there is none; `adjusted` is to be added to `total`.
    """

    indicator_id: int
    period: str
    unit_id: int
    own: Decimal | None
    own_fact_id: int | None
    total: Decimal
    adjusted: Decimal
    reporting: int
    without: int


class Covered(NamedTuple):
    """Of how many units a figure is, how many of them are missing, and of how many it was expected.

    `partial` gave, of the same period, a value of some of what they owe to it, and not of all.
    """

    place: int
    unit_id: int
    units: int
    missing: int
    expected: int
    partial: int


class Sources(NamedTuple):
    """Whether a unit itself says something of a figure or is asked to, and whether units below it do or are."""

    itself: bool
    below: bool


class Needed(NamedTuple):
    """A base that the figure in a place of an answer is made of.

    Within a `part` a unit counts with all of what it owes or with nothing. `least` is of how many periods it must have
    given the indicator for that; 0 where those of which it was asked are enough.
    """

    place: int
    base: Base
    part: str
    least: int


class WholeSum(NamedTuple):
    """The sum of a base, for one place of an answer, over the units that gave all that they owe to it of its period."""

    place: int
    indicator_id: int
    period: str
    unit_id: int
    total: Decimal
    reporting: int


class AskedUnit(NamedTuple):
    """A unit that a figure is expected of."""

    unit_id: int
    code: str
    name: str


class OwnCell(NamedTuple):
    """One of the cells that a figure is made of."""

    indicator_id: int
    indicator: str
    unit_id: int
    unit: str
    period: str
    value: Decimal | None
    no_figure: str
    known_since: dt.datetime
    origin: Origin


class GivenAdjustment(NamedTuple):
    """What was added to a sum: where, how much, why, and by whom as they were then.

    `takes_back_id` is the one whose opposite it is; `is_taken_back` is whether there is such a one of it.
    """

    id: int
    indicator_id: int
    indicator: str
    unit_id: int
    unit: str
    period: str
    amount: Decimal
    reason: str
    known_since: dt.datetime
    person_post: str | None
    person_unit: str | None
    takes_back_id: int | None
    is_taken_back: bool


class PastFact(NamedTuple):
    """A fact of a cell with what was known before it; both `was_` are None for the first one.

    `person_` is who accepted or entered it; a submission names who submitted it too.
    """

    id: int
    value: Decimal | None
    no_figure: str
    was_value: Decimal | None
    was_no_figure: str | None
    known_since: dt.datetime
    origin: Origin
    reason: str
    source: str
    person_post: str | None
    person_unit: str | None
    submission_id: int | None
    submitted_by_post: str | None
    submitted_by_unit: str | None


class Effect(NamedTuple):
    """A figure of a unit, without an adjustment and with it."""

    indicator: Indicator
    unit: UnitName
    before: Decimal | None
    after: Decimal | None
