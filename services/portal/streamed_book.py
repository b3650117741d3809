"""A workbook that is sent while it is made: of millions of rows no more is held than what is on its way. Pure.

What `list_writing` does with a library takes minutes for so many; here a row is a piece of XML that is filled in. Each
text stands once in the file, and a text that begins like a formula is marked as text, as in every list.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, cast
from xml.sax.saxutils import escape

# Below the name, what is said of it, and the headings.
_FIRST_ROW = 4
# Excel ends a sheet at 1,048,576 rows.
MOST_ROWS = 1_000_000
_LOOKS_LIKE_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LONGEST_CELL = 32_767
# What XML has no place for.
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_FIRST_DAY = dt.date(1899, 12, 30)
# As it goes into the archive, and from there to the browser.
_PIECE = 256 * 1024
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# Which of the formats in `_STYLES` a cell has.
_PLAIN, _DAY, _HEADING, _TITLE, _MARKED = range(5)
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="3"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="14"/><name val="Calibri"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE7EEF4"/></patternFill></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1"/>'
    '<xf numFmtId="49" fontId="2" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)

Value = str | int | dt.date | None


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and the width in Latin letters; a Chinese sign is as wide as two."""

    heading: str
    width: int = 14


@dataclass(frozen=True, slots=True)
class Prepared:
    """The cells at the end of a row, as they stand in many; made by `Book.prepare`."""

    cells: str


@dataclass(frozen=True, slots=True)
class Many:
    """Rows that begin alike: `first` is their common beginning, `rests` what is prepared of each."""

    first: tuple[Value, ...]
    rests: Sequence[Prepared]


class _Outlet:
    """Where the archive writes to; it cannot be wound back, so the archive does without."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._waiting.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing waits anywhere but here."""

    def take(self) -> bytes:
        taken = b"".join(self._waiting)
        self._waiting.clear()
        return taken


class Book:
    """A workbook under way. Each method that yields must be gone through to its end, `end` the last."""

    def __init__(self) -> None:
        self._outlet = _Outlet()
        # Level 1: the texts stand aside already, and what is left repeats itself.
        self._archive = zipfile.ZipFile(cast("IO[bytes]", self._outlet), "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._texts: dict[str, int] = {}
        self._sheets: list[str] = []

    def prepare(self, values: Sequence[Value], *, after: int) -> Prepared:
        """Cells that end many rows, behind `after` others."""
        cells = [self._cell(value, after + place) for place, value in enumerate(values)]
        return Prepared("".join(cells))

    def sheet(self, name: str, said: str, columns: Sequence[Column], groups: Iterable[Many]) -> Iterator[bytes]:
        """A sheet of rows below its name, what is said of it, and headings; `name 2` and so on where one is full."""
        waiting = iter(groups)
        number, rest = 1, next(waiting, None)
        while rest is not None or number == 1:
            title = name if number == 1 else f"{name} {number}"
            self._sheets.append(title)
            with self._archive.open(f"xl/worksheets/sheet{len(self._sheets)}.xml", "w") as part:
                part.write(self._head(title, said, columns).encode())
                row, pieces, size = _FIRST_ROW, [], 0
                while rest is not None and (row == _FIRST_ROW or row + len(rest.rests) <= MOST_ROWS):
                    pieces.append(self._rows(rest, row))
                    row, size = row + len(rest.rests), size + len(pieces[-1])
                    if size > _PIECE:
                        part.write("".join(pieces).encode())
                        pieces, size = [], 0
                        yield self._outlet.take()
                    rest = next(waiting, None)
                last = f"{_letters(len(columns))}{max(_FIRST_ROW, row) - 1}"
                pieces.append(f'</sheetData><autoFilter ref="A3:{last}"/></worksheet>')
                part.write("".join(pieces).encode())
            yield self._outlet.take()
            number += 1

    def end(self) -> Iterator[bytes]:
        """What holds the sheets together."""
        with self._archive.open("xl/sharedStrings.xml", "w") as part:
            part.write(f'{_XML}<sst xmlns="{_MAIN}" uniqueCount="{len(self._texts)}">'.encode())
            for text in self._texts:
                part.write(f'<si><t xml:space="preserve">{escape(text)}</t></si>'.encode())
            part.write(b"</sst>")
        yield self._outlet.take()
        for name, content in self._frame().items():
            self._archive.writestr(name, content)
        self._archive.close()
        yield self._outlet.take()

    def _rows(self, many: Many, row: int) -> str:
        """The rows, whose numbers stand in each of their cells: not every program counts them itself."""
        first = "".join(self._cell(value, place) for place, value in enumerate(many.first))
        return "".join(
            [
                f'<row r="{number}">{(first + rest.cells).replace("#", str(number))}</row>'
                for number, rest in enumerate(many.rests, start=row)
            ]
        )

    def _cell(self, value: Value, place: int, style: int | None = None) -> str:
        """A cell with `#` for the number of its row, which no text in it can have: texts stand elsewhere."""
        where = f'r="{_letters(place + 1)}#"'
        if value is None or value == "":
            return ""
        if isinstance(value, dt.date):
            return f'<c {where} s="{_DAY}"><v>{(value - _FIRST_DAY).days}</v></c>'
        if isinstance(value, int):
            return f"<c {where}><v>{value}</v></c>"
        text = _NOT_IN_XML.sub("", value)[:_LONGEST_CELL]
        shape = style if style is not None else _MARKED if text.startswith(_LOOKS_LIKE_FORMULA) else _PLAIN
        return f'<c {where} s="{shape}" t="s"><v>{self._texts.setdefault(text, len(self._texts))}</v></c>'

    def _head(self, title: str, said: str, columns: Sequence[Column]) -> str:
        widths = "".join(
            f'<col min="{place}" max="{place}" width="{column.width}" customWidth="1"/>'
            for place, column in enumerate(columns, start=1)
        )
        headings = "".join(self._cell(column.heading, place, _HEADING) for place, column in enumerate(columns))
        rows = (self._cell(title, 0, _TITLE), self._cell(said, 0), headings)
        return (
            f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
            '<pane ySplit="3" topLeftCell="A4" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
            f"<cols>{widths}</cols><sheetData>"
            + "".join(
                f'<row r="{number}">{cells.replace("#", str(number))}</row>'
                for number, cells in enumerate(rows, start=1)
            )
        )

    def _frame(self) -> dict[str, str]:
        numbers = range(1, len(self._sheets) + 1)
        kinds = [(f"/xl/worksheets/sheet{number}.xml", "worksheet") for number in numbers]
        kinds += [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
        kinds += [("/xl/sharedStrings.xml", "sharedStrings")]
        parts = [(f"worksheets/sheet{number}.xml", "worksheet") for number in numbers]
        parts += [("styles.xml", "styles"), ("sharedStrings.xml", "sharedStrings")]
        sheets = "".join(
            f'<sheet name="{escape(name, {chr(34): "&quot;"})}" sheetId="{number}" r:id="rId{number}"/>'
            for number, name in enumerate(self._sheets, start=1)
        )
        return {
            "xl/styles.xml": _STYLES,
            "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
            f"<sheets>{sheets}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": _relations(parts),
            "_rels/.rels": _relations([("xl/workbook.xml", "officeDocument")]),
            "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
            f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            + "".join(f'<Override PartName="{name}" ContentType="{_TYPE}.{kind}+xml"/>' for name, kind in kinds)
            + "</Types>",
        }


def _letters(number: int) -> str:
    """The name of a column, counted from 1: A to Z, then AA and so on."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _relations(parts: Iterable[tuple[str, str]]) -> str:
    return (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
            for number, (target, kind) in enumerate(parts, start=1)
        )
        + "</Relationships>"
    )
