"""What a workbook of a report that was filled in says. Pure; everything in it is the sender's."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from services.portal.books.layout import (
    CODE,
    FIRST_OF_MANY,
    FORMAT,
    HEADING_ROW,
    ID,
    IDENTITY,
    LARGEST_COLUMN,
    LARGEST_ROW,
    SHEET,
    TOTAL,
    WITHOUT,
    WITHOUT_MARK,
)
from shared.calling.archive import open_workbook
from shared.errors import Invalid
from shared.text import Text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

NOT_OURS = Text(
    "这不是从报表下载的填报表。请在报表页面重新下载，填好后再上传。",
    "This workbook was not downloaded from a report. Please download it from the report's page and fill that one in.",
)
CHANGED_ROWS = Text(
    "行被移动、插入或删除过，对不上指标。请重新下载填报表再填。",
    "Rows were moved, inserted or deleted, so they fit no indicator. Please download the workbook again.",
)
IS_FORMULA = Text("这里是公式。请复制后用“选择性粘贴—数值”。", "This is a formula. Please paste its value instead.")
IS_ERROR = Text("这里是错误值，请改成数字。", "This is an error value. Please write a number.")
NOT_A_FIGURE = Text("这里是日期或是否值，请改成数字。", "This is a date or a truth value. Please write a number.")


@dataclass(frozen=True, slots=True)
class FilledCell:
    """What stands in the workbook for one indicator of one submission; `place` such as F7."""

    place: str
    indicator_id: int
    typed: str
    typed_total: str = ""
    no_figure: str = ""
    was: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class FilledForm:
    """One submission of a workbook, on the version that it was downloaded from."""

    submission_id: int
    version: int
    definition: str
    cells: tuple[FilledCell, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a cell, or with the whole workbook when `place` is empty."""

    place: str
    text: Text


@dataclass(frozen=True, slots=True)
class Filled:
    """A workbook as it came back: its forms, and what is wrong with it."""

    report_id: int
    period: str
    forms: tuple[FilledForm, ...]
    problems: tuple[Problem, ...]


def read(content: bytes) -> Filled:
    """What a workbook says. Invalid when it is none of ours, too large, damaged, or packed to harm."""
    book = open_workbook(content)
    if IDENTITY not in book.sheetnames or SHEET not in book.sheetnames:
        raise Invalid(NOT_OURS)
    identity = _identity(book[IDENTITY])
    sheet = book[SHEET]
    problems: list[Problem] = []
    by_column: dict[int, list[FilledCell]] = {form["column"]: [] for form in identity["forms"]}
    rows = list(_rows_of_lines(sheet, identity["codes"], problems))
    for row, indicator_id in rows:
        for form in identity["forms"]:
            was = form["was"].get(str(indicator_id))
            by_column[form["column"]].append(
                _filled(sheet, row, form["column"], indicator_id, is_one=identity["is_one"], was=was, problems=problems)
            )
    forms = tuple(
        FilledForm(form["submission_id"], form["version"], identity["definition"], tuple(by_column[form["column"]]))
        for form in identity["forms"]
    )
    return Filled(identity["report_id"], identity["period"], forms, tuple(problems))


def _identity(sheet: Worksheet) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(str(sheet.cell(1, 1).value))
        rows = sheet.iter_rows(min_row=2, max_row=min(sheet.max_row, LARGEST_COLUMN), max_col=1, values_only=True)
        found["forms"] = [json.loads(str(row[0])) for row in rows]
        is_ours = found["format"] == FORMAT and all(
            isinstance(form[name], int) for form in found["forms"] for name in ("submission_id", "version", "column")
        )
        is_ours = (
            is_ours and isinstance(found["codes"], dict) and all(isinstance(f["was"], dict) for f in found["forms"])
        )
        is_ours = is_ours and all(FIRST_OF_MANY <= f["column"] <= LARGEST_COLUMN for f in found["forms"])
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid(NOT_OURS) from error
    if not is_ours or not found["forms"]:
        raise Invalid(NOT_OURS)
    return found


def _rows_of_lines(sheet: Worksheet, codes: Mapping[str, str], problems: list[Problem]) -> Iterator[tuple[int, int]]:
    """The rows that hold a figure, with its indicator; a row whose code is another one's was moved."""
    seen: set[str] = set()
    for row in range(HEADING_ROW + 1, min(sheet.max_row, LARGEST_ROW) + 1):
        hidden, code = sheet.cell(row, ID).value, sheet.cell(row, CODE).value
        if hidden is None:
            continue
        known = codes.get(str(hidden))
        if known is None or known != code or str(hidden) in seen:
            problems.append(Problem(sheet.cell(row, CODE).coordinate, CHANGED_ROWS))
            continue
        seen.add(str(hidden))
        yield row, int(str(hidden))
    if seen != set(codes) and not problems:
        problems.append(Problem("", CHANGED_ROWS))


def _filled(
    sheet: Worksheet,
    row: int,
    column: int,
    indicator_id: int,
    *,
    is_one: bool,
    was: Mapping[str, str] | None,
    problems: list[Problem],
) -> FilledCell:
    place = sheet.cell(row, column).coordinate
    typed = _typed(sheet, row, column, problems)
    if is_one:
        total, without = _typed(sheet, row, TOTAL, problems), _typed(sheet, row, WITHOUT, problems)
        return FilledCell(place, indicator_id, typed, total, without, was)
    if typed.startswith(WITHOUT_MARK):
        return FilledCell(place, indicator_id, "", no_figure=typed[len(WITHOUT_MARK) :].lstrip("：: "), was=was)
    return FilledCell(place, indicator_id, typed, was=was)


def _typed(sheet: Worksheet, row: int, column: int, problems: list[Problem]) -> str:
    """A cell as text: a number without what binary fractions add to it."""
    from openpyxl.cell.cell import Cell

    cell = sheet.cell(row, column)
    value = cell.value
    is_day = isinstance(cell, Cell) and cell.is_date
    wrong: Text | None = None
    if cell.data_type == "f":
        wrong = IS_FORMULA
    elif cell.data_type == "e":
        wrong = IS_ERROR
    elif isinstance(value, bool) or is_day:
        wrong = NOT_A_FIGURE
    if wrong is not None:
        problems.append(Problem(cell.coordinate, wrong))
        return ""
    if isinstance(value, float):
        return format(Decimal(f"{value:.15g}"), "f")
    return "" if value is None else str(value).strip()
