"""Rows of a table that are headings of those below them (一、稳岗拓岗), and rows that only sum up. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from services.tasks.notices.columns import Columns
from services.tasks.notices.numbering import Level, parse_chinese_number, read_marker

_LONGEST = 30
# Of two columns the one without a unit is work that nobody was given.
_LEAST_COLUMNS = 3
_SUM = re.compile("合计|总计|小计|共计")
_Row = tuple[str, ...]


def sections_of(rows: Sequence[_Row], columns: Columns) -> Mapping[int, str]:
    """By position the rows below the head that are headings, with their text.

    One text in all cells (merged ones), one cell alone, or a number of another kind than the rows have, before a row
    that says who does it.
    """
    found: dict[int, str] = {}
    who = columns.who
    working = [row for row in rows[columns.header + 1 :] if any(row[n].strip() for n in who)]
    levels = {_level(row[columns.measure]) for row in working}
    numbers = {_level_of_number(row[columns.number]) for row in working} if columns.number is not None else set()
    is_followed = has_unnumbered_below = False
    for position in range(len(rows) - 1, columns.header, -1):
        row = rows[position]
        cells = {n: cell.strip() for n, cell in enumerate(row) if cell.strip()}
        heading = _heading(cells, columns, levels, numbers)
        is_numbered = heading is not None and read_marker(heading)[0] is not None
        may_be = is_numbered or (not has_unnumbered_below and len(row) >= _LEAST_COLUMNS)
        if len(cells) == len(row) > 1 and len(set(cells.values())) == 1:
            found[position] = cells[0]
        elif heading is not None and is_followed and may_be:
            found[position] = heading
            has_unnumbered_below = True
        elif cells:
            is_followed, has_unnumbered_below = any(n in cells for n in who), False
    return found


def is_sum(row: _Row) -> bool:
    """Whether a row only sums up those above it."""
    return _SUM.fullmatch(re.sub(r"\s", "", next((cell for cell in row if cell.strip()), ""))) is not None


def _heading(cells: Mapping[int, str], columns: Columns, levels: set[Level], numbers: set[Level]) -> str | None:
    if not cells or any(n in columns.roles for n in cells) or max(map(len, cells.values())) > _LONGEST:
        return None
    text = cells.get(columns.measure, "")
    if list(cells) == [0]:
        return cells[0]
    if columns.number is not None and columns.number in cells and len(cells) == 2:
        number, other = cells[columns.number], next(cell for n, cell in cells.items() if n != columns.number)
        level = _level_of_number(number)
        if level < Level.ARABIC and level not in numbers:
            return f"{number}{other}" if read_marker(number)[0] else f"{number}、{other}"
    is_alone = set(cells) <= {columns.measure, columns.number}
    return text if text and is_alone and _level(text) < Level.ARABIC and _level(text) not in levels else None


def _level(text: str) -> Level:
    marker, _ = read_marker(text)
    return marker.level if marker else Level.UNNUMBERED


def _level_of_number(text: str) -> Level:
    return Level.CHINESE if parse_chinese_number(text.strip()) is not None else _level(text.strip())
