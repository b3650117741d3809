"""What the queries of reports and rounds return."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any, NamedTuple

from services.stats.periods import PeriodKind
from services.stats.reports.timing import Timing


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


class RoundLine(NamedTuple):
    """One indicator that a round asks, in the order of the form."""

    round_id: int
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


class ReportUnit(NamedTuple):
    """From and until which day a report asks a unit; the day `expected_until` is the first on which it does no more."""

    id: int
    report_id: int
    unit_id: int
    expected_from: dt.date
    expected_until: dt.date | None
    is_by_hand: bool


class NamedUnit(NamedTuple):
    """A unit of the own copy of the directory; the name is empty and the code None while it is not known."""

    unit_id: int
    code: str | None
    name: str


class Recipient(NamedTuple):
    """Whom a report names: a unit or a group, never both."""

    report_id: int
    unit_id: int | None
    group_id: int | None


class Members(NamedTuple):
    """A group as its newest complete version says."""

    group_id: int
    version: int
    name: str
    unit_ids: list[int]


class AskedTwice(NamedTuple):
    """A unit of which another active report asks an indicator for the same periods."""

    unit_id: int
    unit: str
    indicator: str
    table_number: str
    report: str


class Expected(NamedTuple):
    """What a unit owes for a round."""

    submission_id: int
    unit_id: int


class RoundPeriod(NamedTuple):
    """That a report has opened a round for a period."""

    report_id: int
    period: str


class ChangedSubmission(NamedTuple):
    """What is announced of a submission, in the order of the event's fields."""

    id: int
    round_id: int
    report_id: int
    report_name: str
    unit_id: int
    period: str
    due_on: dt.date
    lock_on: dt.date
    state: str
    is_expected: bool
    is_correction: bool
    waits_for: int | None
    first_submitted_at: dt.datetime | None
    accepted_at: dt.datetime | None
    version: int


class CountedBoard(NamedTuple):
    """How many units owe something for a round, have handed it in, did so on time, and are among those looked for."""

    expected: int
    reported: int
    on_time: int
    sought: int


class Owing(NamedTuple):
    """A unit on a round's board; `until_on` is the end of its exception, if it has one."""

    submission_id: int
    unit_id: int
    code: str | None
    unit: str
    state: str
    timing: Timing
    first_submitted_at: dt.datetime | None
    accepted_at: dt.datetime | None
    until_on: dt.date | None


class Granted(NamedTuple):
    """An exception from the lock, as it was granted."""

    unit_id: int
    unit: str
    reason: str
    until_on: dt.date
    granted_at: dt.datetime
    person_post: str | None
    person_unit: str | None


class CountedRound(NamedTuple):
    """A round with how many units owe something for it, and how many handed it in."""

    id: int
    report_id: int
    period: str
    opens_on: dt.date
    due_on: dt.date
    lock_on: dt.date
    version: int
    expected: int
    reported: int


class ReportLine(NamedTuple):
    """A line of a report with what its indicator is called."""

    report_id: int
    position: int
    section: str
    indicator_id: int
    code: str
    name: str
    unit_of_measure: str


class AskedUnit(NamedTuple):
    """A unit that a report asks, with its days; the name is empty and the code None while it is not known."""

    id: int
    unit_id: int
    code: str | None
    unit: str
    expected_from: dt.date
    expected_until: dt.date | None
    is_by_hand: bool


class ReportVersion(NamedTuple):
    """Who made a version of a report, and when; `content` is decoded JSON."""

    version: int
    content: dict[str, Any]
    changed_at: dt.datetime
    person_post: str | None
    person_unit: str | None


class Setting(NamedTuple):
    """How a unit wants its submissions handled."""

    needs_head: bool
    version: int
