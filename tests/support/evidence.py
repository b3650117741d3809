"""Files to be sent as evidence, each made as its programs make them, as small as can be."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
from typing import Any
from uuid import uuid4

from openpyxl import Workbook
from PIL import Image, TiffImagePlugin

from services.portal.evidence.objects import Objects
from tests.support.tasks import Caller

# What every scanner knows and no machine is harmed by; in two parts, so that none finds it in this file.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + rb"ANTIVIRUS-TEST-FILE!$H+H*"

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def picture(form: str, *, size: tuple[int, int] = (32, 24), mode: str = "RGB") -> bytes:
    written = io.BytesIO()
    _drawn(size, mode).save(written, form)
    return written.getvalue()


def jpeg(*, size: tuple[int, int] = (32, 24), orientation: int = 1, place: bool = False, comment: bytes = b"") -> bytes:
    """A telephone's picture; with `place` it says where it was taken, and by which maker's telephone."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    if place:
        exif[0x010F] = "PhoneMaker"
        degrees = tuple(TiffImagePlugin.IFDRational(part, 1) for part in (29, 52, 7))
        exif[0x8825] = {1: "N", 2: degrees, 3: "E", 4: degrees}
    written = io.BytesIO()
    more: dict[str, Any] = {"comment": comment} if comment else {}
    _drawn(size, "RGB").save(written, "JPEG", exif=exif, **more)
    return written.getvalue()


def pdf() -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000054 00000 n \n"
        b"trailer<</Size 3/Root 1 0 R>>\nstartxref\n104\n%%EOF\n"
    )


def docx(*, content_type: str = _WORD, **parts: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Override PartName="/word/document.xml" ContentType="{content_type}"/></Types>',
        )
        archive.writestr("word/document.xml", "<w:document/>")
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return written.getvalue()


def xlsx() -> bytes:
    written = io.BytesIO()
    Workbook().save(written)
    return written.getvalue()


def old_office(*streams: str) -> bytes:
    """A compound file as programs of before 2007 write them, with an empty stream of each name."""
    names = ["Root Entry", *streams]
    entries = b"".join(_entry(name, number, len(names)) for number, name in enumerate(names))
    directory = entries.ljust(512 * -(-len(entries) // 512), b"\0")
    sectors = len(directory) // 512
    heading = struct.pack(
        "<8s16sHHHHH6xIIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\0" * 16,
        *(0x3E, 3, 0xFFFE, 9, 6),
        *(0, 1, 1, 0, 4096, _END, 0, _END, 0, 0),
    )
    heading += struct.pack("<108I", *[_FREE] * 108)
    chain = [_FAT, *(number + 2 for number in range(sectors - 1)), _END]
    fat = struct.pack("<128I", *chain, *[_FREE] * (128 - len(chain)))
    return heading + fat + directory


def _entry(name: str, number: int, names: int) -> bytes:
    written = (name + "\0").encode("utf-16-le")
    kind, child = (5, 1 if names > 1 else _FREE) if number == 0 else (2, _FREE)
    right = number + 1 if 0 < number < names - 1 else _FREE
    return written.ljust(64, b"\0") + struct.pack(
        "<HBBIII16sIQQIQ", len(written), kind, 1, _FREE, right, child, b"\0" * 16, 0, 0, 0, _END, 0
    )


def _drawn(size: tuple[int, int], mode: str) -> Image.Image:
    """Stripes, so that turning it shows."""
    drawn = Image.new(mode, size)
    for column in range(0, size[0], 3):
        drawn.paste(tuple([200, 40, 90, 120][: len(mode)]), (column, 0, column + 1, size[1]))
    return drawn


def add_file(call: Caller, duty: dict[str, Any], as_: str = "staff", **other: Any) -> dict[str, Any]:
    """What the portal tells once it has stored a file; the answer of the service of tasks."""
    file = {
        "duty_id": duty["duty_id"],
        "key": str(uuid4()),
        "name": "会议纪要.docx",
        "kind": "docx",
        "bytes": 1234,
        "sha256": "a" * 64,
        "sent_sha256": "b" * 64,
    }
    return call("add_evidence", file | other, as_=as_)


def keep_file(call: Caller, duty: dict[str, Any], objects: Objects, as_: str = "staff") -> dict[str, Any]:
    """A file that lies in the store as well, so that it can be downloaded."""
    key, content = uuid4(), pdf()
    objects.put(key, content)
    digest = hashlib.sha256(content).hexdigest()
    told = {"key": str(key), "name": "签到表.pdf", "kind": "pdf", "bytes": len(content)}
    return add_file(call, duty, as_=as_, **told, sha256=digest, sent_sha256=digest)
