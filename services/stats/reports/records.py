"""What the queries of reports and rounds return."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import NamedTuple

from services.stats.periods import PeriodKind


class ReportState(StrEnum):
    """Only an active report opens rounds."""

    DRAFT = "draft"
    ACTIVE = "active"
    STOPPED = "stopped"


class DayRule(StrEnum):
    """How a day after the end of a period is counted."""

    WORKDAYS = "workdays"  # so many working days after the period's last day
    DAY = "day"  # the day of the month after the period, moved to the next working day


class Report(NamedTuple):
    """A report as it is defined now."""

    id: int
    table_number: str
    name: str
    period_kind: PeriodKind
    due_rule: DayRule
    due_days: int
    lock_rule: DayRule
    lock_days: int
    first_period: str
    last_period: str | None
    state: ReportState
    basis_by: str
    basis_number: str
    basis_until: dt.date | None
    contact: str
    is_invented: bool
    version: int


class Line(NamedTuple):
    """One indicator of a report, in the order of the form."""

    report_id: int
    position: int
    section: str
    indicator_id: int


class Round(NamedTuple):
    """One period of a report, with its days."""

    id: int
    report_id: int
    period: str
    opens_on: dt.date
    due_on: dt.date
    lock_on: dt.date
    version: int


class Exempted(NamedTuple):
    """Until which day a unit may change a locked round."""

    unit_id: int
    until_on: dt.date
