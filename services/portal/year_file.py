"""All figures of a year as a workbook: a row for each indicator and unit, a column for each month. Pure.

Written row by row: with styles and widths of each cell it would take five times as long.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from services.portal.list_writing import HEADING_ROW, sheet_name

_FIRST_FIGURE = 6
_WIDTHS = (14, 34, 10, 12, 24)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of the sheet: the headings of the columns before and after the figures, and for no figure."""

    before: Sequence[str]
    after: Sequence[str]
    no_figure: str


def write_year(
    title: str, sentences: Sequence[str], columns: Sequence[str], rows: Iterable[Mapping[str, Any]], *, words: Words
) -> bytes:
    """The workbook. A row has texts `before`, its `values` and `without` by column, and texts `after`."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(sheet_name(title))
    for number, width in enumerate((*_WIDTHS, *(12 for _ in columns), *(30 for _ in words.after)), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = f"{get_column_letter(_FIRST_FIGURE)}{HEADING_ROW + 1}"
    heading = Font(bold=True)
    fill = PatternFill("solid", fgColor="E7EEF4")
    sheet.append([_styled(sheet, title, Font(bold=True, size=14))])
    sheet.append([_text(sheet, " · ".join(filter(None, sentences)))])
    headings = [*words.before, *columns, *words.after]
    sheet.append([_styled(sheet, text, heading, fill) for text in headings])
    for row in rows:
        figures = [
            _figure(value, words.no_figure if without else None)
            for value, without in zip(row["values"], row["without"], strict=True)
        ]
        texts = [_text(sheet, text) for text in row["before"]]
        sheet.append([*texts, *figures, *(_text(sheet, text) for text in row["after"])])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _figure(value: str | None, instead: str | None) -> Decimal | str | None:
    return instead if value is None else Decimal(value)


def _styled(sheet: Any, text: str, font: Font, fill: PatternFill | None = None) -> Any:
    cell = _text_cell(sheet, text)
    cell.font = font
    if fill is not None:
        cell.fill = fill
    return cell


def _text(sheet: Any, text: str) -> Any:
    """Text as it is; what begins like a formula is marked as text, because it is none."""
    clean = ILLEGAL_CHARACTERS_RE.sub("", text)
    return _text_cell(sheet, clean) if clean.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) else clean or None


def _text_cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(("=", "+", "-", "@"))
    return cell
