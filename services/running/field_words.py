"""How a field of a schema is described in words to whoever calls an operation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from marshmallow import Schema, fields, missing, validate

from shared.calling.params import LARGEST_KEY, Words

LARGEST_VERSION = 2**31 - 1
# By the format that a field of an answer names in its metadata.
FORMATS = {"id": "id", "date": "date", "date-time": "instant", "decimal": "decimal", "uuid": "UUID"}
CLASSES: dict[type[fields.Field[Any]], str] = {
    fields.Integer: "integer",
    fields.String: "text",
    fields.Boolean: "boolean",
    fields.Decimal: "decimal",
    fields.UUID: "UUID",
    fields.Date: "date",
    fields.DateTime: "instant",
    fields.Dict: "object",
}


def as_parameter(name: str, field: fields.Field[Any]) -> str:
    """A field as something to give: its name, type and limits, and what holds when it is left out."""
    found = f"`{name}`: {type_of(field)}"
    if field.required:
        return found
    default = field.load_default
    return f"{found}, optional" if default in (None, "", missing) else f"{found}, else {default}"


def as_answer(field: fields.Field[Any]) -> str:
    """The type of a field in an answer, and whether it can be without a value."""
    found = f"{type_of(field)} or null" if field.allow_none else type_of(field)
    return found if field.required else f"{found}, not always there"


def type_of(field: fields.Field[Any]) -> str:
    """The type with its limits in brackets: values of a number, characters of a text, entries of a list."""
    choices = _choices(field)
    if choices:
        return " / ".join(f"`{choice}`" for choice in choices)
    if isinstance(field, fields.Nested):
        return link(type(field.schema))
    if isinstance(field, fields.List):
        return f"list{_limits(field)} of {type_of(field.inner)}"
    return f"{_simple_type(field)}{_limits(field)}"


def link(schema: type[Schema]) -> str:
    return f"[{schema.__name__}](#{schema.__name__.lower()})"


def _simple_type(field: fields.Field[Any]) -> str:
    if _range(field, validate.Range).max == LARGEST_KEY:
        return "id"
    named = FORMATS.get(field.metadata.get("format", ""))
    return named or next(word for known, word in CLASSES.items() if isinstance(field, known))


def _limits(field: fields.Field[Any]) -> str:
    found = _range(field, validate.Range | validate.Length)
    if found.max in (None, LARGEST_KEY, LARGEST_VERSION):
        return ""
    lines = ", lines" if isinstance(field, Words) and field.has_lines else ""
    both = _number(found.max) if found.min == found.max else f"{_number(found.min)}–{_number(found.max)}"
    return f" ({both}{lines})"


def _range(field: fields.Field[Any], kind: Any) -> Any:
    return next((one for one in field.validators if isinstance(one, kind)), validate.Range())


def _number(value: int) -> str:
    return f"{value:,}" if value >= 10_000 else str(value)


def _choices(field: fields.Field[Any]) -> tuple[str, ...]:
    if isinstance(field, fields.Enum):
        return tuple(str(member.value) for member in field.enum)
    found: Iterable[str] = next((one.choices for one in field.validators if isinstance(one, validate.OneOf)), ())
    return tuple(found)
