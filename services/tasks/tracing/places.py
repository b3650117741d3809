"""Where a left-out piece goes unless somebody says otherwise: to the row that stands before it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeVar

AREA, MEASURE = 1, 2


class Placed(Protocol):
    """What the rule needs to know of a row."""

    @property
    def id(self) -> int: ...
    @property
    def parent_id(self) -> int | None: ...
    @property
    def level(self) -> int: ...


Row = TypeVar("Row", bound=Placed)


def row_for(row_before: int | None, rows: Mapping[int, Row]) -> int | None:
    """The measure of the row before the piece, or its area; before all of them the first area. `rows` in reading order.

    None when the draft has no rows.
    """
    row = rows.get(row_before) if row_before is not None else None
    while row is not None and row.level > MEASURE:
        row = rows[row.parent_id] if row.parent_id is not None else None
    if row is not None:
        return row.id
    return next((one.id for one in rows.values() if one.level == AREA), None)


def measure_for(row_id: int | None, rows: Mapping[int, Row]) -> int | None:
    """The row itself when it is a measure, else the last measure of the area, else the first of all."""
    row = rows.get(row_id) if row_id is not None else None
    if row is not None and row.level == MEASURE:
        return row.id
    measures = [one for one in rows.values() if one.level == MEASURE]
    own = [one.id for one in measures if row is not None and one.parent_id == row.id]
    return own[-1] if own else measures[0].id if measures else None
