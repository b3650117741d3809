"""Loaders of events made of their marshmallow schemas: what is certainly valid is loaded without walking the schema.

The schema stays the one definition and the one judge. Whatever a loader does not know for certain it hands to the
schema as a whole, so every refusal and every sentence is marshmallow's own, and so is every conversion that is unusual
(a year's day written 20270301, a number written as text).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, missing, validate

Load = Callable[[Any], Any]
# Those of ten years, of a field each.
DAYS_KNOWN = 4096


class _UnsureError(Exception):
    """The schema itself must say what becomes of it. Raised as a class: one object would keep all it ever met."""


def loader(schema: Schema) -> Load:
    """What `schema.load` does with a value. Raises ValidationError as that does."""
    quick = _of_schema(schema)
    if quick is None:
        return schema.load

    def load(value: Any) -> Any:
        try:
            return quick(value)
        except (_UnsureError, ValidationError):
            return schema.load(value)

    return load


def _of_schema(schema: Schema) -> Load | None:
    """A loader of an object that ends in the schema's `event_class`, or None for a schema that does more than that."""
    made = getattr(schema, "event_class", None)
    # Whatever happens before or after loading, or judges, beside the `make` that ends in the event.
    kinds = schema._hooks.items()  # noqa: SLF001 - marshmallow tells it nowhere else
    hooks = {name for kind, several in kinds if not kind.endswith("_dump") for name, *_ in several}
    if made is None or schema.unknown != EXCLUDE or hooks - {"make"}:
        return None
    parts = [_part(name, field) for name, field in schema.load_fields.items()]

    def load(value: Any) -> Any:
        if type(value) is not dict:
            raise _UnsureError
        return made(**{name: take(value.get(key, missing)) for name, key, take in parts})

    return load


def _part(name: str, field: fields.Field[Any]) -> tuple[str, str, Load]:
    key = field.data_key if field.data_key is not None else name
    return field.attribute or name, key, _quicker(field, _with_absence(field, _with_checks(field, _of_field(field))))


def _quicker(field: fields.Field[Any], take: Load) -> Load:
    """`take` with a short way for what nearly all values are: numbers, days, and words of a few."""
    low, high, checks = _bounds(field.validators)
    if type(field) is fields.Integer and low is not None and high is not None and not checks:
        return lambda value: value if type(value) is int and low <= value <= high else take(value)
    if type(field) in (fields.Date, fields.Enum):
        # The same few again and again; what is refused is kept nowhere.
        known = lru_cache(DAYS_KNOWN)(take)
        return lambda value: known(value) if type(value) is str else take(value)
    return take


def _with_absence(field: fields.Field[Any], take: Load) -> Load:
    default, allows_none = field.load_default, field.allow_none

    def load(value: Any) -> Any:
        if value is None:
            if allows_none:
                return None
            raise _UnsureError
        if value is missing:
            # Whether it may lack, and what stands for it then, where that is no plain value.
            if default is missing or callable(default):
                raise _UnsureError
            return default
        return take(value)

    return load


def _with_checks(field: fields.Field[Any], take: Load) -> Load:
    low, high, checks = _bounds(field.validators)
    if low is None and high is None and not checks:
        return take

    def load(value: Any) -> Any:
        found = take(value)
        if (low is not None and found < low) or (high is not None and found > high):
            raise _UnsureError
        for check in checks:
            check(found)
        return found

    return load


def _bounds(validators: Sequence[Callable[[Any], Any]]) -> tuple[Any, Any, list[Callable[[Any], Any]]]:
    """The narrowest bounds of all ranges, and what else is checked."""
    lows, highs, checks = [], [], []
    for one in validators:
        if isinstance(one, validate.Range) and one.min_inclusive and one.max_inclusive:
            lows += [] if one.min is None else [one.min]
            highs += [] if one.max is None else [one.max]
        else:
            checks.append(one)
    return max(lows, default=None), min(highs, default=None), checks


def _of_field(field: fields.Field[Any]) -> Load:
    """The value without its checks; a field of a kind that is not known here is asked itself."""
    of_kind = _KINDS.get(type(field))
    return of_kind(field) if of_kind is not None else _asked(field)


def _asked(field: fields.Field[Any]) -> Load:
    return field.deserialize


def _exactly(kind: type) -> Callable[[Any], Load]:
    def of(_field: Any) -> Load:
        def load(value: Any) -> Any:
            if type(value) is not kind:
                raise _UnsureError
            return value

        return load

    return of


def _date(_field: fields.Date) -> Load:
    read = dt.date.fromisoformat

    def load(value: Any) -> dt.date:
        if type(value) is not str:
            raise _UnsureError
        try:
            return read(value)
        except ValueError:
            raise _UnsureError from None

    return load


def _moment(field: fields.AwareDateTime) -> Load:
    if field.format not in (None, "iso") or field.default_timezone is not None:
        return _asked(field)
    read = dt.datetime.fromisoformat

    def load(value: Any) -> dt.datetime:
        if type(value) is not str:
            raise _UnsureError
        try:
            found = read(value)
        except ValueError:
            raise _UnsureError from None
        if found.tzinfo is None:
            raise _UnsureError
        return found

    return load


def _enum(field: fields.Enum[Any]) -> Load:
    if field.by_value is not True:
        return _asked(field)
    members = {member.value: member for member in field.enum}

    def load(value: Any) -> Any:
        if type(value) is not str or value not in members:
            raise _UnsureError
        return members[value]

    return load


def _list(field: fields.List[Any]) -> Load:
    take = _with_absence(field.inner, _with_checks(field.inner, _of_field(field.inner)))

    def load(value: Any) -> list[Any]:
        if type(value) is not list:
            raise _UnsureError
        return [take(one) for one in value]

    return load


def _nested(field: fields.Nested) -> Load:
    take = _of_schema(field.schema)
    if take is None or field.unknown not in (None, EXCLUDE):
        return _asked(field)
    if not field.many:
        return take

    def load(value: Any) -> list[Any]:
        if type(value) is not list:
            raise _UnsureError
        return [take(one) for one in value]

    return load


_KINDS: dict[type, Callable[[Any], Load]] = {
    fields.Integer: _exactly(int),
    fields.String: _exactly(str),
    fields.Boolean: _exactly(bool),
    fields.Date: _date,
    fields.AwareDateTime: _moment,
    fields.Enum: _enum,
    fields.List: _list,
    fields.Nested: _nested,
}
