"""An annex as a Word table whose head is repeated on each page. Pure.

Its rows are written as they stand in the file: through the library's cells a thousand rows take ten seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm

from shared.paper import form
from shared.paper.parts import Annex, Column

_LINES = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_HEI = f'<w:rPr><w:rFonts w:eastAsia="{form.HEI}" w:hint="eastAsia"/></w:rPr>'


def table_of(annex: Annex, styles: Mapping[str, Any]) -> Any:
    """The element of the table; `styles` are those of `form.add_styles`."""
    widths = [Mm(column.width).twips for column in annex.columns]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = [(styles["head_cell"].style_id, "") for _ in annex.columns]
    rows = [_row([column.heading for column in annex.columns], head, widths, is_head=True)]
    for place, row in enumerate(annex.rows):
        fonts = _HEI if place in annex.strong else ""
        rows.append(_row(row, [(_style(column, styles), fonts) for column in annex.columns], widths))
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:jc w:val="center"/><w:tblBorders>{_LINES}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _style(column: Column, styles: Mapping[str, Any]) -> str:
    return str(styles["number_cell" if column.is_number else "cell"].style_id)


def _row(
    texts: Sequence[str], looks: Sequence[tuple[str, str]], widths: Sequence[int], *, is_head: bool = False
) -> str:
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r>{fonts}'
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p></w:tc>'
        for text, (style, fonts), width in zip(texts, looks, widths, strict=True)
    )
    # A row stays on one page; the head comes again on each.
    marks = f"<w:trPr><w:cantSplit/>{'<w:tblHeader/>' if is_head else ''}</w:trPr>"
    return f"<w:tr>{marks}{cells}</w:tr>"
