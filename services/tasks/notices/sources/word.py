"""A Word document → its lines and tables. Pure; how the document itself is read, `notices/word` knows."""

from __future__ import annotations

from services.tasks.notices.blocks import Block, Paragraph
from services.tasks.notices.sources.pieces import Grid, Line, Piece
from services.tasks.notices.word.document import read_docx


def pieces_of(content: bytes) -> list[Piece]:
    """The paragraphs and tables of a .docx. Raises NoticeUnreadableError when it cannot be read."""
    return [_piece(block) for block in read_docx(content)]


def _piece(block: Block) -> Piece:
    return Line(block.text, block.numbering) if isinstance(block, Paragraph) else Grid(block.rows)
