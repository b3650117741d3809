"""Reads an uploaded workbook into lines, or says cell by cell what is wrong. Pure.

Everything in the file is the sender's: sizes are checked before anything is unpacked, formulas are refused, and a
merged area has the value of its first cell everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from services.tasks.due_dates import ITEM, complain_of_due
from services.tasks.sheets import columns
from services.tasks.sheets.columns import COLUMNS, ITEM_COLUMNS, LEVELS, WrongCellError
from services.tasks.sheets.hidden import LAST_COLUMN, complain_of_hidden
from services.tasks.sheets.lines import Line
from services.tasks.sheets.nearest import Nearest
from services.tasks.sheets.writing import ROWS_SHEET
from shared.calling.archive import EMPTY, MOST_ROWS, TOO_LARGE, open_workbook
from shared.errors import Invalid
from shared.text import Text
from shared.typed_text import comparable, tidy

# Beyond this a sheet's blank formatted rows alone would cost more than its content is worth.
LAST_ROW = 20_000
MOST_COMPLAINTS = 200

WRONG_CELLS = Text(
    "表格里有错误，一行也没有导入。请按下面的单元格改好后重新上传。",
    "There are errors in the sheet and nothing was imported. Please correct the cells below and upload it again.",
)
FORMULA = Text(
    "这里是公式。请复制后用“选择性粘贴—数值”换成文字。",
    "This is a formula. Please replace it by its value (paste values).",
)
MERGED_ITEM = Text("事项不能合并单元格，请每行写一个事项。", "Items may not be merged. Please write one item per row.")


@dataclass(slots=True)
class _Reading:
    """A sheet being read: its values, where each column is, and the complaints so far.

    `names` maps all that names of the directory have in common with how somebody may write them to the names.
    """

    year: int
    names: Mapping[str, str]
    names_near: Nearest
    positions: Mapping[str, int]
    complaints: list[dict[str, Any]] = field(default_factory=list)

    def complain(self, number: int, column: str, text: Text) -> None:
        cell = f"{get_column_letter(self.positions[column])}{number}"
        self.complaints.append({"cell": cell, "text": text.as_dict()})

    def nearest(self, written: str) -> list[str]:
        """The likeliest names for one that is not known; none beyond the complaints that are shown."""
        return self.names_near.of(written) if len(self.complaints) < MOST_COMPLAINTS else []


def read_workbook(
    content: bytes, *, names: Mapping[str, str], level_names: Sequence[str], year: int, with_hidden: bool = False
) -> list[Line]:
    """Return the lines in order; Invalid with the complaints of all cells at once when one is wrong.

    `names` maps every way to write a unit or group, its own name included, to its name. Rows and columns that are
    hidden are refused by name unless `with_hidden` says that they are meant.
    """
    sheet = _sheet(content)
    values = _values(sheet)
    positions = _positions(values.pop(1, {}), level_names)
    filled = {column for cells in values.values() for column in cells}.intersection(positions.values())
    hidden = complain_of_hidden(sheet, rows=values, columns=filled)
    if hidden and not with_hidden:
        raise hidden
    reading = _Reading(year, {comparable(one): name for one, name in names.items()}, Nearest(names), positions)
    lines = [_line(reading, number, cells) for number, cells in sorted(values.items())]
    if reading.complaints:
        raise Invalid(WRONG_CELLS, {"cells": reading.complaints[:MOST_COMPLAINTS]})
    if not lines:
        raise Invalid(EMPTY)
    return lines


def _sheet(content: bytes) -> Worksheet:
    book = open_workbook(content)
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == Worksheet.SHEETSTATE_VISIBLE]
    sheet = book[ROWS_SHEET] if ROWS_SHEET in book.sheetnames else next(iter(visible or book.worksheets), None)
    if not isinstance(sheet, Worksheet):
        raise Invalid(EMPTY)
    if sheet.max_row > LAST_ROW:
        raise Invalid(TOO_LARGE)
    return sheet


@dataclass(frozen=True, slots=True)
class _Found:
    value: Any
    is_formula: bool = False
    is_merged_copy: bool = False


def _values(sheet: Worksheet) -> dict[int, dict[int, _Found]]:
    """The filled cells by row and column, merged areas filled out; blank rows are left out."""
    found: dict[int, dict[int, _Found]] = {}
    for row in sheet.iter_rows(max_col=min(sheet.max_column, LAST_COLUMN)):
        for cell in row:
            if cell.value is not None and tidy(columns.as_text(cell.value)):
                kept = found.setdefault(cell.row, {})
                kept[cell.column] = _Found(cell.value, is_formula=cell.data_type in ("f", "e"))
    for area in sheet.merged_cells.ranges:
        first = found.get(area.min_row, {}).get(area.min_col)
        if first is None or area.max_col > LAST_COLUMN or area.max_row > LAST_ROW:
            continue
        for number in range(area.min_row, area.max_row + 1):
            for column in range(area.min_col, area.max_col + 1):
                if (number, column) != (area.min_row, area.min_col):
                    found.setdefault(number, {})[column] = _Found(first.value, first.is_formula, is_merged_copy=True)
    # A row that has nothing but what was merged down from above, such as the lower half of a title, is blank.
    filled = {n: cells for n, cells in found.items() if n == 1 or not all(c.is_merged_copy for c in cells.values())}
    if len(filled) > MOST_ROWS + 1:
        raise Invalid(TOO_LARGE)
    return filled


def _positions(heading: Mapping[int, _Found], level_names: Sequence[str]) -> dict[str, int]:
    """Where each column is, by its heading in the first row."""
    words = {word: column.name for column in COLUMNS for word in column.headings}
    words |= {tidy(name).lower(): COLUMNS[level].name for level, name in enumerate(level_names[:LEVELS])}
    positions: dict[str, int] = {}
    for column, found in sorted(heading.items()):
        name = words.get(tidy(columns.as_text(found.value)).lower())
        if name and not found.is_formula:
            positions.setdefault(name, column)
    shown = [*level_names[:LEVELS], *(column.headings[0] for column in COLUMNS[LEVELS:])]
    missing = [word for word, column in zip(shown, COLUMNS, strict=True) if column.name not in positions]
    if missing:
        listed = "、".join(missing)
        raise Invalid(
            Text(
                f"第1行没有这些列名：{listed}。请用模板的第1行。",
                f"The first row lacks these headings: {listed}. Please use the template's first row.",
            ),
            {
                "cells": [
                    {"cell": "A1", "text": Text(f"没有列名：{listed}。", f"Headings missing: {listed}.").as_dict()}
                ]
            },
        )
    return positions


def _line(reading: _Reading, number: int, cells: Mapping[int, _Found]) -> Line:
    row = {name: cells.get(position) for name, position in reading.positions.items()}
    for name, found in row.items():
        if found and found.is_formula:
            reading.complain(number, name, FORMULA)
    values = {name: None if found is None or found.is_formula else found.value for name, found in row.items()}
    titles = _titles(reading, number, values, row)
    line = Line(
        titles=titles,
        lead=_units(reading, number, "lead", values),
        support=_units(reading, number, "support", values),
        due_on=_read(reading, number, "due_on", values, columns.read_date),
        recurrence=_read(reading, number, "recurrence", values, columns.read_recurrence) or "once",
        due_day=_read(reading, number, "due_day", values, columns.read_due_day),
        review_rule=_read(reading, number, "review_rule", values, columns.read_review) or "none",
        acceptance_rule=_read(reading, number, "acceptance_rule", values, columns.read_rule) or "",
        body=_read(reading, number, "body", values, columns.read_body) or "",
    )
    _check_line(reading, number, line, row)
    return line


def _read(reading: _Reading, number: int, name: str, values: Mapping[str, Any], reader: Callable[[Any], Any]) -> Any:
    try:
        return reader(values[name])
    except WrongCellError as error:
        reading.complain(number, name, error.text)
        return None


def _titles(
    reading: _Reading, number: int, values: Mapping[str, Any], row: Mapping[str, _Found | None]
) -> tuple[str, ...]:
    """The titles from the first level down to the last one given; a gap in between is complained of."""
    titles = [_read(reading, number, column.name, values, columns.read_title) or "" for column in COLUMNS[:LEVELS]]
    depth = max((n for n, title in enumerate(titles, start=1) if title), default=0)
    has_item_cells = any(row[name] for name in ITEM_COLUMNS)
    for column, title in zip(COLUMNS[: LEVELS if has_item_cells else depth], titles, strict=False):
        if not title and not _is_formula(row[column.name]):
            word = column.headings[0]
            text = Text(
                f"缺少{word}。与上一行相同时也请写上，或合并单元格。",
                f"The {column.headings[-1]} is missing. Repeat it when it is the same as above, or merge the cells.",
            )
            reading.complain(number, column.name, text)
    item = row["level4"]
    if item and item.is_merged_copy:
        reading.complain(number, "level4", MERGED_ITEM)
    return tuple(titles[:depth])


def _is_formula(found: _Found | None) -> bool:
    return found is not None and found.is_formula


def _units(reading: _Reading, number: int, column: str, values: Mapping[str, Any]) -> tuple[str, ...]:
    units: list[str] = []
    for written in columns.read_names(values[column]):
        name = reading.names.get(comparable(written))
        if name is None:
            reading.complain(number, column, _unknown(reading, written))
        elif name in units:
            reading.complain(number, column, _twice(name))
        else:
            units.append(name)
    return tuple(units)


def _check_line(reading: _Reading, number: int, line: Line, row: Mapping[str, _Found | None]) -> None:
    for name in sorted(set(line.lead) & set(line.support)):
        reading.complain(number, "support", _twice(name))
    complaint = complain_of_due(
        level=ITEM,
        year=reading.year,
        due_on=line.due_on,
        recurrence=line.recurrence,
        due_day=line.due_day,
    )
    if complaint:
        reading.complain(number, "due_on" if row["due_on"] else "due_day", complaint)


def _twice(name: str) -> Text:
    return Text(f"“{name}”列了两次，请删去一个。", f"{name} is listed twice. Please remove one.")


def _unknown(reading: _Reading, written: str) -> Text:
    near = reading.nearest(written)
    hint_zh = f"最接近的有：{'、'.join(near)}。" if near else "请在第二张表里查名称，或先在名录中添加。"
    hint_en = f"The nearest are: {', '.join(near)}." if near else "See the second sheet, or add it to the directory."
    return Text(f"名录中没有“{written}”。{hint_zh}", f"{written} is not in the directory. {hint_en}")
