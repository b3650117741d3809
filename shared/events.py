"""The catalogue of events: one frozen type per fact, with a versioned name and a schema.

Events are past tense, self-contained and free of personal data. They carry the whole new state with its version, so
a consumer may get them twice, late or out of order: it applies a version newer than the one it holds, no other.
A new field is optional; a changed meaning is a new version with a new class. `tests/contract/events/` holds one stored
example per type and version; docs/events.md describes them for readers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from marshmallow import fields, validate

from shared.event_loading import loader
from shared.event_schema import EventSchema, SaysWhatIs, key_field, optional_key_field
from shared.figure_events import (
    FactsRecorded,
    FactsRecordedSchema,
    GroupChanged,
    GroupChangedSchema,
    PlanStated,
    PlanStatedSchema,
    ReportRoundOpened,
    ReportRoundOpenedSchema,
    SubmissionChanged,
    SubmissionChangedSchema,
)
from shared.ledger_events import LedgerCounted, LedgerCountedSchema
from shared.light import State


@dataclass(frozen=True, slots=True)
class Received:
    """An event as it arrived; `type` is without the prefix, such as duty.submitted.v1."""

    id: UUID
    type: str
    source: str
    time: dt.datetime
    correlation_id: str
    data: Any


@dataclass(frozen=True, slots=True)
class UnitChanged:
    """A unit was made or changed."""

    TYPE: ClassVar[str] = "unit.changed.v1"
    unit_id: int
    code: str
    name: str
    kind: str
    parent_id: int | None
    is_active: bool
    version: int


class UnitChangedSchema(EventSchema):
    """unit.changed.v1"""

    event_class = UnitChanged
    unit_id = key_field()
    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    parent_id = fields.Integer(required=True, allow_none=True, strict=True)
    is_active = fields.Boolean(required=True)
    version = key_field()


@dataclass(frozen=True, slots=True)
class PersonChanged:
    """A post in a unit with its roles; names and contacts stay in the directory.

    `same_as` is the own account of who stands in for an absent one under this account. `holder` counts how
    often the post was handed over, so that others notice; None before the first time.
    """

    TYPE: ClassVar[str] = "person.changed.v1"
    person_id: int
    unit_id: int
    post: str
    roles: list[str]
    is_active: bool
    version: int
    same_as: int | None = None
    holder: int | None = None


class PersonChangedSchema(SaysWhatIs):
    """person.changed.v1"""

    event_class = PersonChanged
    added = ("same_as", "holder")
    person_id = key_field()
    unit_id = key_field()
    post = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)
    is_active = fields.Boolean(required=True)
    version = key_field()
    same_as = fields.Integer(strict=True, load_default=None, allow_none=True)
    holder = fields.Integer(strict=True, load_default=None, allow_none=True)


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day of `CalendarChanged` with the holiday that it belongs to."""

    date: dt.date
    name: str


class NamedDaySchema(EventSchema):
    """A day within calendar.changed.v1"""

    event_class = NamedDay
    date = fields.Date(required=True)
    name = fields.String(required=True)


@dataclass(frozen=True, slots=True)
class CalendarChanged:
    """The whole table of days off, and of weekend days that are worked, of one year; see `shared/workdays.py`."""

    TYPE: ClassVar[str] = "calendar.changed.v1"
    year: int
    is_announced: bool
    off: list[NamedDay]
    worked: list[NamedDay]
    version: int


class CalendarChangedSchema(EventSchema):
    """calendar.changed.v1"""

    event_class = CalendarChanged
    year = fields.Integer(required=True, strict=True)
    is_announced = fields.Boolean(required=True)
    off = fields.Nested(NamedDaySchema, many=True, required=True)
    worked = fields.Nested(NamedDaySchema, many=True, required=True)
    version = key_field()


@dataclass(frozen=True, slots=True)
class DatedLight:
    """A version of `LightsChanged`: how many working days before it is due a duty is due soon, from a day on."""

    from_day: dt.date
    workdays: int


class DatedLightSchema(EventSchema):
    """A version within lights.changed.v1"""

    event_class = DatedLight
    from_day = fields.Date(required=True)
    workdays = key_field()


@dataclass(frozen=True, slots=True)
class LightsChanged:
    """All versions of the rule of lights, by their days; see `shared/light_rules.py`."""

    TYPE: ClassVar[str] = "lights.changed.v1"
    versions: list[DatedLight]
    version: int


class LightsChangedSchema(EventSchema):
    """lights.changed.v1"""

    event_class = LightsChanged
    versions = fields.Nested(DatedLightSchema, many=True, required=True)
    version = key_field()


@dataclass(frozen=True, slots=True)
class ChecklistChanged:
    """`state` is issuing, issued or closed; a draft is announced to nobody.

    `meeting_id` is the meeting whose decisions it holds, `dropped_on` the day since when only the ledger keeps its
    single duties.
    """

    TYPE: ClassVar[str] = "checklist.changed.v1"
    checklist_id: int
    title: str
    year: int
    level_names: list[str]
    state: str
    revision: int
    version: int
    meeting_id: int | None = None
    dropped_on: dt.date | None = None


class ChecklistChangedSchema(SaysWhatIs):
    """checklist.changed.v1"""

    event_class = ChecklistChanged
    added = ("meeting_id", "dropped_on")
    checklist_id = key_field()
    title = fields.String(required=True)
    year = fields.Integer(required=True, strict=True)
    level_names = fields.List(fields.String(), required=True, validate=validate.Length(equal=5))
    state = fields.String(required=True, validate=validate.OneOf(["issuing", "issued", "closed"]))
    revision = key_field()
    version = key_field()
    meeting_id = optional_key_field()
    dropped_on = fields.Date(load_default=None, allow_none=True)


@dataclass(frozen=True, slots=True)
class IssuedRow:
    """One row of levels 1 to 4; `position` orders it among its siblings."""

    row_id: int
    parent_id: int | None
    level: int
    position: int
    title: str


class IssuedRowSchema(EventSchema):
    """A row within rows.issued.v1."""

    event_class = IssuedRow
    row_id = key_field()
    parent_id = fields.Integer(required=True, allow_none=True, strict=True)
    level = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=4))
    position = fields.Integer(required=True, strict=True)
    title = fields.String(required=True)


@dataclass(frozen=True, slots=True)
class RowsIssued:
    """A chunk of at most 100 rows of a frozen revision."""

    TYPE: ClassVar[str] = "rows.issued.v1"
    checklist_id: int
    revision: int
    rows: list[IssuedRow]


class RowsIssuedSchema(EventSchema):
    """rows.issued.v1"""

    event_class = RowsIssued
    checklist_id = key_field()
    revision = key_field()
    rows = fields.Nested(IssuedRowSchema, many=True, required=True)


@dataclass(frozen=True, slots=True)
class IssuedDuty:
    """A duty within `DutiesIssued`, as it is when it is new."""

    duty_id: int
    item_id: int
    period: str
    due_on: dt.date


class IssuedDutySchema(EventSchema):
    """A duty within duties.issued.v1."""

    event_class = IssuedDuty
    duty_id = key_field()
    item_id = key_field()
    period = fields.String(required=True)
    due_on = fields.Date(required=True)


@dataclass(frozen=True, slots=True)
class DutiesIssued:
    """At most 200 duties of one unit, each in state issued with version 1."""

    TYPE: ClassVar[str] = "duties.issued.v1"
    checklist_id: int
    revision: int
    unit_id: int
    duties: list[IssuedDuty]


class DutiesIssuedSchema(EventSchema):
    """duties.issued.v1"""

    event_class = DutiesIssued
    checklist_id = key_field()
    revision = key_field()
    unit_id = key_field()
    duties = fields.Nested(IssuedDutySchema, many=True, required=True)


@dataclass(frozen=True, slots=True)
class AmendedDuty:
    """A duty of DutiesAmended as it is now; the fields mean what they do in DutyState."""

    duty_id: int
    item_id: int
    period: str
    due_on: dt.date
    state: State
    done_on: dt.date | None
    is_blocked: bool
    version: int
    paused_on: dt.date | None = None
    parent_id: int | None = None


class AmendedDutySchema(SaysWhatIs):
    """An entry of duties.amended.v1"""

    event_class = AmendedDuty
    added = ("paused_on", "parent_id")
    duty_id = key_field()
    item_id = key_field()
    period = fields.String(required=True)
    due_on = fields.Date(required=True)
    state = fields.Enum(State, by_value=True, required=True)
    done_on = fields.Date(required=True, allow_none=True)
    is_blocked = fields.Boolean(required=True)
    version = key_field()
    paused_on = fields.Date(load_default=None, allow_none=True)
    parent_id = optional_key_field()


@dataclass(frozen=True, slots=True)
class DutiesAmended:
    """At most 200 duties of one unit that a new revision changed: another date, other words, withdrawn, back again."""

    TYPE: ClassVar[str] = "duties.amended.v1"
    checklist_id: int
    revision: int
    unit_id: int
    duties: list[AmendedDuty]


class DutiesAmendedSchema(EventSchema):
    """duties.amended.v1"""

    event_class = DutiesAmended
    checklist_id = key_field()
    revision = key_field()
    unit_id = key_field()
    duties = fields.Nested(AmendedDutySchema, many=True, required=True)


@dataclass(frozen=True, slots=True)
class DutiesUrged:
    """At most 200 open duties of one unit that somebody urged today; what they are is not different by it.

    `text` are the words that go with it, absent without any.
    """

    TYPE: ClassVar[str] = "duties.urged.v1"
    unit_id: int
    duty_ids: list[int]
    text: str | None = None


class DutiesUrgedSchema(SaysWhatIs):
    """duties.urged.v1"""

    event_class = DutiesUrged
    added = ("text",)
    unit_id = key_field()
    duty_ids = fields.List(key_field(), required=True)
    text = fields.String(load_default=None, allow_none=True)


@dataclass(frozen=True, slots=True)
class DutiesRemarked:
    """At most 200 duties of one unit on which a leader remarked `text`, which the unit answers."""

    TYPE: ClassVar[str] = "duties.remarked.v1"
    unit_id: int
    duty_ids: list[int]
    text: str | None = None


class DutiesRemarkedSchema(SaysWhatIs):
    """duties.remarked.v1"""

    event_class = DutiesRemarked
    added = ("text",)
    unit_id = key_field()
    duty_ids = fields.List(key_field(), required=True)
    text = fields.String(load_default=None, allow_none=True)


@dataclass(frozen=True, slots=True)
class RemarkAnswered:
    """What the unit of a duty answered to a leader's remark; `person_id` is who made the remark."""

    TYPE: ClassVar[str] = "remark.answered.v1"
    remark_id: int
    duty_id: int
    unit_id: int
    person_id: int
    text: str


class RemarkAnsweredSchema(EventSchema):
    """remark.answered.v1"""

    event_class = RemarkAnswered
    remark_id = key_field()
    duty_id = key_field()
    unit_id = key_field()
    person_id = key_field()
    text = fields.String(required=True)


@dataclass(frozen=True, slots=True)
class PracticeChanged:
    """Good practice of a duty of the unit was published, in the words that everybody reads, or taken back."""

    TYPE: ClassVar[str] = "practice.changed.v1"
    practice_id: int
    checklist_id: int
    unit_id: int
    title: str
    text: str
    published_at: dt.datetime
    is_taken_back: bool
    version: int


class PracticeChangedSchema(EventSchema):
    """practice.changed.v1"""

    event_class = PracticeChanged
    practice_id = key_field()
    checklist_id = key_field()
    unit_id = key_field()
    title = fields.String(required=True)
    text = fields.String(required=True)
    published_at = fields.AwareDateTime(required=True)
    is_taken_back = fields.Boolean(required=True)
    version = key_field()


OFFER_OUTCOMES = ("published", "put_aside", "taken_back")


@dataclass(frozen=True, slots=True)
class OfferDecided:
    """What the lead bureau made of good practice that the unit offered: published, put_aside or taken_back.

    `title` is that of the words for everybody, `reason` what is said to the unit, empty when it is published.
    """

    TYPE: ClassVar[str] = "offer.decided.v1"
    practice_id: int
    unit_id: int
    outcome: str
    title: str
    reason: str
    version: int


class OfferDecidedSchema(EventSchema):
    """offer.decided.v1"""

    event_class = OfferDecided
    practice_id = key_field()
    unit_id = key_field()
    outcome = fields.String(required=True, validate=validate.OneOf(OFFER_OUTCOMES))
    title = fields.String(required=True)
    reason = fields.String(required=True)
    version = key_field()


@dataclass(frozen=True, slots=True)
class DutyState:
    """The whole state of one duty after a change; the subclasses say which change it was.

    `done_on` is the day in Asia/Shanghai on which the unit submitted, absent while the duty is open. `paused_on` is the
    day since when somebody has taken on its difficulty, so that no day counts against the unit, `first_due_on` the due
    date before the first time that it moved. `parent_id` is the duty of which it is a part, where a unit has split its
    own among units below it; it is absent for what was issued. The release before says nothing of the three.
    """

    duty_id: int
    checklist_id: int
    item_id: int
    unit_id: int
    period: str
    due_on: dt.date
    state: State
    done_on: dt.date | None
    is_blocked: bool
    version: int
    paused_on: dt.date | None = None
    first_due_on: dt.date | None = None
    parent_id: int | None = None


class DutyStateSchema(SaysWhatIs):
    """What all events about one duty carry: its whole new state."""

    event_class: ClassVar[type[DutyState]] = DutyState
    added = ("paused_on", "first_due_on", "parent_id", "asked_unit_id", "blocked_reason")
    duty_id = key_field()
    checklist_id = key_field()
    item_id = key_field()
    unit_id = key_field()
    period = fields.String(required=True)
    due_on = fields.Date(required=True)
    state = fields.Enum(State, by_value=True, required=True)
    done_on = fields.Date(required=True, allow_none=True)
    is_blocked = fields.Boolean(required=True)
    version = key_field()
    paused_on = fields.Date(load_default=None, allow_none=True)
    first_due_on = fields.Date(load_default=None, allow_none=True)
    parent_id = optional_key_field()


class DutyAcknowledged(DutyState):
    """The unit has signed for it."""

    TYPE: ClassVar[str] = "duty.acknowledged.v1"


class DutySubmitted(DutyState):
    """The unit has marked it done; where no review is wanted it is accepted at once."""

    TYPE: ClassVar[str] = "duty.submitted.v1"


class DutyReopened(DutyState):
    """The unit took its own submission back."""

    TYPE: ClassVar[str] = "duty.reopened.v1"


class DutyAccepted(DutyState):
    """The lead bureau has accepted it."""

    TYPE: ClassVar[str] = "duty.accepted.v1"


class DutyReturned(DutyState):
    """The lead bureau has sent it back to the unit."""

    TYPE: ClassVar[str] = "duty.returned.v1"


class DutyWaived(DutyState):
    """The lead bureau has agreed that it does not apply."""

    TYPE: ClassVar[str] = "duty.waived.v1"


class DutyWaiverRefused(DutyState):
    """The lead bureau has refused a waiver: it is to be done."""

    TYPE: ClassVar[str] = "duty.waiver_refused.v1"


@dataclass(frozen=True, slots=True)
class DutyBlocked(DutyState):
    """The unit has reported what stands in its way; `asked_unit_id` is who is to help, absent for the lead bureau.

    To who is asked `blocked_reason` says what is needed.
    """

    TYPE: ClassVar[str] = "duty.blocked.v1"
    asked_unit_id: int | None = None
    blocked_reason: str | None = None


class DutyBlockedSchema(DutyStateSchema):
    """duty.blocked.v1"""

    event_class = DutyBlocked
    asked_unit_id = optional_key_field()
    blocked_reason = fields.String(load_default=None, allow_none=True)


class DutyUnblocked(DutyState):
    """What stood in its way is gone."""

    TYPE: ClassVar[str] = "duty.unblocked.v1"


class DutyBlockerAccepted(DutyState):
    """Whom the unit asked has taken its difficulty on: no day counts against it any more."""

    TYPE: ClassVar[str] = "duty.blocker_accepted.v1"


class DutyBlockerAcceptedSchema(DutyStateSchema):
    """duty.blocker_accepted.v1"""

    event_class = DutyBlockerAccepted
    paused_on = fields.Date(required=True)


class DutyBlockerAnswered(DutyState):
    """Whom the unit asked has answered what it reported."""

    TYPE: ClassVar[str] = "duty.blocker_answered.v1"


class DutyExtended(DutyState):
    """The lead bureau has given it more time."""

    TYPE: ClassVar[str] = "duty.extended.v1"


class DutyExtendedSchema(DutyStateSchema):
    """duty.extended.v1"""

    event_class = DutyExtended
    first_due_on = fields.Date(required=True)


class DutyExtensionRefused(DutyState):
    """The lead bureau has refused it more time."""

    TYPE: ClassVar[str] = "duty.extension_refused.v1"


class DutyDelegated(DutyState):
    """A unit has made it a part of a duty of its own, for a unit below it; a later version was withdrawn before."""

    TYPE: ClassVar[str] = "duty.delegated.v1"


class DutyDelegatedSchema(DutyStateSchema):
    """duty.delegated.v1"""

    event_class = DutyDelegated
    parent_id = key_field()


class DutyWithdrawn(DutyState):
    """The unit that made it a part of its own duty wants it no more, or the whole does not apply."""

    TYPE: ClassVar[str] = "duty.withdrawn.v1"


class DutyWithdrawnSchema(DutyStateSchema):
    """duty.withdrawn.v1"""

    event_class = DutyWithdrawn
    parent_id = key_field()


@dataclass(frozen=True, slots=True)
class ReminderSent:
    """One merged message reached a person's inbox; `stages` maps a duty's id to due_soon, overdue, …"""

    TYPE: ClassVar[str] = "reminder.sent.v1"
    message_id: int
    person_id: int
    sent_at: dt.datetime
    stages: dict[str, str]


class ReminderSentSchema(EventSchema):
    """reminder.sent.v1"""

    event_class = ReminderSent
    message_id = key_field()
    person_id = key_field()
    sent_at = fields.AwareDateTime(required=True)
    # JSON has no other keys than texts; these are ids.
    stages = fields.Dict(
        keys=fields.String(validate=validate.Regexp(r"[1-9][0-9]{0,17}\Z")), values=fields.String(), required=True
    )


@dataclass(frozen=True, slots=True)
class RelayTicked:
    """A heartbeat through the outbox: whoever handled it has seen everything committed before it.

    `told` names the events after the row `after` of the outbox (transaction id, sequence) up to and with `until`,
    heartbeats left out: for each type their ids, sixteen bytes each, in Base64.
    """

    TYPE: ClassVar[str] = "relay.ticked.v1"
    database: str
    ticked_at: dt.datetime
    after: tuple[int, int] | None = None
    until: tuple[int, int] | None = None
    told: dict[str, str] | None = None


def _row_field() -> fields.Tuple:
    number = fields.Integer(strict=True, validate=validate.Range(min=0))
    return fields.Tuple((number, number), load_default=None, allow_none=True)


class RelayTickedSchema(SaysWhatIs):
    """relay.ticked.v1"""

    event_class = RelayTicked
    added = ("after", "until", "told")
    database = fields.String(required=True)
    ticked_at = fields.AwareDateTime(required=True)
    after = _row_field()
    until = _row_field()
    told = fields.Dict(keys=fields.String(), values=fields.String(), load_default=None, allow_none=True)


Event = (
    UnitChanged
    | PersonChanged
    | GroupChanged
    | PlanStated
    | CalendarChanged
    | LightsChanged
    | ChecklistChanged
    | RowsIssued
    | DutiesIssued
    | DutiesAmended
    | DutiesUrged
    | DutiesRemarked
    | RemarkAnswered
    | PracticeChanged
    | OfferDecided
    | DutyState
    | ReportRoundOpened
    | SubmissionChanged
    | FactsRecorded
    | ReminderSent
    | LedgerCounted
    | RelayTicked
)

DUTY_CHANGES: tuple[type[DutyState], ...] = (
    DutyAcknowledged,
    DutySubmitted,
    DutyReopened,
    DutyAccepted,
    DutyReturned,
    DutyWaived,
    DutyWaiverRefused,
    DutyExtensionRefused,
    DutyUnblocked,
    DutyBlockerAnswered,
)


def _duty_schema(event_class: type[DutyState]) -> type[EventSchema]:
    return type(f"{event_class.__name__}Schema", (DutyStateSchema,), {"event_class": event_class})


def _schema_classes() -> list[type[EventSchema]]:
    return [
        UnitChangedSchema,
        PersonChangedSchema,
        GroupChangedSchema,
        PlanStatedSchema,
        CalendarChangedSchema,
        LightsChangedSchema,
        ChecklistChangedSchema,
        RowsIssuedSchema,
        DutiesIssuedSchema,
        DutiesAmendedSchema,
        DutiesUrgedSchema,
        DutiesRemarkedSchema,
        RemarkAnsweredSchema,
        PracticeChangedSchema,
        OfferDecidedSchema,
        ReportRoundOpenedSchema,
        SubmissionChangedSchema,
        FactsRecordedSchema,
        ReminderSentSchema,
        LedgerCountedSchema,
        RelayTickedSchema,
        DutyBlockedSchema,
        DutyBlockerAcceptedSchema,
        DutyExtendedSchema,
        DutyDelegatedSchema,
        DutyWithdrawnSchema,
        *map(_duty_schema, DUTY_CHANGES),
    ]


SCHEMAS: dict[str, EventSchema] = {
    schema.event_class.TYPE: schema()  # type: ignore[attr-defined]
    for schema in _schema_classes()
}


# The same verdicts, several times as fast.
LOADERS: dict[str, Callable[[Any], Any]] = {event_type: loader(schema) for event_type, schema in SCHEMAS.items()}


def payload_of(event: Event) -> dict[str, Any]:
    """The JSON-able payload of `event`; dates become ISO strings."""
    # As it is: a copy by `asdict` first would take twice as long as all the rest.
    payload: dict[str, Any] = SCHEMAS[event.TYPE].dump(event)  # type: ignore[union-attr]
    return payload
