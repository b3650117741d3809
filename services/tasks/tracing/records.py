"""What the queries of tracing return, one type per shape."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple


class Piece(NamedTuple):
    """A piece of the source; `row_before` is that of the nearest piece before it that became one."""

    number: int
    line: int
    start: int
    text: str
    row_id: int | None
    target_id: int | None
    target: str | None
    part: str
    reason: str | None
    row_before: int | None


class Place(NamedTuple):
    """Where a piece stands in the draft, as it is kept for an undo."""

    number: int
    row_id: int | None
    target_id: int | None
    part: str
    reason: str | None


class PieceOfRow(NamedTuple):
    """A piece that became a row, by its words."""

    number: int
    text: str


class Figure(NamedTuple):
    """A figure in the words of a measure, which is offered as a target."""

    id: int
    row_id: int | None
    name: str
    quote: str
    kind: str
    comparator: str
    value: Decimal | None
    unit_of_measure: str
    to_year: int
    is_approximate: bool
    is_part: bool
    state: str
    target_id: int | None


class StoredQuestion(NamedTuple):
    """A question as the table has it: decoded JSON of all columns."""

    id: int
    data: dict[str, Any]


class StoredRow(NamedTuple):
    """A row as the table has it: decoded JSON of all columns, and its own units as [role, unit id, group id]."""

    id: int
    data: dict[str, Any]
    units: list[list[str | int | None]]


class Change(NamedTuple):
    """What was done with pieces and measures of a draft, with what undoes it as decoded JSON."""

    id: int
    kind: str
    subject: str
    at: dt.datetime
    before: dict[str, Any]
    after: dict[str, Any]
