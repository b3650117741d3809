"""Strokes and signs of a page → the tables that the strokes rule, each with its place. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.tasks.notices.sources.pdf.lines import Row, rows_of
from services.tasks.notices.sources.pdf.placed import Sign, Stroke

# Borders of neighbouring cells lie so near to one another, and miss their corners by so much, in points.
_NEAR = 4.0
_SHORTEST = 6.0
# More different lines than this are a drawing.
_MOST_LINES = 400
_MOST_CELLS = 20_000
# A line of a cell that leaves so many signs free, with what the cell keeps around its text, was ended by somebody.
_FREE_SIGNS = 1.2
_PADDING = 12.0
_UNIT_ENDS = re.compile("[局办委府院会室心镇乡部队司校]$")
_UNIT_BEGINS = re.compile("[县市省各区镇乡]")


@dataclass(frozen=True, slots=True)
class Ruled:
    """A table: its box on the page and its rows, in which merged cells are repeated."""

    top: float
    bottom: float
    left: float
    right: float
    rows: tuple[tuple[str, ...], ...]

    def holds(self, sign: Sign) -> bool:
        """Whether a sign stands in the table."""
        across = (sign.left + sign.right) / 2
        return self.top <= sign.middle <= self.bottom and self.left <= across <= self.right


@dataclass(slots=True)
class _Line:
    """A border: where it is, and from where to where it goes; `at` is its y or its x."""

    at: float
    parts: list[tuple[float, float]]

    def covers(self, place: float) -> bool:
        return any(start - 1 <= place <= end + 1 for start, end in self.parts)


def tables_of(signs: Sequence[Sign], strokes: Sequence[Stroke]) -> list[Ruled]:
    """The tables of a page, from above."""
    across = _merged([(one.top, one.left, one.right) for one in strokes if one.right - one.left >= _SHORTEST])
    down = _merged([(one.left, one.top, one.bottom) for one in strokes if one.bottom - one.top >= _SHORTEST])
    if not across or not down or len(across) + len(down) > _MOST_LINES:
        return []
    tables = [table for box in _boxes(across, down) if (table := _table(box, across, down, signs)) is not None]
    return sorted(tables, key=lambda table: table.top)


def _merged(strokes: Iterable[tuple[float, float, float]]) -> list[_Line]:
    """Strokes at one place as one line, with those of their parts that touch as one."""
    lines: list[_Line] = []
    for at, start, end in sorted(strokes):
        if not lines or at - lines[-1].at > _NEAR:
            lines.append(_Line(at, []))
        lines[-1].parts.append((start, end))
    for line in lines:
        parts: list[tuple[float, float]] = []
        for start, end in sorted(line.parts):
            if parts and start - parts[-1][1] <= _NEAR:
                parts[-1] = (parts[-1][0], max(parts[-1][1], end))
            else:
                parts.append((start, end))
        line.parts = parts
    return lines


# left, top, right, bottom
_Box = tuple[float, float, float, float]


def _boxes(across: Sequence[_Line], down: Sequence[_Line]) -> list[_Box]:
    """The boxes of what is ruled: borders that touch belong together."""
    boxes: list[_Box] = [(start, line.at, end, line.at) for line in across for start, end in line.parts]
    boxes += [(line.at, start, line.at, end) for line in down for start, end in line.parts]
    done: list[_Box] = []
    while boxes:
        box = boxes.pop()
        touching = [one for one in boxes if _touch(box, one)]
        if touching:
            boxes = [one for one in boxes if not _touch(box, one)]
            boxes.append(_around([box, *touching]))
        else:
            done.append(box)
    return done


def _touch(one: _Box, other: _Box) -> bool:
    return (
        one[0] <= other[2] + _NEAR
        and other[0] <= one[2] + _NEAR
        and one[1] <= other[3] + _NEAR
        and other[1] <= one[3] + _NEAR
    )


def _around(boxes: Sequence[_Box]) -> _Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _table(box: _Box, across: Sequence[_Line], down: Sequence[_Line], signs: Sequence[Sign]) -> Ruled | None:
    left, top, right, bottom = box
    rows = [line for line in across if top - 1 <= line.at <= bottom + 1 and _within(line, left, right)]
    columns = [line for line in down if left - 1 <= line.at <= right + 1 and _within(line, top, bottom)]
    # Tables of office paper are open at their sides at times; text within one frame is no table.
    height, width = len(rows) - 1, len(columns) - 1
    if height < 1 or width < 1 or height * width < 2 or height * width > _MOST_CELLS:
        return None
    cells = _Cells(rows, columns)
    inside: dict[int, list[Sign]] = {}
    for sign in signs:
        place = cells.place_of(sign)
        if place is not None:
            inside.setdefault(place, []).append(sign)
    texts = {place: _text(found, cells.width_of(place)) for place, found in inside.items()}
    written = tuple(tuple(texts.get(cells.owner(row, column), "") for column in range(width)) for row in range(height))
    if not any(any(row) for row in written):
        return None
    return Ruled(rows[0].at, rows[-1].at, columns[0].at, columns[-1].at, written)


def _within(line: _Line, start: float, end: float) -> bool:
    return any(first < end + _NEAR and last > start - _NEAR for first, last in line.parts)


class _Cells:
    """The grid of a table; cells without a border between them are one, that of the upper left."""

    def __init__(self, rows: Sequence[_Line], columns: Sequence[_Line]) -> None:
        self._rows, self._columns = rows, columns
        self._width = len(columns) - 1
        self._parent = list(range((len(rows) - 1) * self._width))
        for row in range(len(rows) - 1):
            middle = (rows[row].at + rows[row + 1].at) / 2
            for column in range(self._width):
                centre = (columns[column].at + columns[column + 1].at) / 2
                if column + 1 < self._width and not columns[column + 1].covers(middle):
                    self._join(row, column, row, column + 1)
                if row + 2 < len(rows) and not rows[row + 1].covers(centre):
                    self._join(row, column, row + 1, column)

    def owner(self, row: int, column: int) -> int:
        """The cell to which a place of the grid belongs."""
        return self._root(row * self._width + column)

    def place_of(self, sign: Sign) -> int | None:
        """The cell in which a sign stands; None outside the table."""
        row = _between(self._rows, sign.middle)
        column = _between(self._columns, (sign.left + sign.right) / 2)
        return None if row is None or column is None else self.owner(row, column)

    def width_of(self, cell: int) -> float:
        """How wide a cell is, merged ones as a whole."""
        owned = [column for column in range(self._width) if self.owner(cell // self._width, column) == cell]
        return self._columns[max(owned) + 1].at - self._columns[min(owned)].at

    def _join(self, row: int, column: int, other_row: int, other_column: int) -> None:
        one, other = self.owner(row, column), self.owner(other_row, other_column)
        self._parent[max(one, other)] = min(one, other)

    def _root(self, cell: int) -> int:
        while self._parent[cell] != cell:
            self._parent[cell] = self._parent[self._parent[cell]]
            cell = self._parent[cell]
        return cell


def _between(lines: Sequence[_Line], place: float) -> int | None:
    return next((n for n in range(len(lines) - 1) if lines[n].at <= place <= lines[n + 1].at), None)


def _text(signs: Sequence[Sign], width: float) -> str:
    """The lines of a cell: what was broken because the cell ended is one, what somebody ended is another."""
    rows = rows_of(signs)
    text = rows[0].text
    for above, row in itertools.pairwise(rows):
        is_full = width - (above.right - above.left) <= _FREE_SIGNS * above.size + _PADDING
        is_next_unit = _UNIT_ENDS.search(above.text) is not None and _UNIT_BEGINS.match(row.text) is not None
        text += row.text if is_full and not is_next_unit and not _is_ended(above) else f"\n{row.text}"
    return text


def _is_ended(row: Row) -> bool:
    return row.text.endswith(("。", "；"))
