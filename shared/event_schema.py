"""What the schemas of all events have in common."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import EXCLUDE, Schema, fields, post_dump, post_load, validate


class EventSchema(Schema):
    """Unknown fields are ignored, so that a newer producer does not break an older consumer."""

    event_class: ClassVar[type]

    class Meta:
        unknown = EXCLUDE

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
