"""Whether a PDF or an office file is that and nothing else: its parts are looked at, and none of it is opened.

Pure. Nothing that lies behind the end of a file or before its beginning is taken, so that one file cannot be two.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from xml.etree.ElementTree import Element, ParseError

import olefile
from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from services.portal.evidence.refusals import Reason, Refused

OLE_BEGIN = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_BEGIN = b"PK\x03\x04"
PDF_BEGIN = b"%PDF-"
# As readers of PDF look for its end.
PDF_TAIL = 1024
# An end of an archive without a comment behind it.
_ZIP_END = b"PK\x05\x06"
_ZIP_END_BYTES = 22
MOST_PARTS = 5000
MOST_UNPACKED = 300_000_000
LARGEST_CONTENTS = 1_000_000
CONTENTS = "[Content_Types].xml"

# What the reader of archives raises about one that is not what it says.
BROKEN = (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError, RuntimeError, zlib.error)
_OFFICE = "application/vnd.openxmlformats-officedocument"
# By the main part of an office file, what it is and what the file says that it is.
_MAIN_PARTS = {
    "/word/document.xml": ("docx", f"{_OFFICE}.wordprocessingml.document.main+xml"),
    "/xl/workbook.xml": ("xlsx", f"{_OFFICE}.spreadsheetml.sheet.main+xml"),
    "/ppt/presentation.xml": ("pptx", f"{_OFFICE}.presentationml.presentation.main+xml"),
}
_PROGRAM = re.compile(
    r"vbaproject|vbadata|macrosheets/|activex|\.(exe|dll|com|scr|msi|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|jar|lnk|html?)$",
    re.IGNORECASE,
)
# By the stream that an office file of before 2007 has, what it is.
_STREAMS = {"worddocument": "doc", "workbook": "xls", "book": "xls"}
_OLE_PROGRAMS = frozenset({"vba", "macros", "_vba_project", "_vba_project_cur", "\x01ole10native"})
_OLE_PASSWORDS = frozenset({"encryptedpackage", "encryptioninfo"})


def check_pdf(content: bytes) -> None:
    """Refuse what is no whole PDF, or goes on after its end."""
    tail = content[-PDF_TAIL:]
    end = tail.rfind(b"%%EOF")
    if end < 0 or b"startxref" not in content:
        raise Refused(Reason.DAMAGED)
    if tail[end + 5 :].strip(b"\0\r\n\t \x1a") or is_archive(content):
        raise Refused(Reason.BEHIND)


def office_kind(content: bytes) -> str:
    """What an office file of today is: docx, xlsx or pptx; the bytes begin like an archive."""
    if content[-_ZIP_END_BYTES:][:4] != _ZIP_END:
        raise Refused(Reason.BEHIND if is_archive(content) else Reason.DAMAGED)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive.infolist(), len(content))
            return _kind_said(archive)
    except BROKEN as error:
        raise Refused(Reason.DAMAGED) from error


def old_office_kind(content: bytes) -> str:
    """What an office file of before 2007, or one of WPS, is: doc or xls; the bytes begin like one."""
    if is_archive(content):
        raise Refused(Reason.BEHIND)
    try:
        with olefile.OleFileIO(io.BytesIO(content), raise_defects=olefile.DEFECT_INCORRECT) as ole:
            names = [[part.lower() for part in path] for path in ole.listdir(streams=True, storages=True)]
    except (OSError, ValueError, IndexError, KeyError, OverflowError, struct.error) as error:
        raise Refused(Reason.DAMAGED) from error
    every = {part for path in names for part in path}
    if every & _OLE_PASSWORDS:
        raise Refused(Reason.PASSWORD)
    if every & _OLE_PROGRAMS:
        raise Refused(Reason.MACROS)
    found = next((_STREAMS[path[0]] for path in names if len(path) == 1 and path[0] in _STREAMS), None)
    if found is None:
        raise Refused(Reason.KIND)
    return found


def is_archive(content: bytes) -> bool:
    """Whether a reader of archives finds one in it, wherever it begins."""
    return zipfile.is_zipfile(io.BytesIO(content))


def _check_parts(parts: list[zipfile.ZipInfo], size: int) -> None:
    """Refuse an archive that begins late, is too large, locked, or holds programs."""
    if not parts or min(part.header_offset for part in parts) != 0:
        raise Refused(Reason.BEHIND)
    names = [part.filename for part in parts]
    if len(names) != len({name.lower() for name in names}):
        raise Refused(Reason.BEHIND)
    unpacked = sum(part.file_size for part in parts)
    # Text packs well, and a bomb packs better.
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or unpacked > 10_000_000 + 200 * size:
        raise Refused(Reason.DAMAGED)
    if any(part.flag_bits & 1 for part in parts):
        raise Refused(Reason.PASSWORD)
    if any(_PROGRAM.search(name) for name in names):
        raise Refused(Reason.MACROS)


def _kind_said(archive: zipfile.ZipFile) -> str:
    try:
        contents = archive.getinfo(CONTENTS)
    except KeyError as error:
        raise Refused(Reason.KIND) from error
    if contents.file_size > LARGEST_CONTENTS:
        raise Refused(Reason.DAMAGED)
    try:
        root: Element = fromstring(archive.read(contents), forbid_dtd=True)
    except (ParseError, DefusedXmlException) as error:
        raise Refused(Reason.DAMAGED) from error
    said = {entry.get("PartName", ""): entry.get("ContentType", "") for entry in root}
    if any(re.search("macroEnabled|vbaProject", word, re.IGNORECASE) for word in said.values()):
        raise Refused(Reason.MACROS)
    names = set(archive.namelist())
    for part, (kind, content_type) in _MAIN_PARTS.items():
        if said.get(part) == content_type and part[1:] in names:
            return kind
    raise Refused(Reason.KIND)
