"""Rows with types: the one way from a cursor to what its query returned.

A query's row type is a NamedTuple beside it, its fields the query's columns in their order. NamedTuples, because the
driver's tuple becomes one in a single copy made in C, while a frozen dataclass sets its fields one by one in Python,
which takes five times as long; boards and the relay read rows by the hundred thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import cache, partial
from typing import Any, NamedTuple, TypeVar, get_type_hints

from psycopg2.extensions import cursor as Cursor
from psycopg2.extras import execute_values

# A batch of events is below it: one statement, one round trip.
ROWS_PER_STATEMENT = 10_000

Row = TypeVar("Row", bound=NamedTuple)
Value = TypeVar("Value")


def many(cur: Cursor, row_type: type[Row]) -> list[Row]:
    """All rows. Here as in `one`, `the` and `returned`: TypeError unless the columns are the fields of `row_type`."""
    make = _maker(cur, row_type)
    return list(map(make, cur.fetchall()))


def one(cur: Cursor, row_type: type[Row]) -> Row | None:
    """The first row, or None when there is none."""
    make = _maker(cur, row_type)
    found = cur.fetchone()
    return None if found is None else make(found)


def the(cur: Cursor, row_type: type[Row]) -> Row:
    """The row of a query that cannot but return one; LookupError when it did not."""
    found = one(cur, row_type)
    if found is None:
        raise LookupError(f"the query returned no {row_type.__name__}")
    return found


def returned(
    cur: Cursor,
    row_type: type[Row],
    statement: str,
    values: Sequence[Sequence[object] | Mapping[str, object]],
    *,
    template: str | None = None,
    page_size: int = 1000,
) -> list[Row]:
    """The rows of a RETURNING, after psycopg2's `execute_values` of the statement; without `values` there are none."""
    if not values:
        return []
    found = execute_values(cur, statement, values, template=template, page_size=page_size, fetch=True)
    return list(map(_maker(cur, row_type), found))


def columns(rows: Sequence[Sequence[object]]) -> tuple[str, ...]:
    """The columns of `rows`, of which there is one at least, each as the text of an array, to be given to `unnest`.

    A batch of events writes so: to quote each cell for itself, and to have the server read each as an expression, took
    a third of what the batch costs. A column holds values of one kind that str() says as PostgreSQL reads them, such as
    int, date, str, or None.
    """
    return tuple(map(_array, zip(*rows, strict=True)))


def _array(column: Sequence[object]) -> str:
    # Most columns of a batch repeat a few values.
    said = {one: _said(one) for one in set(column)}
    return "{" + ",".join([said[one] for one in column]) + "}"


def _said(one: object) -> str:
    if one is None:
        return "NULL"
    if isinstance(one, str):
        return '"' + one.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(one, Enum):
        raise TypeError(f"{one!r} is no value of a column")
    return str(one)


def value(cur: Cursor, kind: type[Value]) -> Value:
    """The only column of the only row; LookupError without a row, TypeError when it is no `kind`."""
    found = value_or_none(cur, kind)
    if found is None:
        raise LookupError(f"the query returned no {kind.__name__}")
    return found


def value_or_none(cur: Cursor, kind: type[Value]) -> Value | None:
    """The only column of the first row, or None when there is no row."""
    _check_single(cur, kind)
    found = cur.fetchone()
    return None if found is None else _checked(found[0], kind)


def values(cur: Cursor, kind: type[Value]) -> list[Value]:
    """The only column of all rows."""
    _check_single(cur, kind)
    return [_checked(found, kind) for (found,) in cur.fetchall()]


def has_row(cur: Cursor) -> bool:
    """Whether the query found anything, whatever its columns."""
    return cur.fetchone() is not None


def _maker(cur: Cursor, row_type: type[Row]) -> Callable[[tuple[Any, ...]], Row]:
    """What makes a row of the driver's tuple; the columns are compared once, not per row."""
    columns = _columns(cur)
    if columns != row_type._fields:
        raise TypeError(
            f"the columns of the query ({', '.join(columns)})"
            f" are not the fields of {row_type.__name__} ({', '.join(row_type._fields)})"
        )
    # The length is right already, so this is `_make` without its check.
    make: Callable[[Sequence[Any]], Row] = partial(tuple.__new__, row_type)
    enums = _enums_of(row_type)
    if not enums:
        return make

    def converted(found: tuple[Any, ...]) -> Row:
        cells = list(found)
        for place, enum, members in enums:
            # Calling the enum takes several times as long, but knows what to say of a value that is none of its own.
            cells[place] = members.get(cells[place]) or enum(cells[place])
        return make(cells)

    return converted


@cache
def _enums_of(row_type: type[NamedTuple]) -> tuple[tuple[int, type[Enum], dict[object, Enum]], ...]:
    """The places of the fields that are enums, which the database keeps as their values, with the members by value."""
    hints = get_type_hints(row_type)
    found = ((place, hints[name]) for place, name in enumerate(row_type._fields))
    return tuple(
        (place, hint, {member.value: member for member in hint})
        for place, hint in found
        if isinstance(hint, type) and issubclass(hint, Enum)
    )


def _columns(cur: Cursor) -> tuple[str, ...]:
    return tuple(column.name for column in cur.description or ())


def _check_single(cur: Cursor, kind: type[object]) -> None:
    columns = _columns(cur)
    if len(columns) != 1:
        raise TypeError(f"the columns of the query ({', '.join(columns)}) are not the one of a single {kind.__name__}")


def _checked(found: object, kind: type[Value]) -> Value:
    if not isinstance(found, kind):
        raise TypeError(f"the query returned {type(found).__name__} where {kind.__name__} was expected")
    return found
