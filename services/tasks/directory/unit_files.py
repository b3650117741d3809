"""Reads a CSV file of units, in UTF-8 or as Chinese Excel saves it, and says by line and column what is wrong.

Pure: what the directory already holds is given as an argument, nothing is stored here.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from itertools import zip_longest

from services.tasks.directory.naming import distinct
from services.tasks.directory.unit_conflicts import complaints_of
from services.tasks.directory.unit_lines import Complaint, Known, UnitLine, refuse
from services.tasks.vocabulary import ALIASES, KINDS, LONGEST_NAME, LONGEST_UNIT_CODE, NAME, UNIT_CODE
from shared.calling import complaints
from shared.calling.chunks import LARGEST_FILE, LARGEST_MEGABYTES
from shared.errors import Invalid
from shared.inspecting import texts
from shared.inspecting.texts import MostOfText
from shared.text import Text
from shared.typed_text import tidy, tidy_code

# All township-level units of the country are 41,352.
MOST_ROWS = 100_000
# Five columns, and commas within quotation marks.
MOST_OF_TEXT = MostOfText(lines=MOST_ROWS, commas=10 * MOST_ROWS)

COLUMNS = {
    "code": ("代码", "编码", "单位代码", "单位编码"),
    "name": ("名称", "单位名称"),
    "kind": ("类型", "类别", "单位类型", "单位类别"),
    "parent_code": ("上级代码", "上级编码", "上级单位代码", "上级单位编码"),
    "aliases": ("别名",),
}
REQUIRED = ("code", "name", "kind")
OPTIONAL = ("parent_code", "aliases")
_COLUMN_OF = {word: name for name, others in COLUMNS.items() for word in (name, *others)}
KIND_WORDS = dict(zip(("县", "领导小组", "牵头单位", "部门", "乡镇", "村"), KINDS, strict=True))

EMPTY = Text("文件是空的，请检查后重新上传。", "The file is empty. Please check it and upload it again.")
TOO_LARGE = Text(
    f"文件太大：最多{LARGEST_MEGABYTES} MB、{MOST_ROWS}行。请分成几个文件。",
    f"The file is too large: at most {LARGEST_MEGABYTES} MB and {MOST_ROWS} rows. Please split it.",
)
NOT_CSV = Text(
    "这不是CSV文本文件。在Excel里请用“另存为”，选“CSV UTF-8（逗号分隔）”。",
    "This is no CSV text file. In Excel please use “Save as” and choose “CSV UTF-8 (comma delimited)”.",
)


@dataclass(frozen=True, slots=True)
class UnitFile:
    """The lines of a file; which of the optional columns it lacks, and the headings that no column goes by."""

    lines: tuple[UnitLine, ...]
    absent: tuple[str, ...]
    ignored: tuple[str, ...]


def read_units(content: bytes, known: Known) -> UnitFile:
    """Return what the file says; Invalid with all complaints at once when one of its lines is wrong.

    What the file names again replaces what the directory knows under that code.
    """
    header, rows = _rows(_decode(content))
    columns = _columns(header)
    lines: list[UnitLine] = []
    wrong: list[Complaint] = []
    for number, cells in rows:
        line = _line(number, dict(zip_longest(columns, cells[: len(columns)], fillvalue="")))
        lines.append(line)
        wrong += [*_unfit(line), *_overhanging(number, columns, cells)]
    wrong += complaints_of(lines, known)
    if wrong:
        raise refuse(wrong)
    if not lines:
        raise Invalid(EMPTY)
    ignored = [cell for cell, column in zip(header, columns, strict=True) if cell and not column]
    return UnitFile(tuple(lines), tuple(name for name in OPTIONAL if name not in columns), tuple(ignored))


def _decode(content: bytes) -> str:
    if not content.strip():
        raise Invalid(EMPTY)
    if len(content) > LARGEST_FILE:
        raise Invalid(TOO_LARGE)
    if b"\0" in content:
        raise Invalid(NOT_CSV)
    texts.inspect(content, MOST_OF_TEXT)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(NOT_CSV)


def _rows(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The tidy headings, and the tidy cells of each line that has any, with the line's number."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = list(map(tidy, next(reader)))
        rows: list[tuple[int, list[str]]] = []
        for cells in reader:
            tidied = list(map(tidy, cells))
            if len(rows) >= MOST_ROWS:
                raise Invalid(TOO_LARGE)
            if any(tidied):
                rows.append((reader.line_num, tidied))
    except (csv.Error, StopIteration) as error:
        raise Invalid(NOT_CSV) from error
    return header, rows


def _columns(header: list[str]) -> list[str]:
    """The column of each heading, "" for one that is none; Invalid when one is missing or stands there twice."""
    columns = [_column(cell) for cell in header]
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        wanted = "、".join(COLUMNS[name][0] for name in missing)
        raise Invalid(
            Text(
                f"第1行没有这些列：{wanted}。第1行应是列名：代码,名称,类型,上级代码,别名。",
                f"Line 1 lacks these columns: {', '.join(missing)}. "
                "It must name the columns: code,name,kind,parent_code,aliases.",
            )
        )
    twice = next((name for name in COLUMNS if columns.count(name) > 1), None)
    if twice:
        raise Invalid(
            Text(
                f"第1行的“{COLUMNS[twice][0]}”列出现了不止一次，请只留一列。",
                f"Line 1 names the column {twice} more than once. Please leave only one.",
            )
        )
    return columns


def _column(heading: str) -> str:
    return _COLUMN_OF.get(heading.lower().replace(" ", "_"), "")


def _line(number: int, row: dict[str, str]) -> UnitLine:
    """The line from its cells by column; a column that the file has and the line leaves out is empty."""
    return UnitLine(
        line=number,
        code=tidy_code(row["code"]),
        name=row["name"],
        kind=KIND_WORDS.get(row["kind"], row["kind"]),
        parent_code=tidy_code(row["parent_code"]) if "parent_code" in row else None,
        aliases=_aliases(row["aliases"], row["name"]) if "aliases" in row else None,
    )


def _aliases(cell: str, name: str) -> tuple[str, ...]:
    return tuple(distinct(filter(None, map(tidy, re.split("[|｜、]", cell))), but=name))


def _lacking(column: str) -> Text:
    return Text(f"缺少{COLUMNS[column][0]}。", f"The {column} is missing.")


def _no_kind(kind: str) -> Text:
    return Text(
        f"没有“{kind}”这种类型，请用：{'、'.join(KIND_WORDS)}。",
        f"There is no kind {kind}. Please use one of: {', '.join(KINDS)}.",
    )


def _unfit(line: UnitLine) -> list[Complaint]:
    """Complain of what is missing, too long, no code, no kind, or holds signs that cannot be kept."""
    found: list[tuple[str, Text | None]] = [
        *((column, _lacking(column)) for column in REQUIRED if not getattr(line, column)),
        ("kind", _no_kind(line.kind) if line.kind and line.kind not in KINDS else None),
        ("code", complaints.of_text(line.code, UNIT_CODE, LONGEST_UNIT_CODE)),
        ("code", complaints.of_code(line.code, UNIT_CODE)),
        ("parent_code", complaints.of_code(line.parent_code or "", UNIT_CODE)),
        ("name", complaints.of_text(line.name, NAME, LONGEST_NAME)),
        *(("aliases", complaints.of_text(alias, ALIASES, LONGEST_NAME)) for alias in line.aliases or ()),
    ]
    return [Complaint(line.line, column, text) for column, text in found if text]


def _overhanging(number: int, columns: list[str], cells: list[str]) -> list[Complaint]:
    """Complain of cells beyond the last column: a comma in a name has moved them, and something would be lost."""
    beyond = next(filter(None, cells[len(columns) :]), "")
    last = next(filter(None, reversed(columns)))
    return [Complaint(number, last, _beyond(beyond))] if beyond else []


def _beyond(cell: str) -> Text:
    return Text(
        f"这一行比第1行的列名多出了“{cell}”。内容里有逗号时请加双引号，多个别名请用 | 分开。",
        f"This line has {cell} beyond the last column. Please put quotation marks around what has a comma in it, "
        "and part other names by |.",
    )
