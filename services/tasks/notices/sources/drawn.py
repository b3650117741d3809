"""Tables that a text only draws: with box signs, strokes (|), tabs, commas, or blanks that align. Pure.

A row becomes one line, however many lines it was drawn on; borders stay as lines that are skipped. What is no table for
sure stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import takewhile

from services.tasks.notices.blocks import Reason
from services.tasks.notices.numbering import read_marker
from services.tasks.notices.sources.aligned import aligned_at
from services.tasks.notices.sources.boxes import box_at
from services.tasks.notices.sources.commas import commas_at
from services.tasks.notices.sources.pieces import Grid, Line, Piece
from services.tasks.notices.sources.signs import is_blank
from services.tasks.notices.sources.stacked import stacked_at
from services.tasks.notices.sources.upright import upright_at

# What a finder says of the lines from a place on: what they become, or None where they are no table, and how many lines
# that is said of, so that no line is looked at again and again.
Found = tuple[list[Piece] | None, int]
Finder = Callable[[Sequence[Piece], int], Found]
_MOST_COLUMNS = 63
_RULE = re.compile(r"[\s|｜:+=_\-—]+")
_STROKES = re.compile("[|｜]")
_MOST_EMPTY = 5
# A cell of a sheet has a handful of lines.
_LONGEST_CELL = 30
# A group of rows has its heading between them (一、稳岗拓岗); one of a chapter may stand above it.
_MOST_SECTIONS = 2
_SECTION = re.compile(
    r"(?!附[件表录]|[\W\d_]*$)[^。；;：:，,？！]{1,30}(?<!表)(?<!清单)(?<!名单)(?<!台账)(?<!续)(?<![续表]）)"
)
# What a second table has in its head, and no row of the first one.
_OTHER_HEAD = re.compile("序号|编号|姓名|职务|联系人|(?:联系)?电话|手机号?码?|备注|.{0,4}(?:单位|部门|时限)")


def with_tables(pieces: Sequence[Piece]) -> list[Piece]:
    """The same pieces, with a table where lines drew one."""
    # Down to which line each finder has nothing more to say.
    finders: dict[Finder, int] = dict.fromkeys(_FINDERS, 0)
    done: list[Piece] = []
    place = 0
    while place < len(pieces):
        table, used = _table_at(pieces, place, finders) if _is_open(pieces[place]) else (None, 0)
        done += table or [pieces[place]]
        place += used if table else 1
    return done


def _table_at(pieces: Sequence[Piece], place: int, finders: dict[Finder, int]) -> Found:
    for find, until in finders.items():
        if until <= place:
            table, used = find(pieces, place)
            if table:
                return table, used
            finders[find] = place + used
    return None, 0


def _is_open(piece: Piece) -> bool:
    return isinstance(piece, Line) and piece.skipped is None and not piece.numbering


def _strokes_at(pieces: Sequence[Piece], place: int) -> Found:
    """Rows such as | 1 | 新建校舍 | 县教育局 |, with or without rules of dashes between them."""
    first = pieces[place]
    if not isinstance(first, Line) or not (_STROKES.search(first.text) or _is_rule(first.text)):
        return None, 1
    done: list[Piece] = []
    rows: list[tuple[str, ...]] = []
    used = 0
    for at in range(place, len(pieces)):
        piece = pieces[at]
        if not _is_open(piece) or not isinstance(piece, Line):
            break
        if _is_rule(piece.text):
            done.append(Line(piece.text, skipped=Reason.DECORATION))
        else:
            cells = _stroked_cells(piece.text)
            if len(cells) < 2 or (rows and len(cells) != len(rows[0])):
                break
            rows.append(cells)
            done.append(Grid((cells,)))
        used += 1
    if len(rows) < 2 or len(rows[0]) > _MOST_COLUMNS:
        return None, max(used, 1)
    return _joined(done), used


def _is_rule(text: str) -> bool:
    return _RULE.fullmatch(text) is not None and len(re.findall(r"[-=—_]", text)) >= 3


def _stroked_cells(text: str) -> tuple[str, ...]:
    if not _STROKES.search(text):
        return ()
    cells = [cell.strip() for cell in _STROKES.split(text.strip())]
    if len(cells) > 2 and not cells[0] and not cells[-1]:
        cells = cells[1:-1]
    return tuple(cells)


def _tabs_at(pieces: Sequence[Piece], place: int) -> Found:
    """Rows as a sheet hands them out when it is copied. A number and a tab before its text are no table."""
    rows: list[tuple[str, ...]] = []
    used = 0
    while place + used < len(pieces):
        # A row without a word in it, as sheets have between two groups, ends no table.
        empty = sum(1 for _ in takewhile(_is_empty, pieces[place + used : place + used + _MOST_EMPTY])) if rows else 0
        sections = _sections_at(pieces, place + used + empty, rows[0]) if rows else []
        lines = _tabbed_row(pieces, place + used + empty + len(sections))
        if lines is None:
            break
        rows += [*[("",)] * empty, *sections, lines[0]]
        used += empty + len(sections) + lines[1]
    width = max(map(len, rows), default=0)
    has_numbers_only = width == 2 and all(read_marker(row[0])[0] or is_blank(row[0]) for row in rows)
    written = sum(any(row) for row in rows)
    if written < 2 or width < 2 or width > _MOST_COLUMNS or has_numbers_only or (width == 2 and written < 3):
        return None, max(used, 1)
    return [Grid(tuple(row + ("",) * (width - len(row)) for row in rows))], used


def _sections_at(pieces: Sequence[Piece], place: int, first: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Rows of one cell, as a group of rows has them for its heading; none where no further row of the table follows."""
    sections: list[tuple[str, ...]] = []
    for piece in pieces[place : place + _MOST_SECTIONS]:
        if not isinstance(piece, Line) or not _is_open(piece) or not _SECTION.fullmatch(piece.text.strip()):
            break
        if "\t" in piece.text.strip():
            break
        sections.append((piece.text.strip(),))
    if not sections or read_marker(first[0])[0]:
        return []
    following = _tabbed_row(pieces, place + len(sections))
    is_row = following is not None and following[0] != first and len(following[0]) <= len(first)
    is_head = following is not None and any(_OTHER_HEAD.fullmatch(re.sub(r"\s", "", cell)) for cell in following[0])
    return sections if is_row and not is_head else []


def _tabbed_row(pieces: Sequence[Piece], place: int) -> tuple[tuple[str, ...], int] | None:
    """One row and how many lines it takes: a cell in quotation marks may have line ends in it."""
    piece = pieces[place] if place < len(pieces) else None
    if not isinstance(piece, Line) or not _is_open(piece) or "\t" not in piece.text.strip(" \u3000\n"):
        return None
    text, used = piece.text, 1
    while _is_inside_quotes(text) and used <= _LONGEST_CELL and place + used < len(pieces):
        following = pieces[place + used]
        if not isinstance(following, Line) or following.skipped is not None:
            return None
        text = f"{text}\n{following.text}"
        used += 1
    if used > 1 and _is_inside_quotes(text):
        text, used = piece.text, 1
    cells = text.rstrip("\t \u3000").split("\t")
    return (tuple(map(_unquoted, cells)), used) if len(cells) > 1 and any(map(str.strip, cells)) else None


def _is_empty(piece: Piece) -> bool:
    return isinstance(piece, Line) and _is_open(piece) and is_blank(piece.text)


def _is_inside_quotes(text: str) -> bool:
    return any(cell.startswith('"') and cell.count('"') % 2 for cell in text.split("\t"))


def _unquoted(cell: str) -> str:
    is_quoted = len(cell) > 1 and cell.startswith('"') and cell.endswith('"') and "\n" in cell
    return cell[1:-1].replace('""', '"') if is_quoted else cell


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """One table of the rows, the rules before it first and the others behind it."""
    rows = tuple(row for piece in pieces if isinstance(piece, Grid) for row in piece.rows)
    begun = next(place for place, piece in enumerate(pieces) if isinstance(piece, Grid))
    rules = [piece for piece in pieces[begun:] if isinstance(piece, Line)]
    return [*pieces[:begun], Grid(rows), *rules]


_FINDERS: tuple[Finder, ...] = (box_at, _strokes_at, _tabs_at, aligned_at, stacked_at, upright_at, commas_at)
