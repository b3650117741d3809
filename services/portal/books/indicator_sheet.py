"""The workbook of indicators: what its columns are called, and what a filled one says. Pure; its words are Chinese.

Whoever defines indicators does so in the county's language, and a workbook that came out of a page in another language
goes in again on every page.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shared.calling.archive import open_workbook
from shared.errors import Invalid
from shared.text import Text
from shared.typed_text import tidy

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

TYPES = {
    "flow": "流量",
    "stock": "存量",
    "ratio": "比率",
    "ceiling": "上限",
    "zero": "零指标",
    "trend": "走势",
    "external": "外部数据",
}
PERIODS = {"month": "月", "quarter": "季度", "half_year": "半年", "year": "年"}
YES, NO = "是", "否"
HEADINGS = {
    "code": "代码",
    "name": "名称",
    "definition": "口径",
    "unit_of_measure": "计量单位",
    "decimals": "小数位数",
    "period_kind": "报告期",
    "type": "类型",
    "numerator": "分子",
    "denominator": "分母",
    "formula": "公式",
    "bound": "上限",
    "may_be_negative": "可为负数",
    "source": "来源",
    "owner": "责任单位",
    "basis_by": "制定机关",
    "basis_number": "批准文号",
    "basis_until": "有效期至",
    "valid_from": "启用日期",
    "valid_to": "停用日期",
    "is_invented": "示例",
}
WIDTHS = {"definition": 60, "name": 28, "formula": 28}
# Above it stand a title and the moment of an export, or nothing.
DEEPEST_HEADINGS = 10
MOST_LINES = 1000
# Beyond it Excel marks a sheet as used that only has a border somewhere.
MOST_ROWS = 5000
MOST_COLUMNS = 60
_FLAGS = frozenset({"may_be_negative", "is_invented"})
_DAYS = frozenset({"basis_until", "valid_from", "valid_to"})
_WHOLE = re.compile(r"-?[0-9]{1,9}(?:\.0+)?")

NO_HEADINGS = Text(
    "没有找到表头。表头要有“代码”和“名称”两列，可以先下载模板。",
    "No headings were found. There must be columns 代码 and 名称; the template has them.",
)
NO_LINES = Text("表头下面没有内容。", "There is nothing below the headings.")
TOO_MANY = Text(
    f"一次最多导入 {MOST_LINES} 行，请分成几个文件。", f"At most {MOST_LINES} lines at once. Please split the file."
)
TOO_LARGE = Text(
    "表里有内容或格式的范围太大，请只留下指标这几列和要导入的行，另存后再上传。",
    "Too much of the sheet has contents or formats. Please keep only the columns and lines to import and save it.",
)
WRONG_CELLS = Text(
    "文件里有错误，一行也没有导入。请按下面的行和列改好后重新上传。",
    "There are errors in the file and nothing was imported. Please correct the lines below and upload it again.",
)
IS_FORMULA = Text("这里是公式。请复制后用“选择性粘贴—数值”。", "This is a formula. Please paste its value instead.")
IS_ERROR = Text("这里是错误值，请改成文字或数字。", "This is an error value. Please write a text or a number.")
# Cells that show something which nobody typed, by the library's letter for them.
_NO_CONTENT = {"f": IS_FORMULA, "e": IS_ERROR}


@dataclass(slots=True)
class ReadSheet:
    """`rows` as `preview_indicators` takes them; `ignored` are headings that say nothing here."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)


def read(content: bytes) -> ReadSheet:
    """What a workbook says. Invalid when it is none, too large, packed to harm, or has no headings; nothing is guessed.

    A formula is a problem at its cell: what it came out as is whatever the program that saved it last thought.
    """
    book = open_workbook(content)
    sheet = book.worksheets[0]
    if sheet.max_row > MOST_ROWS or sheet.max_column > MOST_COLUMNS:
        # What is not read must not seem to be imported.
        raise Invalid(TOO_LARGE)
    heading_row, columns, ignored = _headings(sheet)
    found = ReadSheet(ignored=ignored)
    below = sheet.iter_rows(min_row=heading_row + 1, max_col=MOST_COLUMNS)
    for line, row in enumerate(below, start=heading_row + 1):
        cells = {name: row[place] for place, name in columns.items()}
        if all(cell.value is None or not str(cell.value).strip() for cell in cells.values()):
            continue
        found.rows.append({"line": line, "cells": dict(_cells(cells))})
        found.problems += [_problem(line, name, cell) for name, cell in cells.items() if cell.data_type in _NO_CONTENT]
    if not found.rows:
        raise Invalid(NO_LINES)
    if len(found.rows) > MOST_LINES:
        raise Invalid(TOO_MANY)
    return found


def written(name: str, value: Any) -> Any:
    """What an exported cell holds for a field of an indicator."""
    if name in _FLAGS:
        return YES if value else NO
    if name == "type":
        return TYPES.get(value, value)
    if name == "period_kind":
        return PERIODS.get(value, value)
    return value


def in_words(name: str, text: str) -> str:
    """A field as `FieldChange` has it, in the words of the sheet."""
    if name in _FLAGS:
        return YES if text == "true" else NO
    return str(written(name, text) or "")


def _headings(sheet: Worksheet) -> tuple[int, dict[int, str], list[str]]:
    names = {heading: name for name, heading in HEADINGS.items()}
    for number, row in enumerate(sheet.iter_rows(max_row=DEEPEST_HEADINGS, max_col=MOST_COLUMNS), start=1):
        texts = [tidy(str(cell.value)) if cell.value is not None else "" for cell in row]
        if {HEADINGS["code"], HEADINGS["name"]} <= set(texts):
            columns = {place: names[text] for place, text in enumerate(texts) if text in names}
            return number, columns, [text for text in texts if text and text not in names]
    raise Invalid(NO_HEADINGS)


def _cells(cells: Mapping[str, Cell | MergedCell]) -> Iterator[tuple[str, Any]]:
    for name, cell in cells.items():
        yield name, _value(name, cell.value)


def _value(name: str, found: Any) -> Any:
    """A cell as the service takes it; what is no word of ours goes as it stands, for the service to refuse."""
    text = _text(found)
    if name in _FLAGS:
        return {YES: True, NO: False, "": False}.get(text, text)
    if name == "type":
        return {word: code for code, word in TYPES.items()}.get(text, text)
    if name == "period_kind":
        return {word: code for code, word in PERIODS.items()}.get(text, text)
    if name in _DAYS or name == "bound":
        return text or None
    if name == "decimals":
        return int(float(text)) if _WHOLE.fullmatch(text) else text or 0
    return text


def _text(found: Any) -> str:
    if isinstance(found, bool):
        return YES if found else NO
    if isinstance(found, dt.datetime):
        return found.date().isoformat()
    if isinstance(found, float) and found.is_integer():
        return str(int(found))
    return tidy(str(found), has_lines=True) if found is not None else ""


def _problem(line: int, name: str, cell: Cell | MergedCell) -> dict[str, Any]:
    return {"line": line, "column": name, "text": _NO_CONTENT[cell.data_type].as_dict()}


def example_lines() -> Sequence[Sequence[str]]:
    """Two lines that show what is meant."""
    first = {
        "code": "JY01", "name": "城镇新增就业人数", "definition": "报告期内城镇新就业人数减去自然减员人数",
        "unit_of_measure": "人", "decimals": "0", "period_kind": "月", "type": "流量", "may_be_negative": NO,
        "owner": "县人社局", "valid_from": "2026-01-01",
    }  # fmt: skip
    second = {
        "code": "JY09", "name": "就业困难人员占比", "definition": "就业困难人员就业人数占城镇新增就业人数的比例",
        "unit_of_measure": "%", "decimals": "1", "period_kind": "月", "type": "比率", "numerator": "JY03",
        "denominator": "JY01", "may_be_negative": NO, "valid_from": "2026-01-01",
    }  # fmt: skip
    return [[line.get(name, "") for name in HEADINGS] for line in (first, second)]
