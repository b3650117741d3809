"""A table whose cells are parted by commas (CSV), below a head that names tasks and units. Pure."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

from services.tasks.notices.sources.pieces import Grid, Line, Piece

_WHO = re.compile("(?:.*(?:单位|部门)|牵头|配合|责任|主办|协办|承办)[^,]{0,6}")
_WHAT = re.compile(".*(?:任务|措施|举措|工作|事项|内容|项目|活动|名称).*")
_UNIT = re.compile(
    ".*(?:局|委|办|会|联|府|部|院|中心|镇|乡|街道|公司|单位|部门|学校|组|专班|集团|银行|队|站|所)(?:等)?"
)
_LONGEST_HEADING = 16
_LEAST_COLUMNS, _MOST_COLUMNS = 3, 63
_LONGEST = 4_000
# A cell of a sheet has a handful of lines; above its head a sheet has a title and a date.
_MOST_LINES = 30
_MOST_ABOVE = 3


def commas_at(pieces: Sequence[Piece], place: int) -> tuple[list[Piece] | None, int]:
    """The table whose head, or a title above it, is this line, or None, and how many lines that is said of."""
    titles: list[Piece] = []
    at = place
    while len(titles) < _MOST_ABOVE and (title := _title(pieces, at)):
        titles.append(Line(title))
        at += 1
    head = _record(pieces, at)
    if head is None or not _is_head(head[0]):
        return None, 1
    cells, used = head
    rows = [cells]
    at += used
    while (found := _record(pieces, at)) is not None:
        row = _fitted(found[0], cells)
        if row is None:
            break
        rows.append(row)
        at += found[1]
    return ([*titles, Grid(tuple(rows))], at - place) if len(rows) > 1 else (None, 1)


def _title(pieces: Sequence[Piece], at: int) -> str:
    """The only cell of a line that ends in commas."""
    found = _record(pieces, at)
    if found is None or len(found[0]) < _LEAST_COLUMNS or not found[0][0] or any(found[0][1:]):
        return ""
    return found[0][0]


def _is_head(cells: Sequence[str]) -> bool:
    is_short = _LEAST_COLUMNS <= len(cells) <= _MOST_COLUMNS and all(len(cell) <= _LONGEST_HEADING for cell in cells)
    return is_short and any(map(_WHO.fullmatch, cells)) and any(map(_WHAT.fullmatch, cells))


def _fitted(cells: tuple[str, ...], head: Sequence[str]) -> tuple[str, ...] | None:
    """The row in so many columns; a comma inside a cell that nobody quoted parts no cells. None for what is no row."""
    if len(cells) < 2 or not any(cells):
        return None
    surplus = len(cells) - len(head)
    if surplus <= 0:
        return cells + ("",) * -surplus
    who = [n for n, cell in enumerate(head) if _WHO.fullmatch(cell)]
    # Words of the work have commas sooner than anything else.
    for start in sorted(range(len(head)), key=lambda n: _WHAT.fullmatch(head[n]) is None):
        joined = (*cells[:start], ",".join(cells[start : start + surplus + 1]), *cells[start + surplus + 1 :])
        if all(_UNIT.fullmatch(joined[n]) or not joined[n] for n in who):
            return joined
    return None


def _record(pieces: Sequence[Piece], at: int) -> tuple[tuple[str, ...], int] | None:
    """The cells that begin in this line, and how many lines they take."""
    text, used = "", 0
    while at + used < len(pieces) and used < _MOST_LINES:
        piece = pieces[at + used]
        if not isinstance(piece, Line) or piece.skipped is not None or piece.numbering:
            return None
        text = f"{text}\n{piece.text}" if used else piece.text
        used += 1
        if len(text) > _LONGEST or "," not in text:
            return None
        if text.count('"') % 2 == 0:
            return tuple(cell.strip() for cell in next(csv.reader(text.splitlines(keepends=True)))), used
    return None
