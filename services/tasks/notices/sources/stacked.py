"""A table pasted with each cell on a line of its own: the head, then the lines of each row. Pure.

An empty cell leaves no line behind. Then each line stands below the heading that it fits by its own words, and what
fits below none of the row begins the next one: a measure without units is asked about, and gets those of no other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from services.tasks.notices.dates import BEGINS_DAY
from services.tasks.notices.sources.cells import (
    COUNTS,
    HEADING,
    NUMBER,
    UNIT,
    Kind,
    cell_at,
    is_day,
    kind_of_heading,
    may_be_unit,
    names_units,
)
from services.tasks.notices.sources.pieces import Grid, Piece

_LEAST_COLUMNS, _MOST_COLUMNS = 3, 10
# A heading in other words, below 序号 and above the first number.
_SHORT = re.compile(r"[\u4e00-\u9fff（）()/、]{2,12}")
# So many rows without units and days between two that have them; more are text below the table.
_MOST_BARE = 3
# 招商专班 or 办公室 below a heading of units; what is longer and no name of a county's body is work.
_SHORT_NAME = 5
# What may say by when in other words: 9月底前完成验收, 6月底开班, 春节前, 分段推进. Work does not (2027年春季植树).
_MAY_BE_DAY = re.compile(
    rf"(?:{BEGINS_DAY})[\d日号]{{0,4}}(?:[底末前]|[上中下]旬|之?以?前)|按|贯穿"
    r"|.*(?:[前底末日]|\d月|季度|完成|验收|竣工|建成|投用|投入使用|推进|坚持|到位|结束|进行|间断|及时|随时)$"
)
# A cell of units in words: 县住建局牵头，县财政局配合.
_SAYS_WHO = re.compile("(?:牵头|负责|配合|落实|参与|协助)[。；]?$")
_Row = tuple[str, ...]


def stacked_at(pieces: Sequence[Piece], place: int) -> tuple[list[Piece] | None, int]:
    """The table whose head begins at this line, or None where none does, and how many lines that is said of."""
    head, at = _head(pieces, place)
    kinds = [kind_of_heading(heading) for heading in head]
    is_head = _LEAST_COLUMNS <= len(head) <= _MOST_COLUMNS and Kind.WHO in kinds and Kind.WHAT in kinds
    if not is_head or len(set(head)) < len(head):
        return None, 1
    regular = _regular(pieces, at, kinds)
    if regular is not None:
        return [Grid((tuple(head), *regular[0]))], regular[1] - place
    rows, ends = [tuple(head)], [at]
    while (found := _row(pieces, ends[-1], kinds, rows[-1])) is not None:
        rows.append(found[0])
        ends.append(found[1])
        if all(_is_bare(row, kinds) for row in rows[1:][-_MOST_BARE - 1 :]) and len(rows) > _MOST_BARE + 1:
            break
    # What has neither units nor a day below the last row that has is text, but for a number that counts on.
    while len(rows) > 1 and _is_bare(rows[-1], kinds) and kinds[0] is not Kind.COUNT:
        rows.pop()
        ends.pop()
    return ([Grid(tuple(rows))], ends[-1] - place) if len(rows) > 1 else (None, 1)


def _regular(pieces: Sequence[Piece], at: int, kinds: Sequence[Kind]) -> tuple[list[_Row], int] | None:
    """All rows where each has a line below every heading, and the place behind them; None where one may have a gap.

    Then no line is judged by its own words but by its place: work may be called as units are (县人民医院), and a day
    be told in any words. That nothing is missing is seen by units below their headings in every row, and by nothing
    that belongs to the table behind the last.
    """
    rows: list[_Row] = []
    width = len(kinds)
    while True:
        cells, ends = _next(pieces, at, 2 * width)
        row = tuple(cells[:width])
        if not (len(row) == width and _is_in_place(row, kinds)) or (
            kinds[0] is Kind.COUNT and _begins_inside(cells, width)
        ):
            break
        rows.append(row)
        at = ends[width - 1]
    is_more = any(names_units(cell) or is_day(cell) for cell in cells)
    return (rows, at) if rows and not is_more else None


def _is_in_place(row: _Row, kinds: Sequence[Kind]) -> bool:
    """Whether units stand below their headings, and what may be a day in whatever words below the one of days."""
    for cell, kind in zip(row, kinds, strict=True):
        match kind:
            case Kind.COUNT if not NUMBER.fullmatch(cell):
                return False
            case Kind.WHO if not (names_units(cell) or may_be_unit(cell) or _SAYS_WHO.search(cell)):
                return False
            case Kind.WHEN if names_units(cell) or not (is_day(cell) or _MAY_BE_DAY.match(cell)):
                return False
            case Kind.WHAT if NUMBER.fullmatch(cell) or is_day(cell):
                return False
    return True


def _head(pieces: Sequence[Piece], place: int) -> tuple[list[str], int]:
    """The headings that begin at this line, and the place behind them; below 序号 all that stand above the number 1."""
    head: list[str] = []
    at = known = place
    while len(head) <= _MOST_COLUMNS:
        cell, following = cell_at(pieces, at)
        is_counted = bool(head) and COUNTS.fullmatch(head[0]) is not None
        is_usual = cell is not None and HEADING.fullmatch(cell) is not None
        if cell is None or cell in head or not (is_usual or (is_counted and _SHORT.fullmatch(cell))):
            is_above_rows = is_counted and cell in ("1", "一", "01")
            return (head, at) if is_above_rows else (_known(head), known)
        head.append(cell)
        known = following if is_usual and known == at else known
        at = following
    return _known(head), known


def _known(head: Sequence[str]) -> list[str]:
    """The first headings, as far as they are written in the usual words."""
    return list(takewhile(HEADING.fullmatch, head))


def _row(pieces: Sequence[Piece], at: int, kinds: Sequence[Kind], above: _Row) -> tuple[_Row, int] | None:
    """The lines of the next row and the place behind them: as many as there are headings, or fewer."""
    width = len(kinds)
    cells, ends = _next(pieces, at, 2 * width)
    is_numbered = kinds[0] is Kind.COUNT
    is_whole = len(cells) >= width and _is_row(cells[:width], kinds)
    if is_whole and not (is_numbered and _begins_inside(cells, width)):
        # A day in words that nobody knows is one where the next row stands as it should behind it.
        is_sure = _is_sure(cells[:width], kinds) and (len(cells) == width or _fits(cells[width], kinds[0]))
        is_told = _tells(cells[:width], kinds) and _is_in_place(tuple(cells[:width]), kinds)
        has_row_behind = is_told and (len(cells) == width or _tells(cells[width:], kinds))
        if is_numbered or is_sure or has_row_behind:
            return tuple(cells[:width]), ends[width - 1]
    found = _numbered(cells, kinds, above) if is_numbered else _placed_as_far(cells, kinds)
    return (found[0], ends[found[1] - 1]) if found else None


def _next(pieces: Sequence[Piece], at: int, most: int) -> tuple[list[str], list[int]]:
    cells: list[str] = []
    ends: list[int] = []
    while len(cells) < most:
        cell, at = cell_at(pieces, at)
        if cell is None:
            break
        cells.append(cell)
        ends.append(at)
    return cells, ends


def _is_row(cells: Sequence[str], kinds: Sequence[Kind]) -> bool:
    """Whether a number stands below its heading and units below one of theirs, where there are as many cells."""
    if len(cells) < len(kinds):
        return False
    pairs = list(zip(cells, kinds, strict=False))
    is_numbered = all(NUMBER.fullmatch(cell) for cell, kind in pairs if kind is Kind.COUNT)
    return is_numbered and any(UNIT.fullmatch(cell) for cell, kind in pairs if kind is Kind.WHO)


def _tells(cells: Sequence[str], kinds: Sequence[Kind]) -> bool:
    """Whether units and work stand below their headings, and units below no other."""
    return len(cells) >= len(kinds) and all(
        _fits(cell, kind) if kind in (Kind.WHO, Kind.WHAT) else not names_units(cell)
        for cell, kind in zip(cells, kinds, strict=False)
    )


def _is_sure(cells: Sequence[str], kinds: Sequence[Kind]) -> bool:
    """Whether a day stands where it should; then what stands below units is one, whatever it is called."""
    return all(
        may_be_unit(cell) if kind is Kind.WHO else kind is Kind.OTHER or _fits(cell, kind)
        for cell, kind in zip(cells, kinds, strict=False)
    )


def _is_bare(row: _Row, kinds: Sequence[Kind]) -> bool:
    return not any(cell for cell, kind in zip(row, kinds, strict=True) if kind in (Kind.WHO, Kind.WHEN))


def _begins_inside(cells: Sequence[str], width: int) -> bool:
    """Whether the next row begins before all headings have a line, and not behind them."""
    inside = any(_counts_on(cells[0], cell) for cell in cells[2:width])
    return inside and not (len(cells) > width and _counts_on(cells[0], cells[width]))


def _counts_on(number: str, following: str) -> bool:
    return number.isdecimal() and following.isdecimal() and int(following) == int(number) + 1


def _numbered(cells: Sequence[str], kinds: Sequence[Kind], above: _Row) -> tuple[_Row, int] | None:
    """The row up to the next number, and how many lines it has; of the last one as many as fit."""
    if not cells or not NUMBER.fullmatch(cells[0]):
        return None
    width = len(kinds)
    following = next((n for n in range(2, min(len(cells), width + 1)) if _counts_on(cells[0], cells[n])), None)
    for length in [following] if following else range(min(len(cells), width - 1), 2, -1):
        row = _placed(cells[:length], kinds)
        if row is not None and (following or not _is_bare(row, kinds)):
            return row, length
    # The last row has no units: it ends with what is to be done.
    is_last = _counts_on(above[0], cells[0]) and len(cells) > 1
    row = _placed(cells[:2], kinds) if is_last else None
    return (row, 2) if row else None


def _placed(cells: Sequence[str], kinds: Sequence[Kind]) -> _Row | None:
    """The row with each line below the first heading that it fits, in their order; None where one fits below none."""
    row, used = _placed_as_far(cells, kinds) or ((), 0)
    return row if used == len(cells) else None


def _placed_as_far(cells: Sequence[str], kinds: Sequence[Kind]) -> tuple[_Row, int] | None:
    """The same up to the line that fits below none, and how many lines stand in it."""
    row = [""] * len(kinds)
    column = used = 0
    first_who, first_work = kinds.index(Kind.WHO), kinds.index(Kind.WHAT)
    for cell, following in zip(cells, [*cells[1:], ""], strict=False):
        fitting = [n for n in range(column, len(kinds)) if _fits(cell, kinds[n])]
        says_more = names_units(following) or is_day(following)
        has_work = any(row[n] for n, kind in enumerate(kinds) if kind is Kind.WHAT)
        # Before units or a day stands the work, whatever column is before its own; behind it that of the next row.
        work = [n for n in fitting if kinds[n] is Kind.WHAT] if says_more and not has_work else []
        place = (work or fitting)[0] if fitting else None
        if place is None or (has_work and says_more and first_work < first_who < place and _is_text(kinds[place])):
            break
        row[place] = cell
        column, used = place + 1, used + 1
    return (tuple(row), used) if used else None


def _is_text(kind: Kind) -> bool:
    return kind in (Kind.WHAT, Kind.OTHER)


def _fits(cell: str, kind: Kind) -> bool:
    match kind:
        case Kind.COUNT:
            return NUMBER.fullmatch(cell) is not None
        case Kind.WHO:
            return names_units(cell) or (len(cell) <= _SHORT_NAME and may_be_unit(cell))
        case Kind.WHEN:
            return is_day(cell)
        case _:
            return not (NUMBER.fullmatch(cell) or names_units(cell) or is_day(cell))
