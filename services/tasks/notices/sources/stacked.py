"""A table pasted with each cell on a line of its own: the head, then as many lines for each row. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from services.tasks.notices.sources.pieces import Grid, Line, Piece
from services.tasks.notices.sources.signs import is_blank

_HEADING = re.compile(
    "序号|编号|备注|(?:类别|领域|方面|板块)|(?:重点|主要|具体|工作|年度|目标)*(?:任务|工作|事项|内容|措施|举措|项目|目标)(?:名称|内容)?"
    "|(?:牵头|责任|配合|主办|承办|协办|落实|实施|参与)(?:责任)?(?:单位|部门|人|领导)?|单位|部门"
    "|(?:完成|办结|时间)?(?:时限|时间|期限|节点|要求|进度)(?:要求)?"
)
_WHO = re.compile("(?:牵头|责任|配合|主办|承办|协办|落实|实施|参与)(?:责任)?(?:单位|部门)?|单位|部门")
_WHAT = re.compile(".*(?:任务|工作|事项|内容|措施|举措|项目)(?:名称|内容)?")
_UNIT = re.compile(
    ".*(?:局|委|办|会|联|府|部|院|中心|镇|乡|街道|公司|单位|部门|学校|办公室|组|专班|集团|银行|队|站|所)(?:等)?"
)
_WHEN = re.compile("(?:完成|办结|时间)?(?:时限|时间|期限|节点|进度)(?:要求)?")
_DAY = re.compile(
    r"\d{4}年|\d{1,2}月|第?[一二三四]季度|[上下]半年|年[底内中]|长期|全年|持续|常年|\d{4}[./-]\d|每[年季月周]|即"
)
_COUNTS = re.compile("序号|编号")
_NUMBER = re.compile(r"\d{1,3}|[一二三四五六七八九十]{1,3}")
_LEAST_COLUMNS, _MOST_COLUMNS = 3, 10
_LONGEST_CELL = 400
# A heading in other words, below 序号 and above the first number.
_SHORT = re.compile(r"[\u4e00-\u9fff（）()/、]{2,12}")


def stacked_at(pieces: Sequence[Piece], place: int) -> tuple[list[Piece] | None, int]:
    """The table whose head begins at this line, or None where none does, and how many lines that is said of."""
    head, at = _head(pieces, place)
    who = [n for n, heading in enumerate(head) if _WHO.fullmatch(heading)]
    is_head = _LEAST_COLUMNS <= len(head) <= _MOST_COLUMNS and who and any(map(_WHAT.fullmatch, head))
    if not is_head or len(set(head)) < len(head):
        return None, 1
    rows = [tuple(head)]
    while (found := _row(pieces, at, head, who)) is not None:
        rows.append(found[0])
        at = found[1]
    return ([Grid(tuple(rows))], at - place) if len(rows) > 1 else (None, 1)


def _head(pieces: Sequence[Piece], place: int) -> tuple[list[str], int]:
    """The headings that begin at this line, and the place behind them; below 序号 all that stand above the number 1."""
    head: list[str] = []
    at = known = place
    while len(head) <= _MOST_COLUMNS:
        cell, following = _cell(pieces, at)
        is_counted = bool(head) and _COUNTS.fullmatch(head[0]) is not None
        is_usual = cell is not None and _HEADING.fullmatch(cell) is not None
        if cell is None or cell in head or not (is_usual or (is_counted and _SHORT.fullmatch(cell))):
            is_above_rows = is_counted and cell in ("1", "一", "01")
            return (head, at) if is_above_rows else (_known(head), known)
        head.append(cell)
        known = following if is_usual and known == at else known
        at = following
    return _known(head), known


def _known(head: Sequence[str]) -> list[str]:
    """The first headings, as far as they are written in the usual words."""
    return list(takewhile(_HEADING.fullmatch, head))


def _row(
    pieces: Sequence[Piece], at: int, head: Sequence[str], who: Sequence[int]
) -> tuple[tuple[str, ...], int] | None:
    """The lines of one row, where a number and units stand below theirs: as many as there are headings, or fewer.

    Fewer only where the rows are numbered, so that it is seen where each of them begins; then each line stands below
    the first heading that it may belong to.
    """
    cells: list[str] = []
    ends: list[int] = []
    for _ in range(len(head) + 1):
        cell, at = _cell(pieces, at)
        if cell is None:
            break
        cells.append(cell)
        ends.append(at)
    width = len(head)
    row = tuple(cells[:width])
    is_numbered = _COUNTS.fullmatch(head[0]) is not None
    if len(row) == width and _is_row(row, head, who) and not (is_numbered and _begins_inside(cells, head)):
        return row, ends[width - 1]
    if not is_numbered or not cells or not _NUMBER.fullmatch(cells[0]):
        return None
    following = next((n for n in range(2, len(cells)) if _counts_on(cells[0], cells[n])), None)
    for length in [following] if following else range(min(len(cells), width - 1), 2, -1):
        placed = _placed(cells[:length], head, who)
        if placed is not None:
            return placed, ends[length - 1]
    return None


def _is_row(cells: Sequence[str], head: Sequence[str], who: Sequence[int]) -> bool:
    numbered = [
        bool(_NUMBER.fullmatch(cell)) for cell, heading in zip(cells, head, strict=True) if _COUNTS.fullmatch(heading)
    ]
    return all(numbered) and any(_UNIT.fullmatch(cells[n]) for n in who)


def _begins_inside(cells: Sequence[str], head: Sequence[str]) -> bool:
    """Whether the next row begins before all headings have a line, and not behind them."""
    width = len(head)
    inside = any(_counts_on(cells[0], cell) for cell in cells[2:width])
    return inside and not (len(cells) > width and _counts_on(cells[0], cells[width]))


def _counts_on(number: str, following: str) -> bool:
    return number.isdecimal() and following.isdecimal() and int(following) == int(number) + 1


def _placed(cells: Sequence[str], head: Sequence[str], who: Sequence[int]) -> tuple[str, ...] | None:
    """The row with each line below the first heading that it fits, in their order; None where one fits below none."""
    row = [""] * len(head)
    column = 0
    for cell in cells:
        while column < len(head) and not _fits(cell, head[column], is_who=column in who):
            column += 1
        if column == len(head):
            return None
        row[column] = cell
        column += 1
    return tuple(row) if _is_row(row, head, who) else None


def _fits(cell: str, heading: str, *, is_who: bool) -> bool:
    if _COUNTS.fullmatch(heading):
        return _NUMBER.fullmatch(cell) is not None
    if is_who:
        return _UNIT.fullmatch(cell) is not None and not _DAY.match(cell)
    if _WHEN.fullmatch(heading):
        return _DAY.match(cell) is not None
    return not _NUMBER.fullmatch(cell)


def _cell(pieces: Sequence[Piece], at: int) -> tuple[str | None, int]:
    """The next line that is not blank, and the place behind it."""
    # One blank line between two cells, and no more.
    if at < len(pieces) and (piece := pieces[at]) and isinstance(piece, Line) and is_blank(piece.text):
        at += 1
    piece = pieces[at] if at < len(pieces) else Grid(())
    if not isinstance(piece, Line) or piece.skipped is not None or piece.numbering or is_blank(piece.text):
        return None, at
    text = piece.text.strip()
    return (text, at + 1) if len(text) <= _LONGEST_CELL and "\t" not in text else (None, at)
