"""Which lines are one paragraph that was broken at a column, as exports and mails do. Pure.

Lines are joined only where the text shows that it was broken so: several lines end at the same column in the middle of
a sentence. What is not sure stays as it is: two paragraphs too many are read, two that became one are not.
"""

from __future__ import annotations

import itertools
import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeGuard

from services.tasks.notices.blocks import Reason
from services.tasks.notices.numbering import read_marker
from services.tasks.notices.sources.pieces import Line, Piece
from services.tasks.notices.sources.signs import edges, width

# Of twenty to seventy Chinese signs; titles are shorter, paragraphs that nobody broke are longer.
_NARROWEST, _WIDEST = 40, 140
# A sign that may not begin a line, or a number that is not broken, leaves the end of a line free.
_FREE = 3
_LEAST_BROKEN = 2
_ENDED = tuple("。！？；：!?;:…—")
_PROSE = re.compile("[，。、；：,;]")
# What stands on a line of its own, however long the line before it is.
_OWN_LINE = re.compile(
    r"[（(\[【]?(?:(?:牵头|责任|配合|主办|承办|协办|落实|实施|参与|主责)[^：:。]{0,6}(?:单位|部门|人)|完成(?:时限|时间|期限)|时间节点|联系(?:人|电话)"
    r"|附件|抄送|主送)[：:]|\d{4}年\d{1,2}月\d{1,2}日$|[-—•●·▪■◆]"
)
# No line begins with such a sign of its own.
_NEVER_FIRST = tuple("，。、；：！？）】》”’")
_LABEL = re.compile(
    r"(?:牵头|责任|配合|主办|承办|协办|落实|实施|参与|主责|协同)[^：:。、]{0,6}(?:单位|部门|主体|科室|股室|处室|机构)[：:]"
    r"(?P<list>[^：:。；;，,（）()]*)$"
)
_OF_UNITS = re.compile(
    "(?:局|委|办|会|联|府|部|院|中心|镇|乡|街道|公司|单位|部门|学校|办公室|组|专班|集团|银行|社|队|站|所|股|科|科室)$"
)
_GOES_ON = re.compile(r"\s*[二三四五六七八九十][是要]")
_LONGEST_PIECE = 4
_LOOKED_AT = 200
_INDENT = re.compile("[ \t\u3000\u00a0]{2,}|\u3000|\t")


@dataclass(frozen=True, slots=True)
class _Break:
    """How the lines of a text were broken: the column, and whether a paragraph begins with an indent."""

    column: int
    has_indents: bool


def groups_of(pieces: Sequence[Piece]) -> list[list[int]]:
    """The places of lines that are one paragraph, in order; lines that are skipped or blank, and tables, in none."""
    is_spaced = _is_spaced(pieces)
    how = _how_broken([piece for piece in pieces if not _is_gap(piece)] if is_spaced else pieces)
    groups: list[list[int]] = []
    # The line that the next one may belong to; a blank line or a table ends its paragraph.
    open_line: Line | None = None
    # How many brackets its paragraph has left open, where a sentence did not end in them.
    opened = 0
    for place, piece in enumerate(pieces):
        if is_spaced and _is_gap(piece):
            continue
        if not isinstance(piece, Line) or _is_empty(piece):
            open_line = None
        elif piece.skipped is None:
            if open_line is not None and (_closes(piece, opened) or _goes_on(open_line, piece, how)):
                groups[-1].append(place)
            else:
                groups.append([place])
                opened = 0
            opened = _opened_behind(piece.text, opened)
            open_line = piece
        elif piece.skipped is not Reason.PAGE_NUMBER and not (open_line is not None and open_line.runs_on):
            # Heads and numbers of pages stand between the lines of a paragraph; what else is skipped ends it.
            open_line = None
    return groups


def _closes(line: Line, opened: int) -> bool:
    """Whether it closes a bracket that the lines above left open (（责任单位：…；, then 完成时限：…）)."""
    start, end = edges(line.text)
    seen = line.text[start : min(end, start + _LOOKED_AT)]
    is_new = bool(line.numbering) or line.runs_on is not None or read_marker(seen)[0] is not None
    return bool(opened) and not is_new and min(_brackets_open(seen, opened)) < opened


def _opened_behind(text: str, opened: int) -> int:
    if text.rstrip().endswith(("。", "！", "？")) or len(text) > _WIDEST:
        return 0
    return _brackets_open(text, opened)[-1]


def _goes_on(line: Line, following: Line, how: _Break | None) -> bool:
    if following.numbering or _begins_anew(following.text):
        return False
    if line.runs_on is not None:
        return line.runs_on
    if _is_proof(line.text, following.text):
        return True
    is_text = _PROSE.search(line.text) or (read_marker(line.text)[0] and _PROSE.search(following.text))
    if how is None or not _is_full(line.text, how.column) or not is_text:
        return False
    if how.has_indents:
        return _INDENT.match(following.text) is None
    # 一是…；二是… goes on behind a semicolon.
    counts_on = line.text.rstrip().endswith(("；", ";")) and _GOES_ON.match(following.text) is not None
    return counts_on or not _is_ended(line.text)


def _is_proof(text: str, following: str) -> bool:
    """Whether the two lines alone show a break: in a bracket, a list of units, or before a sign that never begins."""
    start, end = edges(following)
    next_line = following[start : min(end, start + _LOOKED_AT)]
    if width(text) > _WIDEST:
        return False
    line = text.rstrip()
    opened = _brackets_open(line[-_LOOKED_AT:], 0)[-1]
    if opened and not line.endswith(("。", "！", "？")):
        return opened > min(_brackets_open(next_line, opened))
    if _is_ended(text):
        return False
    if next_line.startswith(_NEVER_FIRST):
        return True
    listed = _LABEL.search(line[-_WIDEST:])
    if listed is None or not listed["list"]:
        return False
    last, first = listed["list"].split("、")[-1], re.split("[、，,；;。（(]", next_line, maxsplit=1)[0]
    is_cut = len(last) <= _LONGEST_PIECE and not _OF_UNITS.search(last)
    return is_cut and _OF_UNITS.search(first) is not None and _OF_UNITS.search(last + first) is not None


def _brackets_open(text: str, opened: int) -> list[int]:
    """How many brackets are open at the beginning and behind each bracket, where `opened` were before."""
    depths = [opened]
    for sign in re.findall("[（(）)]", text):
        depths.append(depths[-1] + 1 if sign in "（(" else max(depths[-1] - 1, 0))
    return depths


def _is_spaced(pieces: Sequence[Piece]) -> bool:
    """Whether a blank line stands between all lines, as copies of some PDF have it."""
    typed = [_is_typed(piece) for piece in pieces]
    return sum(typed) > _LEAST_BROKEN and not any(map(operator.and_, typed, typed[1:]))


def _is_gap(piece: Piece) -> bool:
    return isinstance(piece, Line) and piece.skipped is None and _is_empty(piece)


def _how_broken(pieces: Sequence[Piece]) -> _Break | None:
    widths = [width(piece.text.rstrip()) for piece in pieces if _is_typed(piece)]
    column = max(widths, default=0)
    if not _NARROWEST <= column <= _WIDEST:
        return None
    indents = sum(_INDENT.match(piece.text) is not None for piece in pieces if _is_typed(piece))
    broken = strays = 0
    for line, following in itertools.pairwise(pieces):
        if not _is_typed(line):
            continue
        if not _is_typed(following) or _INDENT.match(following.text) or _begins_anew(following.text):
            continue
        if _is_ended(line.text):
            continue
        if _is_full(line.text, column) and _PROSE.search(line.text):
            broken += 1
        elif not read_marker(line.text)[0]:
            strays += 1
    return _Break(column, indents > 1) if broken >= max(_LEAST_BROKEN, strays) else None


def _is_typed(piece: Piece) -> TypeGuard[Line]:
    return isinstance(piece, Line) and piece.skipped is None and piece.runs_on is None and not _is_empty(piece)


def _is_empty(line: Line) -> bool:
    start, end = edges(line.text)
    return start == end


def _is_full(text: str, column: int) -> bool:
    return width(text.rstrip()) >= column - _FREE


def _is_ended(text: str) -> bool:
    _, end = edges(text)
    return text[:end].rstrip("”’）)】》」』").endswith(_ENDED)


def _begins_anew(text: str) -> bool:
    start, end = edges(text)
    seen = text[start:end]
    return read_marker(seen)[0] is not None or _OWN_LINE.match(seen) is not None
