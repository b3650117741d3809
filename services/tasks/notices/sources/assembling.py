"""The lines and tables that a reader found → the source: paragraphs and tables, each with what it was made of. Pure.

The same for every kind of file. Whatever a reader hands on is in the source: in a block, or skipped with a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from services.tasks.notices.blocks import Block, Paragraph, Reason, Skipped, Source, Span, Table
from services.tasks.notices.sources.cleaning import clean
from services.tasks.notices.sources.cutting import cuts_of
from services.tasks.notices.sources.drawn import with_tables
from services.tasks.notices.sources.pieces import Grid, Line, Piece
from services.tasks.notices.sources.signs import edges, is_blank
from services.tasks.notices.sources.traditional import simplifier_for
from services.tasks.notices.sources.wrapping import groups_of

_ENOUGH_TO_KNOW = 20_000


def assemble(pieces: Sequence[Piece]) -> Source:
    """What was read, put together."""
    found = with_tables(pieces)
    simplify = simplifier_for(_beginning(found))
    groups = {group[0]: group for group in groups_of(found)}
    joined = {place for group in groups.values() for place in group}
    making = _Making(simplify)
    # The first source line of each piece, for a paragraph whose lines come later than its first one.
    line_of = _first_lines(found)
    for place, piece in enumerate(found):
        if isinstance(piece, Grid):
            making.add_grid(piece)
            continue
        making.add_line(piece, is_text=place in joined)
        if place in groups:
            members = [(line_of[at], found[at]) for at in groups[place]]
            making.add_paragraph([(at, line) for at, line in members if isinstance(line, Line)])
    return Source(tuple(making.lines), tuple(making.blocks), tuple(making.skipped))


@dataclass(slots=True)
class _Making:
    simplify: Callable[[str], str]
    lines: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def add_line(self, line: Line, *, is_text: bool) -> None:
        self.lines.append(_seen(line))
        start, end = edges(self.lines[-1])
        if start < end and not is_text:
            self.skipped.append(Skipped(Span(len(self.lines) - 1, start, end), line.skipped or Reason.DECORATION))

    def add_grid(self, grid: Grid) -> None:
        """One line a row, whose span is empty where the row is; rows of equal length."""
        width = max(map(len, grid.rows), default=0)
        rows: list[tuple[str, ...]] = []
        spans: list[Span] = []
        for row in grid.rows:
            line = "\t".join(" ".join(cell.split("\n")) for cell in row)
            self.lines.append(line)
            spans.append(Span(len(self.lines) - 1, *edges(line)))
            cells = [clean(self.simplify(cell), has_lines=True) for cell in row]
            rows.append((*cells, *[""] * (width - len(row))))
        if grid.skipped is not None:
            self.skipped += [Skipped(span, grid.skipped) for span in spans if span.start < span.end]
        elif width:
            self.blocks.append(Table(tuple(rows), tuple(spans)))

    def add_paragraph(self, members: Sequence[tuple[int, Line]]) -> None:
        """The paragraphs of lines that belong together: one, or several where the text was pasted into one."""
        numbering = members[0][1].numbering
        # Places in the text as it is joined, each with the place in its line.
        text, starts = "", []
        for _, line in members:
            glue = " " if _needs_blank(text, line.text) else ""
            text += glue
            starts.append(len(text))
            start, end = edges(line.text)
            text += self.simplify(line.text[start:end])
        begins = [0] if numbering else cuts_of(text)
        for begin, end in zip(begins, [*begins[1:], len(text)], strict=True):
            origins = tuple(_spans(members, starts, begin, end, text))
            cleaned = clean(text[begin:end])
            if cleaned and origins:
                self.blocks.append(Paragraph(cleaned, numbering, origins))


def _spans(members: Sequence[tuple[int, Line]], starts: Sequence[int], begin: int, end: int, text: str) -> list[Span]:
    spans = []
    for (at, line), start, until in zip(members, starts, [*starts[1:], len(text)], strict=True):
        first, last = edges(text, max(start, begin), min(until, end)) if start < end and begin < until else (0, 0)
        if first < last:
            # What is printed in front of a paragraph stands in its line, too.
            offset = edges(line.text)[0] + len(line.numbering) - start
            spans.append(Span(at, 0 if line.numbering else first + offset, last + offset))
    return spans


def _seen(line: Line) -> str:
    return f"{line.numbering}{line.text}"


def _first_lines(pieces: Sequence[Piece]) -> list[int]:
    firsts, line = [], 0
    for piece in pieces:
        firsts.append(line)
        line += len(piece.rows) if isinstance(piece, Grid) else 1
    return firsts


def _needs_blank(before: str, after: str) -> bool:
    """Whether a line end between two words of Latin letters stood for their blank."""
    start, end = edges(after)
    return (
        before[-1:].isascii()
        and before[-1:].isalpha()
        and after[start:end][:1].isascii()
        and after[start:end][:1].isalpha()
    )


def _beginning(pieces: Sequence[Piece]) -> str:
    texts: list[str] = []
    length = 0
    for piece in pieces:
        text = piece.text if isinstance(piece, Line) else "".join(cell for row in piece.rows for cell in row)
        texts.append(text)
        length += len(text)
        if length > _ENOUGH_TO_KNOW and not is_blank(text):
            break
    return "".join(texts)
