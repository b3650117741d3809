"""What a list is as a workbook: its columns, what their cells are, and one list of several. Pure.

Apart from `list_writing`, which needs a large library that only a list taken away makes load.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CellKind:
    """How a sheet shows the cells of a column, which is also how it sorts them and adds them up."""

    number_format: str
    width: int


class Kind:
    """What the cells of a column are."""

    TEXT = CellKind("@", 24)
    NUMBER = CellKind("0", 10)
    SHARE = CellKind("0%", 10)
    DAY = CellKind("yyyy-mm-dd", 12)
    # A due date; one that days off still to be announced may move is marked beside it, and stays a date.
    DUE = CellKind("yyyy-mm-dd;@", 12)
    MOMENT = CellKind("yyyy-mm-dd hh:mm", 18)


@dataclass(frozen=True, slots=True)
class Column:
    """`of` takes a cell's value out of a row: a text, a number (a share is 0 to 1), a date or moment or its ISO text.

    None is an empty cell. `heading` may be a lazy text, and so may `mark`, which stands beside a due date that may
    still move. `width` counts Latin letters; a Chinese sign is as wide as two.
    """

    heading: str
    of: Callable[[Any], Any]
    kind: CellKind = Kind.TEXT
    width: int | None = None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One list of several in a workbook, on a sheet of its own; `said` stands below its title."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Any]
    said: str
