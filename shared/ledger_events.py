"""What tasks says once a night of its ledger of duties, for whoever keeps a picture of it; see `shared/events.py`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from marshmallow import fields, validate

from shared.event_schema import EventSchema, key_field

# Well below the 64 KB of a message.
MOST_CELLS = 250


@dataclass(frozen=True, slots=True)
class LedgerCell:
    """The duties of an item that are due on a day and in a state: how many, the sum of their versions, their digest.

    The digest is a sum over the duties, so that it does not depend on their order; as text, for it has many digits.
    """

    checklist_id: int
    item_id: int
    due_on: dt.date
    state: str
    duties: int
    versions: int
    digest: str


class LedgerCellSchema(EventSchema):
    """A cell within ledger.counted.v1"""

    event_class = LedgerCell
    checklist_id = key_field()
    item_id = key_field()
    due_on = fields.Date(required=True)
    state = fields.String(required=True, validate=validate.Length(max=40))
    duties = key_field()
    versions = key_field()
    digest = fields.String(required=True, validate=validate.Regexp(r"[0-9]{1,30}\Z"))


@dataclass(frozen=True, slots=True)
class LedgerCounted:
    """What the ledger of duties counts, at most 250 of its cells; a count is whole once all its parts are there.

    What is in it was told up to the row `until` of the outbox (transaction id, sequence): whoever has heard all up to
    there knows no less. Counts are told apart, and the newer known, by `counted_at`.
    """

    TYPE: ClassVar[str] = "ledger.counted.v1"
    day: dt.date
    counted_at: dt.datetime
    until: list[int]
    part: int
    parts: int
    cells: list[LedgerCell]


class LedgerCountedSchema(EventSchema):
    """ledger.counted.v1"""

    event_class = LedgerCounted
    day = fields.Date(required=True)
    counted_at = fields.AwareDateTime(required=True)
    until = fields.List(
        fields.Integer(strict=True, validate=validate.Range(min=0)), required=True, validate=validate.Length(equal=2)
    )
    part = key_field()
    parts = key_field()
    cells = fields.Nested(LedgerCellSchema, many=True, required=True, validate=validate.Length(max=MOST_CELLS))
