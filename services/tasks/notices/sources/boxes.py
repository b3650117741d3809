"""A table drawn with box signs (┌─┬─┐) → its rows, cells over several lines and merged ones included. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from services.tasks.notices.blocks import Reason
from services.tasks.notices.sources.pieces import Grid, Line, Piece

_BOX = "\u2500-\u257f"
_UPRIGHT = re.compile("[│┃║┆┇┊┋╎╏]")
# What parts cells on a line that is partly a border: uprights, corners and crossings.
_CROSSING = re.compile("[│┃║┆┇┊┋╎╏\u250c-\u254b\u2552-\u256c\u256d-\u2570]")
_BORDER = re.compile(f"[{_BOX}\\s]+")
_LEVEL = re.compile("[─━═┄┅┈┉╌╍\\s]+")
_MOST_COLUMNS = 63


@dataclass(slots=True)
class _Cell:
    """Lines of one cell, which several rows hold where it is merged."""

    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        joined = ""
        for line in self.lines:
            # A word of Latin letters was broken at its blank, Chinese anywhere.
            needs_blank = joined[-1:].isascii() and joined[-1:].isalnum() and line[:1].isascii() and line[:1].isalnum()
            joined += f" {line}" if needs_blank else line
        return joined


@dataclass(slots=True)
class _Drawing:
    """A table while its lines come: the rows so far, of cells in their columns."""

    columns: int
    # Whether each row has a border below it; otherwise a line whose first cell has text begins a row.
    is_ruled: bool
    rows: list[list[_Cell]] = field(default_factory=list)
    begins: bool = True

    def take(self, text: str) -> None:
        parts = _split(text, _UPRIGHT)
        mixed = _split(text, _CROSSING)
        levels = sum(map(_is_level, mixed))
        if levels and len(mixed) == self.columns and levels < len(mixed):
            self._part_border(mixed)
        elif _BORDER.fullmatch(text):
            self.begins = True
        else:
            self._text(parts)

    def _part_border(self, parts: list[str]) -> None:
        """A row ends in the columns that have a border; in the others a merged cell goes on."""
        above = self.rows[-1] if self.rows else [_Cell() for _ in parts]
        row = [_Cell() if _is_level(part) else cell for part, cell in zip(parts, above, strict=True)]
        for part, cell in zip(parts, row, strict=True):
            if not _is_level(part) and part.strip():
                cell.lines.append(part.strip())
        self.rows.append(row)
        self.begins = False

    def _text(self, parts: list[str]) -> None:
        cells = [part.strip() for part in parts]
        if len(cells) == 1:
            # A line over the whole width: a title, or a heading of a section.
            self.rows.append([_Cell([cells[0]])] * self.columns)
            return
        cells = (cells + [""] * self.columns)[: max(self.columns, len(cells))]
        if self.begins or not self.rows or (not self.is_ruled and cells[0]):
            self.rows.append([_Cell() for _ in cells])
            self.begins = False
        for cell, text in zip(self.rows[-1], cells, strict=False):
            if text:
                cell.lines.append(text)


def box_at(pieces: Sequence[Piece], place: int) -> tuple[list[Piece] | None, int]:
    """The table that begins in this line, or None, and how many lines that is said of."""
    lines = _lines_at(pieces, place)
    texts = [line.text for line in lines if not _is_whole_border(line.text)]
    if not texts or len(lines) == len(texts):
        return None, max(len(lines), 1)
    columns = max(len(_split(text, _UPRIGHT)) for text in texts)
    if not 2 <= columns <= _MOST_COLUMNS:
        return None, len(lines)
    drawing = _Drawing(columns, is_ruled=_is_ruled([line.text for line in lines]))
    borders: list[Piece] = []
    for line in lines:
        drawing.take(line.text)
        if _is_whole_border(line.text):
            borders.append(Line(line.text, skipped=Reason.DECORATION))
    rows = tuple(tuple(cell.text for cell in row) for row in drawing.rows)
    # The border above comes first, as it was seen; the others behind the rows that they part.
    return [*borders[:1], Grid(rows), *borders[1:]], len(lines)


def _lines_at(pieces: Sequence[Piece], place: int) -> list[Line]:
    lines: list[Line] = []
    for at in range(place, len(pieces)):
        piece = pieces[at]
        if not isinstance(piece, Line) or piece.skipped is not None or piece.numbering or not _is_drawn(piece.text):
            break
        lines.append(piece)
    return lines


def _is_drawn(text: str) -> bool:
    stripped = text.strip()
    is_row = len(_UPRIGHT.findall(stripped)) >= 2 and _CROSSING.match(stripped) is not None
    return is_row or (len(stripped) > 2 and _is_whole_border(stripped)) or _is_part_border(stripped)


def _is_part_border(text: str) -> bool:
    return bool(text) and _CROSSING.match(text[0]) is not None and _CROSSING.match(text[-1]) is not None and "─" in text


def _is_whole_border(text: str) -> bool:
    return _BORDER.fullmatch(text) is not None and re.search("[─━═┄┅┈┉╌╍]", text) is not None


def _is_ruled(texts: list[str]) -> bool:
    """Whether there is a border inside the table below its head, too."""
    inner = [text for text in texts[1:-1] if re.search("[─━═]", text)]
    return len(inner) > 1


def _is_level(part: str) -> bool:
    return bool(part.strip()) and _LEVEL.fullmatch(part) is not None


def _split(text: str, at: re.Pattern[str]) -> list[str]:
    stripped = text.strip()
    parts = at.split(stripped)
    if parts and not parts[0].strip():
        parts = parts[1:]
    if parts and not parts[-1].strip():
        parts = parts[:-1]
    return parts
