"""What the schemas of all events have in common.

Whatever passes can be stored: numbers fit their columns, days and moments lie in years that can be reckoned with, and
no text has what PostgreSQL refuses. Else a message that can never take effect would come again and again.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_dump, post_load, validate

LARGEST_ID, LARGEST_NUMBER = 2**63 - 1, 2**31 - 1
# Whole numbers that are no ids, by their names; each lies in a column of 32 bits.
NUMBERS = frozenset({"version", "revision", "part", "parts", "level", "position", "workdays", "holder"})
EARLIEST_YEAR, LATEST_YEAR = 1900, 2200
MOST_DIGITS = 30
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class EventSchema(Schema):
    """Unknown fields are ignored, so that a newer producer does not break an older consumer.

    Many parts are `Nested` with `many`: a `List` of `Nested` takes three times as long to write.
    """

    event_class: ClassVar[type]

    class Meta:
        unknown = EXCLUDE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Let no field take what cannot be stored, whatever else it asks for."""
        _bound(field_name, field_obj)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        """The frozen event of what was loaded."""
        return self.event_class(**data)


class SaysWhatIs(EventSchema):
    """Leaves out what came to an event later than its version, where there is nothing to say of it."""

    added: ClassVar[tuple[str, ...]] = ()

    @post_dump
    def say_what_is(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Without the added fields that are null."""
        for name in self.added:
            if data.get(name) is None:
                data.pop(name, None)
        return data


def key_field() -> fields.Integer:
    """An id or a version: a whole number from 1."""
    return fields.Integer(required=True, strict=True, validate=validate.Range(min=1))


def optional_key_field() -> fields.Integer:
    """An id that is null, or left out, where there is none."""
    return fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(min=1))


def _bound(name: str, field: fields.Field[Any]) -> None:
    for inner in _within(field):
        _bound(name, inner)
    check = _check_of(name, field)
    if check is not None:
        # Fields of one declaration share the list.
        field.validators = [*field.validators, check]


def _within(field: fields.Field[Any]) -> list[fields.Field[Any]]:
    if isinstance(field, fields.List):
        return [field.inner]
    if isinstance(field, fields.Tuple):
        return list(field.tuple_fields)
    if isinstance(field, fields.Dict):
        return [one for one in (field.key_field, field.value_field) if one is not None]
    return []


def _check_of(name: str, field: fields.Field[Any]) -> Callable[[Any], Any] | None:
    if isinstance(field, fields.Integer) and name.endswith("year"):
        return validate.Range(EARLIEST_YEAR, LATEST_YEAR)
    if isinstance(field, fields.Integer):
        largest = LARGEST_NUMBER if name in NUMBERS else LARGEST_ID
        return validate.Range(-largest, largest)
    if isinstance(field, fields.Decimal):
        return _has_few_digits
    if isinstance(field, fields.Date | fields.DateTime):
        return _is_in_reach
    return _is_storable if isinstance(field, fields.String) else None


def _is_storable(text: str) -> None:
    if _UNSTORABLE.search(text):
        raise ValidationError("The text has signs that cannot be stored.")


def _is_in_reach(day: dt.date) -> None:
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise ValidationError(f"Its year must lie between {EARLIEST_YEAR} and {LATEST_YEAR}.")


def _has_few_digits(value: Decimal) -> None:
    _sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or max(len(digits), abs(exponent)) > MOST_DIGITS:
        raise ValidationError(f"A number has at most {MOST_DIGITS} digits.")
