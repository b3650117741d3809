"""A notice as the reader sees it, whatever file it came from: paragraphs and tables in their order, with their source.

The source is what a person saw: lines of text as they stand in the file. Each block says which spans of which lines it
was made of, and what became no block is skipped with a reason, so that nothing of a source is lost in silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Reason(StrEnum):
    """Why a piece of a source is not in the draft."""

    NAVIGATION = "navigation"  # menus, 字号, 打印本页, footers of a web page
    PAGE_NUMBER = "page_number"
    LETTERHEAD = "letterhead"  # the issuer's name in large print, 特急, the line of copies at the end
    ADDRESSEES = "addressees"  # 各乡镇人民政府，县直各单位：
    CONTACT = "contact"  # 联系人, 联系电话, 主管领导
    ANNEX = "annex"
    CLOSING = "closing"  # issuer and date below the text
    GENERAL = "general"  # goals, safeguards and other text that shares out no work
    TABLE_HEAD = "table_head"  # 序号, 工作任务, 责任单位
    TABLE_ROW = "table_row"  # of a table that shares out no work
    DECORATION = "decoration"  # lines of signs, borders of a drawn table


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` up to before `end` of the source's line `line`, all counted from 0."""

    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; `numbering` is what Word prints in front of it when it is an automatic list, such as （一）."""

    text: str
    numbering: str = ""
    origins: tuple[Span, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of equal length; a merged cell's text is repeated in every cell it covers. `origins` has a span per row."""

    rows: tuple[tuple[str, ...], ...]
    origins: tuple[Span, ...] = field(default=(), compare=False)


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Skipped:
    """A piece of the source that is no block."""

    span: Span
    reason: Reason


@dataclass(frozen=True, slots=True)
class Source:
    """What was read of a file or a paste. Spans of blocks and of what was skipped cover each line but its blanks once.

    A row of a table is one line, its cells joined by tabs.
    """

    lines: tuple[str, ...]
    blocks: tuple[Block, ...]
    skipped: tuple[Skipped, ...] = ()


def source_of(blocks: Sequence[Block]) -> Source:
    """The source of blocks that came from no file: a line for each paragraph and for each row of a table."""
    lines: list[str] = []
    made: list[Block] = []
    for block in blocks:
        written = [block.numbering + block.text] if isinstance(block, Paragraph) else ["\t".join(r) for r in block.rows]
        spans = tuple(Span(len(lines) + n, 0, len(line)) for n, line in enumerate(written))
        lines += written
        made.append(replace(block, origins=spans))
    return Source(tuple(lines), tuple(made))
