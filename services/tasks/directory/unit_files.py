"""Reads a CSV file of units, in UTF-8 or as Chinese Excel saves it, and says by line and column what is wrong.

Pure: what the directory already holds is given as an argument, nothing is stored here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.tasks.vocabulary import KINDS, LONGEST_NAME, LONGEST_UNIT_CODE
from shared.calling.chunks import LARGEST_FILE, LARGEST_MEGABYTES
from shared.calling.params import complain_of_text
from shared.errors import Invalid
from shared.text import Text

# All township-level units of the country are 41,352.
MOST_ROWS = 100_000
MOST_COMPLAINTS = 200

COLUMNS = {
    "code": ("编码", "代码", "单位编码"),
    "name": ("名称", "单位名称"),
    "kind": ("类别", "类型", "单位类别"),
    "parent_code": ("上级编码", "上级单位编码"),
    "aliases": ("别名",),
}
REQUIRED = ("code", "name", "kind")
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
WRONG_ROWS = Text(
    "文件里有错误，一行也没有导入。请按下面的行和列改好后重新上传。",
    "There are errors in the file and nothing was imported. Please mend the lines below and upload it again.",
)


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One line of the file; `line` is counted as a text editor does."""

    line: int
    code: str
    name: str
    kind: str
    parent_code: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Complaint:
    line: int
    column: str
    text: Text

    def as_dict(self) -> dict[str, Any]:
        return {"line": self.line, "column": self.column, "text": self.text.as_dict()}


@dataclass(frozen=True, slots=True)
class Existing:
    """A unit that the directory holds already."""

    name: str
    parent_code: str


def refuse(complaints: Iterable[Complaint]) -> Invalid:
    rows = [complaint.as_dict() for complaint in sorted(complaints, key=lambda one: (one.line, one.column))]
    return Invalid(WRONG_ROWS, {"rows": rows[:MOST_COMPLAINTS]})


def read_units(content: bytes, existing: Mapping[str, Existing]) -> list[UnitLine]:
    """Return the lines of the file; Invalid with all complaints at once when one of them is wrong.

    `existing` maps the codes in the directory; what the file names again replaces it. The outcome must be a tree
    without circles whose codes and names are unique.
    """
    rows = _rows(_decode(content))
    lines: list[UnitLine] = []
    complaints: list[Complaint] = []
    for number, row in rows:
        line, wrong = _line(number, row)
        lines.append(line)
        complaints += wrong
    complaints += _repeated(lines, existing)
    complaints += _misplaced(lines, existing)
    if complaints:
        raise refuse(complaints)
    if not lines:
        raise Invalid(EMPTY)
    return lines


def _decode(content: bytes) -> str:
    if not content.strip():
        raise Invalid(EMPTY)
    if len(content) > LARGEST_FILE:
        raise Invalid(TOO_LARGE)
    if b"\0" in content:
        raise Invalid(NOT_CSV)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(NOT_CSV)


def _rows(text: str) -> list[tuple[int, dict[str, str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = _header(next(reader))
        rows: list[tuple[int, dict[str, str]]] = []
        for cells in reader:
            if len(rows) >= MOST_ROWS:
                raise Invalid(TOO_LARGE)
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, dict(zip(header, (cell.strip() for cell in cells), strict=False))))
    except (csv.Error, StopIteration) as error:
        raise Invalid(NOT_CSV) from error
    return rows


def _header(cells: list[str]) -> list[str]:
    words = {word: name for name, others in COLUMNS.items() for word in (name, *others)}
    header = [words.get(cell.strip().lower().replace(" ", "_"), "") for cell in cells]
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        wanted = "、".join(f"{COLUMNS[name][0]}({name})" for name in missing)
        raise Invalid(
            Text(
                f"第1行没有这些列：{wanted}。第1行应是列名：编码,名称,类别,上级编码,别名。",
                f"Line 1 lacks these columns: {', '.join(missing)}. "
                "It must name the columns: code,name,kind,parent_code,aliases.",
            )
        )
    return header


def _line(number: int, row: dict[str, str]) -> tuple[UnitLine, list[Complaint]]:
    complaints: list[Complaint] = []
    for column in REQUIRED:
        if not row.get(column):
            zh = COLUMNS[column][0]
            complaints.append(Complaint(number, column, Text(f"缺少{zh}。", f"The {column} is missing.")))
    kind = KIND_WORDS.get(row.get("kind", ""), row.get("kind", ""))
    if kind and kind not in KINDS:
        complaints.append(
            Complaint(
                number,
                "kind",
                Text(
                    f"没有“{kind}”这种类别，请用：{'、'.join(KIND_WORDS)}。",
                    f"There is no kind {kind}. Please use one of: {', '.join(KINDS)}.",
                ),
            )
        )
    aliases = tuple(part.strip() for part in row.get("aliases", "").replace("、", "|").split("|") if part.strip())
    line = UnitLine(number, row.get("code", ""), row.get("name", ""), kind, row.get("parent_code", ""), aliases)
    complaints += _overlong(line)
    return line, complaints


def _overlong(line: UnitLine) -> list[Complaint]:
    found = [("code", complain_of_text(line.code, Text("编码", "code"), LONGEST_UNIT_CODE))]
    for column, value in [("name", line.name), *(("aliases", alias) for alias in line.aliases)]:
        found.append((column, complain_of_text(value, Text(COLUMNS[column][0], column), LONGEST_NAME)))
    return [Complaint(line.line, column, text) for column, text in found if text]


def _repeated(lines: list[UnitLine], existing: Mapping[str, Existing]) -> list[Complaint]:
    """Complain of codes and names that stand twice in the file or that another unit has."""
    complaints: list[Complaint] = []
    codes: dict[str, int] = {}
    names: dict[str, int] = {}
    named_again = {line.code for line in lines}
    taken = {unit.name: code for code, unit in existing.items() if code not in named_again}
    for line in lines:
        for column, value, seen in (("code", line.code, codes), ("name", line.name, names)):
            first = seen.setdefault(value, line.line)
            if value and first != line.line:
                complaints.append(
                    Complaint(
                        line.line,
                        column,
                        Text(
                            f"“{value}”在第{first}行已经出现过，请删去一行。",
                            f"{value} stands in line {first} already. Please remove one.",
                        ),
                    )
                )
        if line.name in taken:
            code = taken[line.name]
            complaints.append(
                Complaint(
                    line.line,
                    "name",
                    Text(
                        f"名称“{line.name}”已被编码{code}的单位使用。",
                        f"The name {line.name} belongs to the unit {code} already.",
                    ),
                )
            )
    return complaints


def _misplaced(lines: list[UnitLine], existing: Mapping[str, Existing]) -> list[Complaint]:
    """Complain of units above that do not exist and of circles."""
    above = {code: unit.parent_code for code, unit in existing.items()} | {
        line.code: line.parent_code for line in lines
    }
    complaints: list[Complaint] = []
    rooted: set[str] = {""}
    for line in lines:
        if line.parent_code and line.parent_code not in above:
            text = Text(
                f"没有编码为“{line.parent_code}”的上级单位。",
                f"There is no unit above with the code {line.parent_code}.",
            )
            complaints.append(Complaint(line.line, "parent_code", text))
        elif _is_in_circle(line.code, above, rooted):
            text = Text(
                f"“{line.name}”的上级绕了一圈又回到它自己。", f"The units above {line.name} lead back to itself."
            )
            complaints.append(Complaint(line.line, "parent_code", text))
    return complaints


def _is_in_circle(code: str, above: Mapping[str, str], rooted: set[str]) -> bool:
    path: list[str] = []
    seen: set[str] = set()
    while code not in rooted and code in above:
        if code in seen:
            return True
        seen.add(code)
        path.append(code)
        code = above[code]
    rooted.update(path)
    return False
