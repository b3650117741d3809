"""A checklist's rows as a workbook to download, and the template to fill in. Pure but for the bytes it makes.

No cell is ever a formula: text that begins like one is stored as text and marked so, which keeps it from being
calculated when somebody edits the cell, and leaves its content as it was.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from services.tasks.sheets.columns import COLUMNS, LEVELS, LIST_SIGN, RECURRENCE_WORDS, REVIEW_WORDS
from services.tasks.sheets.lines import Line
from shared.calling.archive import MOST_ROWS

ROWS_SHEET = "清单"
NAMES_SHEET = "单位和单位组"
_LOOKS_LIKE_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_workbook(lines: Sequence[Line], names: Sequence[str], level_names: Sequence[str]) -> bytes:
    """Write the rows, and on a second sheet the names that may stand in the columns of units."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(ROWS_SHEET)
    headings = [*level_names[:LEVELS], *(column.headings[0] for column in COLUMNS[LEVELS:])]
    _write_row(sheet, 1, headings)
    for number, line in enumerate(lines, start=2):
        _write_row(sheet, number, _cells(line))
    _dress(sheet)
    _add_choices(sheet, names=len(names))
    _write_names(book.create_sheet(NAMES_SHEET), names)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _cells(line: Line) -> list[Any]:
    titles = [*line.titles, *([None] * (LEVELS - len(line.titles)))]
    if not line.is_item:
        return titles
    return [
        *titles,
        LIST_SIGN.join(line.lead),
        LIST_SIGN.join(line.support),
        line.due_on,
        RECURRENCE_WORDS[line.recurrence],
        line.due_day,
        REVIEW_WORDS[line.review_rule],
        line.acceptance_rule,
        line.body,
    ]


def _write_row(sheet: Worksheet, number: int, values: Iterable[Any]) -> None:
    for column, value in enumerate(values, start=1):
        if value not in (None, ""):
            _write_cell(sheet.cell(number, column), value)


def _write_cell(cell: Cell | MergedCell, value: Any) -> None:
    if not isinstance(value, str):
        cell.value = value
        if isinstance(value, dt.date):
            cell.number_format = "yyyy-mm-dd"
        return
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
    # Assigning a text that begins with = makes openpyxl call it a formula.
    cell.data_type = "s"
    if value.startswith(_LOOKS_LIKE_FORMULA):
        cell.quotePrefix = True
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _dress(sheet: Worksheet) -> None:
    for position, column in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = column.width
        heading = sheet.cell(1, position)
        heading.font = Font(bold=True)
        heading.fill = PatternFill("solid", fgColor="E7EEF4")
    sheet.freeze_panes = "A2"


def _add_choices(sheet: Worksheet, *, names: int) -> None:
    for name, words in (("recurrence", RECURRENCE_WORDS), ("review_rule", REVIEW_WORDS)):
        choices = DataValidation(type="list", formula1=f'"{",".join(words.values())}"', allow_blank=True)
        choices.add(_column_range(name))
        sheet.add_data_validation(choices)
    days = DataValidation(type="whole", operator="between", formula1="1", formula2="31", allow_blank=True)
    days.add(_column_range("due_day"))
    sheet.add_data_validation(days)
    # A list may hold several units, so the choices only help and do not forbid.
    units = DataValidation(type="list", formula1=f"'{NAMES_SHEET}'!$A$2:$A${names + 2}", allow_blank=True)
    units.showErrorMessage = False
    units.add(_column_range("lead"))
    units.add(_column_range("support"))
    sheet.add_data_validation(units)


def _column_range(name: str) -> str:
    letter = get_column_letter([column.name for column in COLUMNS].index(name) + 1)
    return f"{letter}2:{letter}{MOST_ROWS + 1}"


def _write_names(sheet: Worksheet, names: Sequence[str]) -> None:
    sheet.column_dimensions["A"].width = 30
    _write_row(sheet, 1, [f"牵头单位和配合单位里可填的名称，多个用“{LIST_SIGN}”隔开"])
    for number, name in enumerate(names, start=2):
        _write_row(sheet, number, [name])
