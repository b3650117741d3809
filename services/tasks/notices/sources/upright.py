"""A table pasted column by column: a heading, its cells each on a line, then the next heading. Pure.

Columns of as many cells belong together row by row. One of fewer cells has gaps that nobody sees: its cells stay lines,
and no measure gets them.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.tasks.notices.numbering import read_marker
from services.tasks.notices.sources.cells import HEADING, NUMBER, Kind, cell_at, is_day, kind_of_heading, names_units
from services.tasks.notices.sources.pieces import Grid, Line, Piece

_LEAST_ROWS, _MOST_ROWS, _LEAST_COLUMNS, _MOST_COLUMNS = 2, 200, 3, 8
_Column = tuple[str, list[str]]


def upright_at(pieces: Sequence[Piece], place: int) -> tuple[list[Piece] | None, int]:
    """The table whose first heading is this line, or None where none begins, and how many lines that is said of."""
    columns, end = _columns(pieces, place)
    kinds = [kind_of_heading(heading) for heading, _cells in columns]
    head = tuple(heading for heading, _cells in columns)
    is_head = Kind.WHO in kinds and kinds.count(Kind.WHAT) == 1 and len(set(head)) == len(head)
    work = columns[kinds.index(Kind.WHAT)][1] if is_head else []
    # Numbered measures and below them a list of units are text, in which all may do everything.
    is_text = Kind.COUNT not in kinds and any("。" in cell or read_marker(cell)[0] for cell in work)
    are_columns = all(_holds(cells, kind) for (_, cells), kind in zip(columns, kinds, strict=True))
    # Of two columns as many lines may be chance: below a list of work a list of units is of all of it.
    if len(work) < _LEAST_ROWS or is_text or not are_columns or len(columns) < _LEAST_COLUMNS:
        return None, 1
    whole = [cells if len(cells) == len(work) else [""] * len(work) for _heading, cells in columns]
    unsure = [cell for _heading, cells in columns if len(cells) != len(work) for cell in cells]
    return [Grid((head, *zip(*whole, strict=True))), *map(Line, unsure)], end - place


def _columns(pieces: Sequence[Piece], place: int) -> tuple[list[_Column], int]:
    """The headings, each with the lines below it that may be its cells, and the place behind them."""
    columns: list[_Column] = []
    at = end = place
    while True:
        cell, following = cell_at(pieces, at)
        if cell is not None and HEADING.fullmatch(cell) and len(columns) < _MOST_COLUMNS:
            columns.append((cell, []))
        elif cell is None or not columns or not _goes_on(cell, columns):
            return columns, end
        else:
            columns[-1][1].append(cell)
        at = end = following


def _goes_on(cell: str, columns: Sequence[_Column]) -> bool:
    heading, cells = columns[-1]
    kind = kind_of_heading(heading)
    if len(cells) >= _MOST_ROWS or (kind is Kind.WHAT and len(columns) > 2):
        return False
    return _is_of(cell, kind)


def _holds(cells: Sequence[str], kind: Kind) -> bool:
    return bool(cells) and all(_is_of(cell, kind) for cell in cells)


def _is_of(cell: str, kind: Kind) -> bool:
    match kind:
        case Kind.COUNT:
            return NUMBER.fullmatch(cell) is not None
        case Kind.WHO:
            return names_units(cell)
        case Kind.WHEN:
            return is_day(cell)
        case _:
            return not (NUMBER.fullmatch(cell) or names_units(cell) or is_day(cell))
