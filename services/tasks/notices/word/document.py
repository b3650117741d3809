"""The body of a Word document → paragraphs and tables as a reader sees them.

Read from the XML itself rather than through python-docx, whose paragraph text leaves out tracked insertions, text boxes
and content controls and knows nothing of automatic numbers. Deleted and hidden text is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from services.tasks.notices.blocks import Block, Paragraph, Table
from services.tasks.notices.word.archive import open_archive
from services.tasks.notices.word.numbering import Numbering, W
from shared.typed_text import tidy

_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_LEFT_OUT = {
    f"{W}{name}"
    for name in ("del", "moveFrom", "instrText", "delText", "delInstrText", "rPr", "pPr", "rt", "footnoteReference",
                 "endnoteReference", "commentReference", "sectPr", "sdtPr", "tblPr", "trPr", "tcPr", "tblGrid")
}  # fmt: skip
_SIGNS = {f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}ptab": " "}
_OFF = ("0", "false", "off", "none")
# Word allows 63 columns and about 20 nested tables; hostile files claim more.
_MAX_SPAN = 63
# Tables within tables within text boxes; deeper is an attack on the stack.
_MAX_DEPTH = 40
_MAX_CELLS = 200_000


def read_docx(content: bytes) -> tuple[Block, ...]:
    """The paragraphs and tables of a .docx, numbers included. Raises NoticeUnreadableError when it cannot be read."""
    archive = open_archive(content)
    numbering = Numbering.read(archive.part("numbering"), archive.part("styles"))
    body = archive.document().find(f"{W}body")
    return tuple(_Body(numbering).blocks(body if body is not None else ()))


class _Body:
    """One walk through a document, which must see paragraphs in order because they are numbered in order."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering
        self._cells = 0

    def blocks(self, elements: Iterable[Element], depth: int = 0) -> Iterator[Block]:
        for element in elements:
            if depth > _MAX_DEPTH or element.tag in _LEFT_OUT:
                continue
            if element.tag == f"{W}p":
                yield from self._paragraph(element, depth)
            elif element.tag == f"{W}tbl":
                yield from self._table(element, depth)
            else:
                yield from self.blocks(_children(element), depth + 1)

    def _paragraph(self, element: Element, depth: int) -> Iterator[Block]:
        text, boxes = _text_and_boxes(element)
        lines = [line for line in (tidy(line) for line in text.split("\n")) if line]
        number = self._numbering.next_number(element) if lines else ""
        for position, line in enumerate(lines):
            yield Paragraph(line, number if position == 0 else "")
        for box in boxes:
            yield from self.blocks(_children(box), depth + 1)

    def _table(self, table: Element, depth: int) -> Iterator[Block]:
        rows: list[list[str]] = []
        for row in _rows(table):
            rows.append(self._row(row, rows[-1] if rows else [], depth))
        width = max(map(len, rows), default=0)
        self._cells += width * len(rows)
        if width and self._cells <= _MAX_CELLS:
            yield Table(tuple(tuple(row + [""] * (width - len(row))) for row in rows))

    def _row(self, row: Element, above: list[str], depth: int) -> list[str]:
        cells = [""] * _number(row.find(f"{W}trPr/{W}gridBefore"), default=0)
        for cell in row.iter(f"{W}tc") if depth > _MAX_DEPTH else _descend(row, f"{W}tc"):
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            text = self._cell_text(cell, depth)
            if merge is not None and merge.get(f"{W}val", "continue") == "continue":
                text = above[len(cells)] if len(cells) < len(above) else text
            cells += [text] * _number(cell.find(f"{W}tcPr/{W}gridSpan"), default=1)
        return cells

    def _cell_text(self, cell: Element, depth: int) -> str:
        return "\n".join(
            line
            for block in self.blocks(cell, depth + 1)
            for line in (_paragraph_line(block) if isinstance(block, Paragraph) else _table_lines(block))
        )


def _paragraph_line(paragraph: Paragraph) -> list[str]:
    return [f"{paragraph.numbering}{paragraph.text}"]


def _table_lines(table: Table) -> list[str]:
    return [" ".join(dict.fromkeys(cell for cell in row if cell)) for row in table.rows]


def _rows(table: Element) -> Iterator[Element]:
    for row in _descend(table, f"{W}tr"):
        if row.find(f"{W}trPr/{W}del") is None:
            yield row


def _descend(element: Element, tag: str) -> Iterator[Element]:
    """Yield the nearest descendants called `tag`, through content controls and the like but not into their own kind."""
    stack = list(reversed(element))
    while stack:
        child = stack.pop()
        if child.tag == tag:
            yield child
        elif child.tag not in _LEFT_OUT and child.tag != f"{W}p":
            stack.extend(reversed(child))


def _children(element: Element) -> Iterable[Element]:
    """Return the children to read; of alternatives, which say the same twice, the first one."""
    if element.tag == f"{_COMPATIBILITY}AlternateContent":
        return list(element)[:1]
    return element


def _text_and_boxes(paragraph: Element) -> tuple[str, list[Element]]:
    texts: list[str] = []
    boxes: list[Element] = []
    stack = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        if element.tag == f"{W}t":
            texts.append(element.text or "")
        elif element.tag in _SIGNS:
            texts.append(_sign(element))
        elif element.tag == f"{W}txbxContent":
            boxes.append(element)
        elif element.tag not in _LEFT_OUT and not _is_hidden(element):
            stack.extend(reversed(list(_children(element))))
    return "".join(texts), boxes


def _sign(element: Element) -> str:
    return " " if element.get(f"{W}type") in ("page", "column") else _SIGNS[element.tag]


def _is_hidden(element: Element) -> bool:
    vanish = element.find(f"{W}rPr/{W}vanish") if element.tag == f"{W}r" else None
    return vanish is not None and vanish.get(f"{W}val", "1") not in _OFF


def _number(element: Element | None, *, default: int) -> int:
    written = element.get(f"{W}val", "") if element is not None else ""
    return min(int(written), _MAX_SPAN) if re.fullmatch(r"[0-9]{1,6}", written) else default
