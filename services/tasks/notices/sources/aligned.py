"""A table whose columns are only aligned by blanks, below a head that names tasks and units. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.tasks.notices.sources.pieces import Grid, Line, Piece
from services.tasks.notices.sources.signs import width

# Two blanks part columns; a Chinese one is as wide as two.
_GAP = re.compile("[ \u00a0]{2,}|[ \u00a0]*\u3000[ \u00a0\u3000]*")
_WHO = re.compile("单位|部门|牵头|配合")
_WHAT = re.compile("任务|措施|举措|工作|事项|内容|项目")
_LONGEST_HEADING = 12
_LEAST_COLUMNS = 3
# How far a cell may begin beside its heading, in columns of the screen.
_BESIDE = 1


def aligned_at(pieces: Sequence[Piece], place: int) -> tuple[list[Piece] | None, int]:
    """The table whose head is this line, or None where it is no such head, and how many lines that is said of."""
    head = pieces[place]
    columns = _head(head.text) if isinstance(head, Line) else None
    if columns is None:
        return None, 1
    starts = [start for start, _ in columns]
    rows = [[text for _, text in columns]]
    used = 1
    for at in range(place + 1, len(pieces)):
        cells = _row(pieces[at], starts)
        if cells is None:
            break
        used += 1
        if cells[0] or len(rows) == 1:
            rows.append(cells)
        else:
            # A row goes on where its first column is empty.
            rows[-1] = [above + below for above, below in zip(rows[-1], cells, strict=True)]
    return ([Grid(tuple(map(tuple, rows)))] if len(rows) > 1 else None), used


def _head(text: str) -> list[tuple[int, str]] | None:
    if len(text) > 400 or not _WHO.search(text) or not _WHAT.search(text):
        return None
    cells = _cells(text)
    if len(cells) < _LEAST_COLUMNS or any(len(cell) > _LONGEST_HEADING for _, cell in cells):
        return None
    return cells


def _row(piece: Piece, starts: list[int]) -> list[str] | None:
    """The cells of a line in the columns of the head; None where a cell begins in none, or one would hold two."""
    if not isinstance(piece, Line) or piece.skipped is not None or piece.numbering or len(piece.text) > 2_000:
        return None
    cells = _cells(piece.text)
    row = [""] * len(starts)
    for start, text in cells:
        column = next((n for n, at in enumerate(starts) if abs(start - at) <= _BESIDE), None)
        if column is None or row[column]:
            return None
        row[column] = text
    # A line of text begins like the first column does; only with a second cell it is a row for sure.
    return row if len(cells) > 1 or (cells and not row[0]) else None


def _cells(text: str) -> list[tuple[int, str]]:
    """(column of the screen, text) of what wide blanks part."""
    cells: list[tuple[int, str]] = []
    place = 0
    for gap in [*_GAP.finditer(text), None]:
        end = gap.start() if gap else len(text)
        part = text[place:end]
        if part.strip():
            cells.append((width(text[:place]) + width(part) - width(part.lstrip()), part.strip()))
        if gap:
            place = gap.end()
    return cells
