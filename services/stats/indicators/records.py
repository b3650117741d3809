"""What the queries of indicators return."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

from services.stats.indicators.kinds import RULES, IndicatorType, Rules
from services.stats.numbers import Wanted
from services.stats.periods import PeriodKind


class Indicator(NamedTuple):
    """An indicator as it is now. A ratio has a numerator and a denominator, a derived indicator a formula."""

    id: int
    code: str
    name: str
    definition: str
    unit_of_measure: str
    decimals: int
    period_kind: PeriodKind
    type: IndicatorType
    numerator_id: int | None
    denominator_id: int | None
    formula: str
    bound: Decimal | None
    may_be_negative: bool
    source: str
    owner: str
    basis_by: str
    basis_number: str
    basis_until: dt.date | None
    valid_from: dt.date
    valid_to: dt.date | None
    is_invented: bool
    version: int

    @property
    def rules(self) -> Rules:
        return RULES[self.type]

    @property
    def wanted(self) -> Wanted:
        """What a figure of it must be."""
        return Wanted(self.unit_of_measure, self.decimals, self.may_be_negative)

    @property
    def is_asked(self) -> bool:
        """Whether units report it; what is computed or published elsewhere is asked of nobody."""
        return self.rules.is_asked and not self.formula


class IndicatorVersion(NamedTuple):
    """An indicator as a version had it (decoded JSON), and who made it."""

    version: int
    content: dict[str, Any]
    changed_at: dt.datetime
    person_post: str | None
    person_unit: str | None


class KeptContent(NamedTuple):
    """A version of an indicator as it was (decoded JSON)."""

    indicator_id: int
    version: int
    content: dict[str, Any]


class AskingReport(NamedTuple):
    """A report that asks an indicator."""

    report_id: int
    table_number: str
    name: str
