"""Typed values as plain JSON and back, by the types that a function says it returns. Pure.

What comes out of a process that read somebody's file is data and never code: nothing but the types that this side
expects is made of it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import types
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints


class UnlikeItsTypeError(ValueError):
    """A value is not what its type says, or is of a type that does not travel."""


def dump(value: Any) -> Any:
    """The value as JSON takes it: objects and tuples as lists, days and decimals as texts."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value.value if isinstance(value, enum.Enum) else value
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if dataclasses.is_dataclass(value):
        return [dump(getattr(value, field.name)) for field in dataclasses.fields(value)]
    if isinstance(value, (list, tuple)):
        return [dump(one) for one in value]
    if isinstance(value, Mapping):
        return {name: dump(one) for name, one in value.items()}
    raise UnlikeItsTypeError(f"{type(value).__name__} does not travel")


def load(kind: Any, value: Any) -> Any:
    """What `dump` was given, which was of the type `kind`. Raises UnlikeItsTypeError."""
    try:
        return _loader(kind)(value)
    except (TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise UnlikeItsTypeError(f"no {kind}") from error


# What makes one value of a type out of what `dump` made of it.
Loader = Callable[[Any], Any]


@cache
def _loader(kind: Any) -> Loader:
    origin, inner = get_origin(kind), get_args(kind)
    if kind is Any:
        return lambda value: value
    if origin in (Union, types.UnionType):
        return _optional(inner)
    if origin is list:
        one = _loader(inner[0])
        return lambda value: [one(each) for each in value]
    if origin is tuple:
        return _tuple(inner)
    if origin is not None and issubclass(origin, Mapping):
        held = _loader(inner[1])
        return lambda value: {str(name): held(one) for name, one in value.items()}
    return _plain(kind)


def _plain(kind: Any) -> Loader:
    if dataclasses.is_dataclass(kind):
        return _object(kind)
    if kind is dt.date:
        return dt.date.fromisoformat
    if kind is Decimal or (isinstance(kind, type) and issubclass(kind, enum.Enum)):
        return kind
    if kind in (str, int, float, bool):
        return lambda value: _exactly(kind, value)
    raise UnlikeItsTypeError(f"{kind} does not travel")


def _optional(inner: tuple[Any, ...]) -> Loader:
    (kind,) = [one for one in inner if one is not types.NoneType]
    load_one = _loader(kind)
    return lambda value: None if value is None else load_one(value)


def _tuple(inner: tuple[Any, ...]) -> Loader:
    if len(inner) == 2 and inner[1] is Ellipsis:
        one = _loader(inner[0])
        return lambda value: tuple(one(each) for each in value)
    loaders = [_loader(kind) for kind in inner]
    return lambda value: tuple(one(each) for one, each in zip(loaders, value, strict=True))


def _object(kind: Any) -> Loader:
    hints = get_type_hints(kind)
    # A type may hold itself, so what loads a field is looked for when the field comes.
    names = [hints[field.name] for field in dataclasses.fields(kind)]
    return lambda value: kind(*(_loader(hint)(one) for hint, one in zip(names, value, strict=True)))


def _exactly(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise UnlikeItsTypeError(f"{type(value).__name__}, not {kind.__name__}")
    return value
