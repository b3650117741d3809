"""Fields of what operations answer: what a caller may rely on, and what the pages about the operations are made from.

An answer is plain JSON before it meets its shape, so a field checks and changes nothing: a day is a text that reads as
a day. Every field is in every answer unless it says `required=False`, and is null only where it says `allow_none=True`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from marshmallow import Schema, ValidationError, fields, validate


class Shape(Schema):
    """An answer, or a part of one."""


class Nothing(Shape):
    """An empty answer: that the command was carried out is all there is to say."""


class Sentence(Shape):
    """Something to be read by people, in both languages."""

    zh = fields.String(required=True)
    en = fields.String(required=True)


class Paged(Shape):
    """One page of a list."""

    page = fields.Integer(strict=True, required=True, metadata={"description": "the page that this is, from 1"})
    pages = fields.Integer(strict=True, required=True, metadata={"description": "how many there are, at least 1"})


def mismatches(shape: type[Shape], answer: Any) -> dict[str, Any]:
    """What of `answer`, as it is once read from JSON, is not as `shape` says; empty when all of it is.

    Tests ask this of every answer, services of none: for 200 duties it takes 23 ms, and finding them takes 6.
    """
    return shape().validate(answer)


def text(description: str = "", **options: Any) -> fields.String:
    """A text."""
    return fields.String(**_given(description, options))


def key(description: str = "", **options: Any) -> fields.Integer:
    """The id of a row."""
    return whole(description, **options, format="id")


def whole(description: str = "", **options: Any) -> fields.Integer:
    """A whole number."""
    return fields.Integer(strict=True, **_given(description, options))


def flag(description: str = "", **options: Any) -> fields.Boolean:
    """True or false; nothing else passes for them."""
    return _Flag(**_given(description, options))


def one_of(values: Iterable[str], description: str = "", **options: Any) -> fields.String:
    """One of a closed set of words."""
    return fields.String(validate=validate.OneOf(tuple(map(str, values))), **_given(description, options))


def day(description: str = "", **options: Any) -> fields.String:
    """An ISO date."""
    return _written("date", lambda value: dt.date.fromisoformat(value).isoformat(), description, options)


def moment(description: str = "", **options: Any) -> fields.String:
    """An ISO instant with its offset from UTC."""
    return _written("date-time", _instant, description, options)


def decimal(description: str = "", **options: Any) -> fields.String:
    """An exact decimal number, written out."""
    return _written("decimal", lambda value: format(Decimal(value), "f"), description, options)


def uuid(description: str = "", **options: Any) -> fields.String:
    """A UUID, written as text."""
    return _written("uuid", lambda value: str(UUID(value)), description, options)


def json_object(description: str, **options: Any) -> fields.Dict:
    """Whatever stands there; only that it is an object can be relied on."""
    return fields.Dict(keys=fields.String(), **_given(description, options))


def part(shape: type[Shape], description: str = "", **options: Any) -> fields.Nested:
    """Another shape within this one."""
    return fields.Nested(shape, **_given(description, options))


def sentence(description: str = "", **options: Any) -> fields.Nested:
    """A sentence for people, in both languages."""
    return part(Sentence, description, **options)


def several(item: fields.Field[Any] | type[Shape], description: str = "", **options: Any) -> fields.List[Any]:
    """A list of fields or of shapes."""
    inner = item if isinstance(item, fields.Field) else fields.Nested(item)
    return fields.List(inner, **_given(description, options))


class _Flag(fields.Boolean):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        """True and false only: the library takes "yes" and 1 as well."""
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return super()._deserialize(value, attr, data, **kwargs)


def _given(description: str, options: dict[str, Any]) -> dict[str, Any]:
    """Options for a field; what is no option of the library goes into its metadata, as apispec wants it."""
    metadata = {"description": description} if description else {}
    if "format" in options:
        metadata["format"] = options.pop("format")
    return {"required": True, **options, "metadata": metadata}


def _instant(value: str) -> str:
    moment = dt.datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("no offset")
    return moment.isoformat()


def _written(name: str, written: Callable[[str], str], description: str, options: dict[str, Any]) -> fields.String:
    def check(value: str) -> None:
        try:
            is_right = written(value) == value
        except (ValueError, InvalidOperation):
            is_right = False
        if not is_right:
            raise ValidationError(f"{value!r} is not written as a {name}.")

    return fields.String(validate=check, **_given(description, {**options, "format": name}))
