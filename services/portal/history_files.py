"""A file of history, a workbook or a CSV, as the cells that are sent on: one figure in each row. Pure.

Everything in the file is the sender's: sizes are looked at before anything is unpacked, and formulas are refused.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from shared.calling.archive import DAMAGED, open_workbook
from shared.errors import Invalid
from shared.inspecting import texts
from shared.inspecting.texts import MostOfText
from shared.inspecting.workbooks import Most
from shared.text import Text
from shared.typed_text import tidy

# The headings of the four columns, in the order in which cells are sent on.
HEADINGS = ("指标代码", "单位代码或名称", "期", "数值")
EXAMPLES = (
    ("JY06", "341021100", "2024-01", "128"),
    ("JY06", "石门乡", "2024年2月", "无数：当月未统计"),
)
_ALSO_CALLED = {"单位": 1, "单位代码": 1, "单位名称": 1, "报告期": 2, "时期": 2, "值": 3, "数据": 3}
_PLACES = {**{heading: place for place, heading in enumerate(HEADINGS)}, **_ALSO_CALLED}
MOST_ROWS = 500_000
# A hundred thousand rows are some twenty million bytes of XML. Four cells a row, and one more for a note.
MOST = Most(unpacked=150_000_000, cells=5 * MOST_ROWS)
MOST_OF_TEXT = MostOfText(lines=MOST_ROWS, commas=10 * MOST_ROWS)
# A row has four cells; whatever lies further right is no part of the list.
LAST_COLUMN = 30

NO_TABLE = Text(
    "读不出这个文件。请用 Excel 或 WPS 另存为 .xlsx，或者“CSV UTF-8（逗号分隔）”。",
    "This file cannot be read. Please save it in Excel or WPS as .xlsx, or as “CSV UTF-8 (comma delimited)”.",
)
NO_HEADINGS = Text(
    f"第一行要有这四列：{'、'.join(HEADINGS)}。",
    f"The first row must have these four headings: {', '.join(HEADINGS)}.",
)
NOTHING = Text("文件里没有数据。", "There are no figures in the file.")
TOO_MANY = Text(
    f"一次最多导入 {MOST_ROWS} 行，请把文件分成几份。", f"At most {MOST_ROWS} rows can be imported at once."
)
TOO_LARGE = Text(
    "文件太大，请分成几份，或删去图片和空白行。",
    "The file is too large. Please split it, or remove pictures and blank rows.",
)

_BREAKS = str.maketrans(dict.fromkeys("\t\n\r\v\f\x85\u2028\u2029", " "))
# Place, indicator, unit, period, and what was typed.
PastCell = list[str]


def read_history(content: bytes) -> list[PastCell]:
    """The cells of the file. Invalid when it is none, is too large, has a formula or lacks a heading."""
    is_workbook = content.startswith((b"PK", b"\xd0\xcf\x11\xe0"))
    cells = list(_cells(_rows_of_workbook(content) if is_workbook else _rows_of_text(content)))
    if not cells:
        raise Invalid(NOTHING)
    return cells


def _cells(rows: Iterator[tuple[str, int, Sequence[Any]]]) -> Iterator[PastCell]:
    from openpyxl.utils import get_column_letter

    _, _, headings = next(rows, ("", 0, ()))
    columns = _columns(headings)
    letter = get_column_letter(columns[3] + 1)
    for count, (sheet, number, row) in enumerate(rows, start=1):
        if count > MOST_ROWS:
            raise Invalid(TOO_MANY)
        texts = [_text(row[column]) if column < len(row) else "" for column in columns]
        if any(texts):
            yield [f"{sheet}!{letter}{number}" if sheet else f"{letter}{number}", *texts]


def _columns(headings: Sequence[Any]) -> list[int]:
    """Where indicator, unit, period and value stand."""
    found = {_PLACES.get(tidy(_text(heading)).replace(" ", "")): column for column, heading in enumerate(headings)}
    if any(place not in found for place in range(len(HEADINGS))):
        raise Invalid(NO_HEADINGS)
    return [found[place] for place in range(len(HEADINGS))]


def _rows_of_text(content: bytes) -> Iterator[tuple[str, int, Sequence[str]]]:
    texts.inspect(content, MOST_OF_TEXT)
    reader = csv.reader(io.StringIO(_decoded(content), newline=""), strict=True)
    try:
        for row in reader:
            yield "", reader.line_num, row
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


def _rows_of_workbook(content: bytes) -> Iterator[tuple[str, int, Sequence[Any]]]:
    # Read cell by cell as it is unpacked: a hundred thousand rows at once would fill the memory.
    book = open_workbook(content, most=MOST, too_large=TOO_LARGE, is_read_by_row=True)
    try:
        for sheet in [one for one in book.worksheets if one.sheet_state == "visible"][:1]:
            # What the file says of its own size may be wrong.
            sheet.reset_dimensions()
            for number, row in enumerate(sheet.iter_rows(max_col=LAST_COLUMN, values_only=True), start=1):
                if any(isinstance(value, str) and value.startswith(("=", "#")) for value in row):
                    _refuse_formulas(row, number)
                yield sheet.title, number, row
    except (Invalid, MemoryError):
        raise
    # openpyxl raises whatever a damaged part makes it stumble over; a file of the sender's is no defect of ours.
    except Exception as error:
        raise Invalid(DAMAGED) from error


def _refuse_formulas(row: Sequence[Any], number: int) -> None:
    """Without their cells, formulas and errors are texts that begin as such."""
    from openpyxl.cell.cell import ERROR_CODES
    from openpyxl.utils import get_column_letter

    for column, value in enumerate(row, start=1):
        if isinstance(value, str) and (value.startswith("=") or value in ERROR_CODES):
            where = f"{get_column_letter(column)}{number}"
            raise Invalid(
                Text(
                    f"{where} 是公式或错误值。请复制后用“选择性粘贴—数值”。",
                    f"{where} is a formula or an error. Please replace it by its value (paste values).",
                )
            )


def _text(value: Any) -> str:
    """What a cell shows: a date as its month, a number with all its digits and no more than it has."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, (dt.datetime, dt.date)):
        return f"{value.year:04}-{value.month:02}"
    if isinstance(value, float):
        # As many digits as such a number holds: one more would show how it is stored.
        return format(Decimal(f"{value:.15g}"), "f")
    return str(value)


def chunks(cells: Sequence[PastCell], size: int) -> Iterator[tuple[int, str]]:
    """The cells in pieces as calls carry them: the number of the first one, from 1, and a line for each."""
    for start in range(0, len(cells), size):
        yield start + 1, "\n".join("\t".join(map(_without_breaks, cell)) for cell in cells[start : start + size])


def _without_breaks(text: str) -> str:
    return text.translate(_BREAKS)
