"""Files that are made to harm who opens them, and work that does not end."""

import hashlib
import io
import os
import time
import zipfile
from pathlib import Path

from openpyxl import Workbook


def a_workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(content := io.BytesIO())
    return content.getvalue()


def with_sheet(content: bytes, *, rows: str = "", after: str = "", more: dict[str, bytes] | None = None) -> bytes:
    """The workbook with more rows in its first sheet, elements after them, and more parts."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = part.replace(b"</sheetData>", f"{rows}</sheetData>{after}".encode())
            new.writestr(name, part)
        for name, part in (more or {}).items():
            new.writestr(name, part)
    return written.getvalue()


def merged(ref: str, content: bytes | None = None) -> bytes:
    return with_sheet(content or a_workbook(["甲"]), after=f'<mergeCells><mergeCell ref="{ref}"/></mergeCells>')


def linked(ref: str, content: bytes | None = None) -> bytes:
    link = f'<hyperlinks><hyperlink ref="{ref}" location="A1"/></hyperlinks>'
    return with_sheet(content or a_workbook(["甲"]), after=link)


def many_cells(rows: int, columns: int) -> bytes:
    """Cells without anything, in rows that do not pack so well that the file is taken for a bomb at once."""
    line = '<c s="0"/>' * columns
    marks = [hashlib.sha256(b"%d" % number).hexdigest()[:60] for number in range(rows)]
    return with_sheet(a_workbook(["甲"]), rows="".join(f'<row x="{mark}">{line}</row>' for mark in marks))


def loops() -> int:
    while True:
        pass


def sleeps() -> int:
    time.sleep(600)
    return 0


def eats() -> int:
    held = []
    while True:
        held.append(bytearray(10_000_000))


def dies() -> int:
    os.abort()


def fails() -> int:
    raise ZeroDivisionError("a defect")


def starts_another(pid_file: str) -> int:
    """A process of the reader's own, which must not outlive it."""
    if (pid := os.fork()) == 0:
        time.sleep(600)
    Path(pid_file).write_text(str(pid), "ascii")
    time.sleep(600)
    return pid


def environment() -> list[str]:
    return sorted(os.environ)
