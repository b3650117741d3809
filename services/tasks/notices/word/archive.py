"""The parts of a .docx that hold text, unpacked within limits, so that no archive can fill the memory.

Sizes are checked as declared before anything is unpacked, and again while unpacking, since a header may lie.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree as SafeTree  # type: ignore[import-untyped]
from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]

from services.tasks.notices.errors import NoticeUnreadableError
from services.tasks.notices.word import counting
from shared.inspecting.markup import DoctypeError
from shared.text import Text

# A document with a hundred pictures has fewer.
MAX_ENTRIES = 2_000
# Of all parts together, whatever the archive says of itself.
MAX_UNPACKED = 200 * 1024 * 1024
# A part is parsed as a whole, in memory.
MAX_PART = 24 * 1024 * 1024
# Text packs well; what packs better than this is a bomb.
MAX_RATIO = 150
_RATIO_MATTERS_FROM = 1024 * 1024
_CHUNK = 64 * 1024

_DAMAGED = Text(
    "Word 文件已损坏或没有传完：请用 Word 或 WPS 打开后另存为 .docx，再重新导入。",
    "The Word file is damaged or incomplete: open it in Word or WPS, save it as .docx, and try again.",
)
_BOMB = Text(
    "文件解压后大得不正常，已停止读取：请用 Word 或 WPS 另存一份，去掉图片和附件后再导入。",
    "The file unpacks to an abnormal size and was not read: save a copy without pictures and annexes and try again.",
)
_LOCKED = Text("文件加了密码：请去掉密码后再导入。", "The file has a password: remove it and try again.")
_NO_WORD = Text(
    "这是压缩包、表格或其他文件，不是 Word 文档：请导入通知本身的 .docx、.pdf 或 .txt；表格请打开后复制，粘贴成正文。",
    "This is an archive, a workbook or another file, not a Word document: use the notice's own .docx, .pdf or "
    ".txt; copy a "
    "table out of a workbook and paste it.",
)

RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_PARTS = {"numbering": "numbering.xml", "styles": "styles.xml"}


class Archive:
    """An opened .docx whose parts are parsed on demand."""

    def __init__(self, opened: zipfile.ZipFile) -> None:
        self._zip = opened
        self._names = set(opened.namelist())
        self.document_name = self._find_document()

    def document(self) -> Element:
        """The document itself."""
        return self._parse(self.document_name)

    def part(self, kind: str) -> Element | None:
        """Return the part `numbering` or `styles`, or None when the document has none."""
        name = f"{self.document_name.rpartition('/')[0]}/{_PARTS[kind]}".lstrip("/")
        return self._parse(name) if name in self._names else None

    def _find_document(self) -> str:
        if "_rels/.rels" in self._names:
            for relation in self._parse("_rels/.rels").iter(f"{RELATIONSHIPS}Relationship"):
                target = relation.get("Target", "").lstrip("/")
                is_document = relation.get("Type", "").endswith("/officeDocument") and target in self._names
                # A workbook or a slide show has the same relation, to another kind of part.
                if is_document and not target.startswith(("xl/", "ppt/")):
                    return target
        if "word/document.xml" in self._names:
            return "word/document.xml"
        raise NoticeUnreadableError(_NO_WORD)

    def _parse(self, name: str) -> Element:
        content = b"".join(self._chunks(name))
        try:
            counting.inspect(content)
            root: Element = SafeTree.fromstring(content, forbid_dtd=True)
        except (DoctypeError, ParseError, DefusedXmlException, ValueError, LookupError) as error:
            raise NoticeUnreadableError(_DAMAGED) from error
        return root

    def _chunks(self, name: str) -> Iterator[bytes]:
        read = 0
        try:
            with self._zip.open(name) as part:
                while chunk := part.read(_CHUNK):
                    read += len(chunk)
                    if read > MAX_PART:
                        raise NoticeUnreadableError(_BOMB)
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError) as error:
            raise NoticeUnreadableError(_DAMAGED) from error


def open_archive(content: bytes) -> Archive:
    """The parts of a .docx. Raises NoticeUnreadableError for what is none, is damaged, or would fill the memory."""
    try:
        opened = zipfile.ZipFile(io.BytesIO(content))
        _check_declared(opened)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError, RuntimeError) as error:
        raise NoticeUnreadableError(_DAMAGED) from error
    return Archive(opened)


def _check_declared(opened: zipfile.ZipFile) -> None:
    entries = opened.infolist()
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise NoticeUnreadableError(_BOMB)
    for entry in entries:
        if entry.file_size > _RATIO_MATTERS_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise NoticeUnreadableError(_BOMB)
        if entry.flag_bits & 0x1:
            raise NoticeUnreadableError(_LOCKED)
