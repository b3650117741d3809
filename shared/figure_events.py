"""The events of reports, submissions and figures, and of the unit groups that reports name; see `shared/events.py`.

Decimals travel as text: a float would not be the figure that was reported.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from marshmallow import fields, validate

from shared.event_schema import EventSchema, key_field

MOST_MEMBERS = 1000
MOST_EXPECTED = 500
MOST_FACTS = 200
MOST_STATED = 50


@dataclass(frozen=True, slots=True)
class GroupChanged:
    """A unit group was made or changed: at most 1,000 of its members. A version holds once all its parts are there."""

    TYPE: ClassVar[str] = "group.changed.v1"
    group_id: int
    name: str
    version: int
    part: int
    parts: int
    unit_ids: list[int]


class GroupChangedSchema(EventSchema):
    """group.changed.v1"""

    event_class = GroupChanged
    group_id = key_field()
    name = fields.String(required=True)
    version = key_field()
    part = key_field()
    parts = key_field()
    unit_ids = fields.List(key_field(), required=True, validate=validate.Length(max=MOST_MEMBERS))


@dataclass(frozen=True, slots=True)
class StatedTarget:
    """What a notice says of a target: its words, and the figure where it names one.

    `comparator` is >=, >, <=, <, =, ~ (about), rising or falling.
    """

    statement_id: int
    name: str
    quote: str
    comparator: str
    value: Decimal | None
    unit_of_measure: str
    to_year: int
    is_part: bool


class StatedTargetSchema(EventSchema):
    """A target within plan.stated.v1"""

    event_class = StatedTarget
    statement_id = key_field()
    name = fields.String(required=True)
    quote = fields.String(required=True)
    comparator = fields.String(required=True)
    value = fields.Decimal(required=True, allow_none=True, as_string=True)
    unit_of_measure = fields.String(required=True)
    to_year = fields.Integer(required=True)
    is_part = fields.Boolean(required=True)


@dataclass(frozen=True, slots=True)
class PlanStated:
    """A checklist went out, and with it what its plan's notice says of targets: at most 50 of them."""

    TYPE: ClassVar[str] = "plan.stated.v1"
    plan_id: int
    title: str
    from_year: int
    checklist_id: int
    targets: list[StatedTarget]


class PlanStatedSchema(EventSchema):
    """plan.stated.v1"""

    event_class = PlanStated
    plan_id = key_field()
    title = fields.String(required=True)
    from_year = fields.Integer(required=True)
    checklist_id = key_field()
    targets = fields.Nested(StatedTargetSchema, many=True, required=True, validate=validate.Length(max=MOST_STATED))


@dataclass(frozen=True, slots=True)
class ExpectedSubmission:
    """What one unit owes for a round."""

    submission_id: int
    unit_id: int


class ExpectedSubmissionSchema(EventSchema):
    """A submission within report.round_opened.v1"""

    event_class = ExpectedSubmission
    submission_id = key_field()
    unit_id = key_field()


@dataclass(frozen=True, slots=True)
class ReportRoundOpened:
    """A round of a report opened, or its days or its units changed: at most 500 of the expected submissions.

    A submission is in state open with version 1 as long as no `SubmissionChanged` says otherwise.
    """

    TYPE: ClassVar[str] = "report.round_opened.v1"
    round_id: int
    report_id: int
    table_number: str
    report_name: str
    period: str
    opens_on: dt.date
    due_on: dt.date
    lock_on: dt.date
    version: int
    expected: list[ExpectedSubmission]


class ReportRoundOpenedSchema(EventSchema):
    """report.round_opened.v1"""

    event_class = ReportRoundOpened
    round_id = key_field()
    report_id = key_field()
    table_number = fields.String(required=True)
    report_name = fields.String(required=True)
    period = fields.String(required=True)
    opens_on = fields.Date(required=True)
    due_on = fields.Date(required=True)
    lock_on = fields.Date(required=True)
    version = key_field()
    expected = fields.Nested(ExpectedSubmissionSchema, many=True, required=True)


@dataclass(frozen=True, slots=True)
class SubmissionChanged:
    """The whole state of one unit's submission after a change; `state` as docs/states.md has it.

    `waits_for` is the unit whose turn it is to check, absent when it is the owing unit's or the lead bureau's.
    """

    TYPE: ClassVar[str] = "submission.changed.v1"
    submission_id: int
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


class SubmissionChangedSchema(EventSchema):
    """submission.changed.v1"""

    event_class = SubmissionChanged
    submission_id = key_field()
    round_id = key_field()
    report_id = key_field()
    report_name = fields.String(required=True)
    unit_id = key_field()
    period = fields.String(required=True)
    due_on = fields.Date(required=True)
    lock_on = fields.Date(required=True)
    state = fields.String(required=True)
    is_expected = fields.Boolean(required=True)
    is_correction = fields.Boolean(required=True)
    waits_for = fields.Integer(required=True, allow_none=True, strict=True)
    first_submitted_at = fields.AwareDateTime(required=True, allow_none=True)
    accepted_at = fields.AwareDateTime(required=True, allow_none=True)
    version = key_field()


@dataclass(frozen=True, slots=True)
class RecordedFact:
    """A figure as it was accepted, or what the lead bureau added to a sum (`is_adjustment`, `value` the amount).

    Of one indicator, unit and period the fact with the greatest id holds; adjustments add up. `value` is absent where
    the unit says that there is no figure. Ids of facts and of adjustments are counted apart.
    """

    fact_id: int
    is_adjustment: bool
    indicator: str
    indicator_type: str
    unit_id: int
    period: str
    value: Decimal | None
    known_since: dt.datetime
    origin: str


class RecordedFactSchema(EventSchema):
    """A fact within facts.recorded.v1"""

    event_class = RecordedFact
    fact_id = key_field()
    is_adjustment = fields.Boolean(required=True)
    indicator = fields.String(required=True)
    indicator_type = fields.String(required=True)
    unit_id = key_field()
    period = fields.String(required=True)
    value = fields.Decimal(required=True, allow_none=True, as_string=True)
    known_since = fields.AwareDateTime(required=True)
    origin = fields.String(required=True)


@dataclass(frozen=True, slots=True)
class FactsRecorded:
    """At most 200 figures that became known together."""

    TYPE: ClassVar[str] = "facts.recorded.v1"
    facts: list[RecordedFact]


class FactsRecordedSchema(EventSchema):
    """facts.recorded.v1"""

    event_class = FactsRecorded
    facts = fields.Nested(RecordedFactSchema, many=True, required=True, validate=validate.Length(max=MOST_FACTS))
