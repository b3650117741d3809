"""Opens uploaded bytes as a workbook, if they may be: everything in them, their sizes too, is the sender's."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from shared.calling.chunks import LARGEST_FILE, LARGEST_MEGABYTES
from shared.errors import Invalid
from shared.inspecting import workbooks
from shared.inspecting.markup import BROKEN, DoctypeError, UnpacksToMoreError
from shared.inspecting.workbooks import MOST, Most
from shared.text import Text

if TYPE_CHECKING:
    from openpyxl import Workbook

# More than one person can look through.
MOST_ROWS = 5000
# A workbook with a picture in every row has more, and is no list.
MOST_ENTRIES = 500
# Empty cells pack well; a bomb packs better.
MOST_RATIO = 200

EMPTY = Text(
    "文件里没有可导入的行，请用模板填写后再上传。", "The file has no rows to import. Please fill in the template."
)
TOO_LARGE = Text(
    f"文件太大：最多{LARGEST_MEGABYTES} MB、{MOST_ROWS}行。请分成几份，或删去图片和空白行。",
    f"The file is too large: at most {LARGEST_MEGABYTES} MB and {MOST_ROWS} rows. "
    "Please split it, or remove pictures and blank rows.",
)
OLD_EXCEL = Text(
    "这是旧的 .xls 文件或设有密码的文件。请在 Excel 或 WPS 里取消密码，另存为 .xlsx 再上传。",
    "This is an old .xls file or one with a password. Please remove the password and save it as .xlsx.",
)
NO_WORKBOOK = Text(
    "这不是 Excel 表格（.xlsx）。CSV、文本或改了扩展名的文件，请在 Excel 或 WPS 里打开后另存为 .xlsx。",
    "This is no Excel workbook (.xlsx). Please open a CSV, text or renamed file in Excel or WPS and save it as .xlsx.",
)
DAMAGED = Text(
    "文件已损坏或没有传完整，请重新保存后再上传。",
    "The file is damaged or did not arrive whole. Please save it again and upload it again.",
)


def open_workbook(
    content: bytes, *, most: Most = MOST, too_large: Text = TOO_LARGE, is_read_by_row: bool = False
) -> Workbook:
    """The workbook. Invalid for what is none, is damaged, or holds more than `most`, counted before it is opened.

    A reader that takes row by row may allow more; `too_large` says what it takes then.
    """
    check_archive(content, most=most, too_large=too_large)
    from openpyxl import load_workbook

    try:
        return load_workbook(io.BytesIO(content), read_only=is_read_by_row, keep_links=False)
    except MemoryError:
        # The limit of this process, and no fault of the file's form.
        raise
    # openpyxl raises whatever a damaged part makes it stumble over; a file of the sender's is no defect of ours.
    except Exception as error:
        raise Invalid(DAMAGED) from error


def check_archive(content: bytes, *, most: Most = MOST, too_large: Text = TOO_LARGE) -> None:
    """Refuse what is no workbook, would fill the memory, or holds more than `most`; nothing of it is kept."""
    if not content.strip(b"\0\r\n\t "):
        raise Invalid(EMPTY)
    if len(content) > LARGEST_FILE:
        raise Invalid(too_large)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Invalid(OLD_EXCEL)
    if not content.startswith(b"PK"):
        raise Invalid(NO_WORKBOOK)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive.infolist(), len(content), most, too_large)
            workbooks.inspect(archive, most)
    except UnpacksToMoreError as error:
        raise Invalid(too_large) from error
    except (DoctypeError, *BROKEN) as error:
        raise Invalid(DAMAGED) from error


def _check_parts(entries: list[zipfile.ZipInfo], size: int, most: Most, too_large: Text) -> None:
    """Refuse by what the archive says of itself, before any of it is unpacked."""
    unpacked = sum(entry.file_size for entry in entries)
    is_bomb = unpacked > most.unpacked or (unpacked > 1_000_000 and unpacked > MOST_RATIO * size)
    if is_bomb or len(entries) > MOST_ENTRIES:
        raise Invalid(too_large)
    if not any(entry.filename == "xl/workbook.xml" for entry in entries):
        raise Invalid(NO_WORKBOOK)
