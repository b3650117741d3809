"""What a file is by its content, and what is kept of it. Its name and what the browser says of it count for nothing."""

from __future__ import annotations

from dataclasses import dataclass

from services.portal.evidence.documents import (
    OLE_BEGIN,
    PDF_BEGIN,
    ZIP_BEGIN,
    check_pdf,
    office_kind,
    old_office_kind,
)
from services.portal.evidence.refusals import Reason, Refused

_PICTURES = {b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"})


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file is, and the bytes that are kept."""

    kind: str
    content: bytes


def recognise(content: bytes) -> Recognised:
    """What the file is; a picture is drawn anew, everything else is kept as it is. Raises Refused."""
    if not content.strip(b"\0\r\n\t "):
        raise Refused(Reason.EMPTY)
    picture = _picture_kind(content)
    if picture:
        from services.portal.evidence.pictures import redrawn

        return Recognised(picture, redrawn(content, picture))
    return Recognised(_document_kind(content), content)


def _picture_kind(content: bytes) -> str | None:
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    return next((kind for begin, kind in _PICTURES.items() if content.startswith(begin)), None)


def _document_kind(content: bytes) -> str:
    if content.startswith(PDF_BEGIN):
        check_pdf(content)
        return "pdf"
    if content.startswith(ZIP_BEGIN):
        return office_kind(content)
    if content.startswith(OLE_BEGIN):
        return old_office_kind(content)
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        raise Refused(Reason.HEIC)
    raise Refused(Reason.KIND)
