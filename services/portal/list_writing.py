"""A list as a workbook: what it is and when, a row of headings that stays in sight, and typed cells below. Pure.

No cell is ever a formula: text that begins like one is stored as text and marked so, which keeps it from being
calculated when somebody edits the cell, and leaves its content as it was.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from services.portal.list_files import CellKind, Column, Kind, Part
from shared.workdays import SHANGHAI, is_settled

# Title, as-of, headings; the rows begin below.
HEADING_ROW = 3
# A due date with its mark, in either language.
MARKED_WIDTH = 44
_LOOKS_LIKE_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What a cell holds in Excel; more is an error when the file is opened.
_LONGEST_CELL = 32_767
_LONGEST_SHEET_NAME = 31
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")


def write_list(title: str, columns: Sequence[Column], rows: Iterable[Any], *, as_of: str) -> bytes:
    """The workbook of a list; `as_of` is a sentence that says of which moment it is, and what was asked for."""
    return write_lists([Part(title, columns, list(rows), as_of)])


def write_lists(parts: Sequence[Part]) -> bytes:
    """The workbook of several lists, a sheet for each, in their order."""
    book = Workbook()
    for number, part in enumerate(parts):
        sheet = book.worksheets[0] if not number else book.create_sheet()
        sheet.title = sheet_name(part.title)
        _write_part(sheet, part)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def write_form(title: str, headings: Sequence[str], examples: Sequence[Sequence[str]]) -> bytes:
    """A workbook to fill in: headings in the first row, where whoever reads it back looks for them, and examples."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = sheet_name(title)
    for position, heading in enumerate(headings, start=1):
        _write_heading(sheet.cell(1, position), heading)
        sheet.column_dimensions[get_column_letter(position)].width = Kind.TEXT.width
    for number, example in enumerate(examples, start=2):
        for position, text in enumerate(example, start=1):
            _write(sheet.cell(number, position), Kind.TEXT, text)
    sheet.freeze_panes = "A2"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def sheet_name(title: str) -> str:
    """The title as the name of a sheet, which is short and lacks some signs."""
    return _NOT_IN_SHEET_NAME.sub(" ", ILLEGAL_CHARACTERS_RE.sub("", title)).strip(" '")[:_LONGEST_SHEET_NAME] or "1"


def _write_part(sheet: Worksheet, part: Part) -> None:
    _write_text(sheet.cell(1, 1), part.title, font=Font(bold=True, size=14))
    _write_text(sheet.cell(2, 1), part.said, font=Font(color="555555"))
    for position, column in enumerate(part.columns, start=1):
        _write_heading(sheet.cell(HEADING_ROW, position), str(column.heading))
    for number, row in enumerate(part.rows, start=HEADING_ROW + 1):
        for position, column in enumerate(part.columns, start=1):
            _write(sheet.cell(number, position), column.kind, column.of(row))
    _lay_out(sheet, part.columns)
    for position, column in enumerate(part.columns, start=1):
        if column.mark:
            _mark(sheet, position, str(column.mark))


def _mark(sheet: Worksheet, position: int, mark: str) -> None:
    """Let the due dates of a column that may still move say so by their format: they sort as dates all the same."""
    unsettled = [
        cell
        for (cell,) in sheet.iter_rows(min_row=HEADING_ROW + 1, min_col=position, max_col=position)
        if isinstance(cell.value, dt.date) and not is_settled(cell.value)
    ]
    for cell in unsettled:
        cell.number_format = f'yyyy-mm-dd"{mark}"'
    if unsettled:
        sheet.column_dimensions[get_column_letter(position)].width = MARKED_WIDTH


def _lay_out(sheet: Worksheet, columns: Sequence[Column]) -> None:
    for position, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = column.width or column.kind.width
    last = max(HEADING_ROW, sheet.max_row)
    sheet.auto_filter.ref = f"A{HEADING_ROW}:{get_column_letter(len(columns))}{last}"
    sheet.freeze_panes = f"A{HEADING_ROW + 1}"
    sheet.print_title_rows = f"1:{HEADING_ROW}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _write_heading(cell: Cell | MergedCell, heading: str) -> None:
    _write_text(cell, heading, font=Font(bold=True))
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.fill = PatternFill("solid", fgColor="E7EEF4")


def _write(cell: Cell | MergedCell, kind: CellKind, value: Any) -> None:
    if value is None or value == "":
        return
    if kind is Kind.TEXT:
        _write_text(cell, str(value))
    else:
        cell.value = _typed(kind, value)
        cell.number_format = kind.number_format
    cell.alignment = Alignment(wrap_text=kind is Kind.TEXT, vertical="top")


def _typed(kind: CellKind, value: Any) -> Any:
    if kind in (Kind.DAY, Kind.DUE):
        return dt.date.fromisoformat(value) if isinstance(value, str) else value
    if kind is Kind.MOMENT:
        instant = dt.datetime.fromisoformat(value) if isinstance(value, str) else value
        # A sheet knows no time zones: the clock on the wall of the county.
        return instant.astimezone(SHANGHAI).replace(tzinfo=None, microsecond=0)
    return value


def _write_text(cell: Cell | MergedCell, text: str, *, font: Font | None = None) -> None:
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:_LONGEST_CELL]
    # Assigning a text that begins with = makes openpyxl call it a formula.
    cell.data_type = "s"
    cell.number_format = Kind.TEXT.number_format
    if text.startswith(_LOOKS_LIKE_FORMULA):
        cell.quotePrefix = True
    if font is not None:
        cell.font = font
