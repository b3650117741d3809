"""Reads a plain table, with headings and a row for each thing, out of a CSV file or a workbook. Pure.

Everything in the file is the sender's: sizes are checked before anything is unpacked, formulas and hidden rows refused.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from openpyxl.worksheet.worksheet import Worksheet

from services.tasks.sheets.columns import as_text
from services.tasks.sheets.hidden import LAST_COLUMN, complain_of_hidden
from shared.calling.archive import EMPTY, TOO_LARGE, open_workbook
from shared.calling.chunks import LARGEST_FILE
from shared.errors import Invalid
from shared.inspecting import texts
from shared.inspecting.texts import MostOfText
from shared.text import Text
from shared.typed_text import tidy

MOST_ROWS = 5000
LAST_ROW = 20_000
# A list of people has five columns, of which each may hold commas; a row across forty is none.
MOST_OF_TEXT = MostOfText(lines=LAST_ROW, commas=400_000)

NO_TABLE = Text(
    "读不出这个文件。请用 Excel 或 WPS 另存为 .xlsx，或者“CSV UTF-8（逗号分隔）”。",
    "This file cannot be read. Please save it in Excel or WPS as .xlsx, or as “CSV UTF-8 (comma delimited)”.",
)


@dataclass(frozen=True, slots=True)
class Table:
    """Tidy headings, and the tidy cells of each row that has any, with the number that Excel or an editor shows."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_table(content: bytes) -> Table:
    """The table. Invalid when the file is none, is too large, or hides something."""
    if not content.strip(b"\0\r\n\t "):
        raise Invalid(EMPTY)
    if len(content) > LARGEST_FILE:
        raise Invalid(TOO_LARGE)
    is_workbook = content.startswith((b"PK", b"\xd0\xcf\x11\xe0"))
    return _table(_cells_of_workbook(content) if is_workbook else _cells_of_text(content))


def _table(numbered: Iterable[tuple[int, list[str]]]) -> Table:
    filled = [(number, tuple(cells)) for number, cells in numbered if any(cells)]
    if not filled:
        raise Invalid(EMPTY)
    if len(filled) > MOST_ROWS + 1:
        raise Invalid(TOO_LARGE)
    return Table(filled[0][1], tuple(filled[1:]))


def _cells_of_text(content: bytes) -> list[tuple[int, list[str]]]:
    texts.inspect(content, MOST_OF_TEXT)
    reader = csv.reader(io.StringIO(_decoded(content), newline=""), strict=True)
    try:
        return [(reader.line_num, list(map(tidy, cells))) for cells in reader]
    except csv.Error as error:
        raise Invalid(NO_TABLE) from error


def _decoded(content: bytes) -> str:
    if b"\0" in content:
        raise Invalid(NO_TABLE)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(NO_TABLE)


def _cells_of_workbook(content: bytes) -> list[tuple[int, list[str]]]:
    sheet = _sheet(content)
    rows = list(_read(sheet))
    filled = {column for _, cells in rows for column, cell in enumerate(cells, start=1) if cell}
    hidden = complain_of_hidden(sheet, rows=[number for number, cells in rows if any(cells)], columns=filled)
    if hidden:
        # Whoever means what is hidden shows it: nothing here asks a second time.
        raise Invalid(hidden.text)
    return rows


def _sheet(content: bytes) -> Worksheet:
    book = open_workbook(content)
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == Worksheet.SHEETSTATE_VISIBLE]
    sheet = next(iter(visible), None)
    if not isinstance(sheet, Worksheet):
        raise Invalid(EMPTY)
    if sheet.max_row > LAST_ROW:
        raise Invalid(TOO_LARGE)
    return sheet


def _read(sheet: Worksheet) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(sheet.iter_rows(max_col=min(sheet.max_column, LAST_COLUMN)), start=1):
        for cell in row:
            if cell.data_type in ("f", "e"):
                where = cell.coordinate
                raise Invalid(
                    Text(
                        f"{where} 是公式。请复制后用“选择性粘贴—数值”换成文字。",
                        f"{where} is a formula. Please replace it by its value (paste values).",
                    )
                )
        yield number, [tidy(as_text(cell.value)) for cell in row]
