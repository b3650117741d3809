"""A notice as the reader sees it, whatever file it came from: paragraphs and tables in their order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; `numbering` is what Word prints in front of it when it is an automatic list, such as （一）."""

    text: str
    numbering: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of equal length; a merged cell's text is repeated in every cell it covers."""

    rows: tuple[tuple[str, ...], ...]


Block = Paragraph | Table
