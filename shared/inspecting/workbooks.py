"""Whether a workbook holds no more than a reader of workbooks can take: counted before any of it is opened. Pure.

A reader makes an object of every cell, of every cell of a merged range, and of every cell that a link stands on: six
kilobytes of a file can say that this is the whole sheet, of 17 thousand million cells.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.inspecting.markup import Unpacking, refusal, shortened, walk

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_RANGE = re.compile(r"\$?([A-Za-z]{1,3})?\$?([0-9]{1,9})?(?::\$?([A-Za-z]{1,3})?\$?([0-9]{1,9})?)?")
_SHEETS = "xl/worksheets/"
# What a range stands on, of whose cells the reader makes objects.
_EXPANDED = {"mergeCell": "merged", "hyperlink": "linked", "comment": "linked"}
_LISTED = frozenset({"dataValidation", "conditionalFormatting"})
_WORDS = {"merged": ("合并单元格", "merged cells"), "linked": ("超链接或批注", "a link or comment")}


@dataclass(frozen=True, slots=True)
class Most:
    """What a workbook may hold: bytes of all parts unpacked; cells, elements and ranges of all sheets together.

    The largest list is 5,000 rows of a dozen columns, 60,000 cells. Five times as many leave room for lines that only
    have borders, and for lists of names on other sheets. Merged cells are some of these; a title may be merged across
    a whole sheet of 16,384 columns. A link stands on one cell, or on a column of the list. Rules of input and colours
    often hold for a whole column, which costs nothing, but there are no thousands of their ranges.
    """

    unpacked: int = 25_000_000
    cells: int = 300_000
    merged: int = 200_000
    linked: int = 50_000
    ranges: int = 20_000

    @property
    def elements(self) -> int:
        """A cell has its value and perhaps a text with its parts; styles and rules are the rest."""
        return 4 * self.cells + 300_000


MOST = Most()


def area(written: str) -> int:
    """How many cells a range such as A1:C3, B:B or 2:7 has; 0 for what is none, which no reader takes either."""
    found = _RANGE.fullmatch(written)
    if found is None or not written:
        return 0
    first_column, first_row, last_column, last_row = found.groups()
    whole = ":" in written
    columns = _distance(_number(first_column), _number(last_column), LAST_COLUMN, is_range=whole)
    rows = _distance(_row(first_row), _row(last_row), LAST_ROW, is_range=whole)
    return columns * rows


def inspect(archive: zipfile.ZipFile, most: Most = MOST) -> None:
    """Refuse a workbook that holds more than `most`, in a sentence that says what is too much, and where.

    Raises UnpacksToMoreError and DoctypeError of `markup`, and `BROKEN` for a damaged archive.
    """
    unpacking = Unpacking(archive, most.unpacked)
    counted = _Counted(most)
    for entry in archive.infolist():
        counted.part = entry.filename
        walk(unpacking.chunks(entry), counted.element)


def _distance(first: int | None, last: int | None, most: int, *, is_range: bool) -> int:
    if first is None and last is None:
        return most
    if not is_range or first is None or last is None:
        return 1 if not is_range else most
    return abs(last - first) + 1


def _number(letters: str | None) -> int | None:
    if not letters:
        return None
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _row(digits: str | None) -> int | None:
    return int(digits) if digits else None


@dataclass(slots=True)
class _Counted:
    """The counts so far, of all parts; `part` is the one that is read now."""

    most: Most
    part: str = ""
    elements: int = 0
    cells: int = 0
    strings: int = 0
    merged: int = 0
    linked: int = 0
    ranges: int = 0

    def element(self, name: str, attributes: Mapping[str, str]) -> None:
        self.elements += 1
        if self.elements > self.most.elements:
            raise self._too_many(self.most.elements, "内容", "elements")
        if name == "c":
            self.cells += 1
            if self.cells > self.most.cells:
                raise self._too_many(self.most.cells, "单元格", "cells")
        elif name in _EXPANDED:
            self._expanded(_EXPANDED[name], attributes.get("ref", ""))
        elif name in _LISTED:
            self._listed(attributes.get("sqref", ""))

    def _expanded(self, what: str, ref: str) -> None:
        most: int = getattr(self.most, what)
        total: int = getattr(self, what) + max(area(ref), 1)
        setattr(self, what, total)
        if total > most:
            raise self._too_wide(what, ref, most)

    def _listed(self, sqref: str) -> None:
        self.ranges += 1 + sqref.count(" ")
        if self.ranges > self.most.ranges:
            raise self._too_many(self.most.ranges, "数据有效性或条件格式的区域", "ranges of validations and formats")

    @property
    def _where(self) -> str:
        return shortened(self.part.removeprefix(_SHEETS).removesuffix(".xml"))

    def _too_many(self, most: int, zh: str, en: str) -> Any:
        return refusal(
            f"Excel 表格里的{zh}太多（到“{self._where}”已超过 {most}）。"
            "请只留下要导入的工作表，选中数据下面和右边的空白行列，删除后另存，再上传。",
            f"The workbook has too many {en} (more than {most} up to “{self._where}”). Please keep only the sheet to "
            "import, delete the blank rows and columns below and beside its data, save it and upload it again.",
        )

    def _too_wide(self, what: str, ref: str, most: int) -> Any:
        zh, en = _WORDS[what]
        return refusal(
            f"工作表“{self._where}”有{zh} {shortened(ref)}，范围太大（一共最多 {most} 格）。"
            "请取消整行、整列或整张表的合并和链接，只用在有数据的格子上，另存后再上传。",
            f"The sheet “{self._where}” has {en} at {shortened(ref)}, too wide (at most {most} cells in all). Please "
            "undo merges and links of whole rows, columns or sheets, save the workbook and upload it again.",
        )
