"""Whether uploaded bytes are a workbook that may be unpacked; everything in it, its sizes too, is the sender's."""

from __future__ import annotations

import io
import zipfile

from shared.calling.chunks import LARGEST_FILE, LARGEST_MEGABYTES
from shared.errors import Invalid
from shared.text import Text

# More than one person can look through.
MOST_ROWS = 5000
# Of all parts together, whatever the archive says of itself.
MOST_UNPACKED = 25_000_000
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


def check_archive(content: bytes, *, most_unpacked: int = MOST_UNPACKED, too_large: Text = TOO_LARGE) -> None:
    """Refuse what is no workbook, or would fill the memory, before any of it is unpacked.

    A reader that takes cells as they are unpacked may allow more; `too_large` says what it takes then.
    """
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
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Invalid(DAMAGED) from error
    unpacked = sum(entry.file_size for entry in entries)
    is_bomb = unpacked > most_unpacked or (unpacked > 1_000_000 and unpacked > MOST_RATIO * len(content))
    if is_bomb or len(entries) > MOST_ENTRIES:
        raise Invalid(too_large)
    if not any(entry.filename == "xl/workbook.xml" for entry in entries):
        raise Invalid(NO_WORKBOOK)
