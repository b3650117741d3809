"""What a file is by its content: what becomes evidence, and every kind of file that does not."""

import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from services.portal.evidence.naming import LONGEST, safe_name, shown_name
from services.portal.evidence.pictures import MOST_PIXELS
from services.portal.evidence.recognising import recognise
from services.portal.evidence.refusals import SENTENCES, Reason, Refused, too_large
from shared.typed_text import has_unstorable, tidy
from tests.support.evidence import EICAR, docx, jpeg, old_office, pdf, picture, xlsx

HTML = b"<!doctype html><script>alert(1)</script>"
GIF_AND_HTML = b"GIF89a/*" + HTML + b"*/"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
EXE = b"MZ\x90\x00" + b"\0" * 200
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"


def reason(content):
    with pytest.raises(Refused) as refused:
        recognise(content)
    return refused.value.reason


def outcome_of(content):
    """The kind or the reason: whatever else a file does to its reader is a fault."""
    try:
        return recognise(content).kind
    except Refused as refused:
        return refused.reason


def an_archive(**parts):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (picture("JPEG"), "jpg"),
        (picture("PNG"), "png"),
        (picture("WEBP"), "webp"),
        (pdf(), "pdf"),
        (docx(), "docx"),
        (xlsx(), "xlsx"),
        (old_office("WordDocument"), "doc"),
        (old_office("Workbook"), "xls"),
    ],
)
def test_a_file_is_what_its_content_says(content, kind):
    assert recognise(content).kind == kind


@pytest.mark.parametrize("content", [pdf(), docx(), xlsx(), old_office("WordDocument")])
def test_a_document_is_kept_as_it_is(content):
    assert recognise(content).content == content


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", Reason.EMPTY),
        (b"\r\n \0", Reason.EMPTY),
        (HTML, Reason.KIND),
        (GIF_AND_HTML, Reason.KIND),
        (SVG, Reason.KIND),
        (EXE, Reason.KIND),
        (EICAR, Reason.KIND),
        (HEIC, Reason.HEIC),
        (an_archive(**{"notes.txt": "no office file"}), Reason.KIND),
        (an_archive(**{"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>"}), Reason.KIND),
        (an_archive(**{"[Content_Types].xml": "<!DOCTYPE x [<!ENTITY a 'b'>]><Types>&a;</Types>"}), Reason.DAMAGED),
        (docx(**{"word/vbaProject.bin": b"program"}), Reason.MACROS),
        (docx(content_type="application/vnd.ms-word.document.macroEnabled.main+xml"), Reason.MACROS),
        (docx(**{"word/embeddings/run.exe": EXE}), Reason.MACROS),
        (docx() + HTML, Reason.BEHIND),
        (docx()[:-30], Reason.DAMAGED),
        (pdf() + an_archive(**{"a.txt": "hidden"}), Reason.BEHIND),
        (pdf() + HTML, Reason.BEHIND),
        (pdf()[:60], Reason.DAMAGED),
        (old_office("WordDocument", "VBA"), Reason.MACROS),
        (old_office("EncryptedPackage"), Reason.PASSWORD),
        (old_office("SomethingElse"), Reason.KIND),
        (old_office("WordDocument") + an_archive(**{"a.txt": "hidden"}), Reason.BEHIND),
        (old_office("WordDocument")[:600], Reason.DAMAGED),
        (picture("JPEG")[:200], Reason.DAMAGED),
        (b"\xff\xd8\xff" + HTML, Reason.DAMAGED),
    ],
)
def test_what_is_no_evidence_is_refused_for_its_reason(content, why):
    assert reason(content) is why


def test_an_archive_with_two_parts_of_one_name_is_refused():
    written = io.BytesIO(docx())
    with zipfile.ZipFile(written, "a") as archive:
        archive.writestr("word/Document.xml", "<other/>")

    assert reason(written.getvalue()) is Reason.BEHIND


def test_an_archive_behind_something_else_of_its_kind_is_refused():
    assert reason(b"PK\x03\x04" + b"\0" * 40 + docx()) is Reason.BEHIND


def test_a_packed_bomb_is_refused_without_unpacking_it():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * 60_000_000)

    assert reason(written.getvalue()) is Reason.DAMAGED


def test_a_picture_of_too_many_pixels_is_refused_by_its_heading():
    """Sixteen billion pixels in a hundred bytes: unpacked, they would fill the memory."""
    heading = struct.pack(">IIBBBBB", 130_000, 130_000, 8, 2, 0, 0, 0)
    bomb = picture("PNG", size=(1, 1)).replace(struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0), heading)

    assert reason(_with_checksum(bomb)) is Reason.PIXELS
    assert MOST_PIXELS["png"] < 130_000**2


def _with_checksum(png):
    chunk = png[12:29]
    return png[:29] + struct.pack(">I", zlib.crc32(chunk)) + png[33:]


def test_a_picture_is_kept_without_place_and_camera_and_upright():
    sent = jpeg(size=(40, 20), orientation=6, place=True, comment=b"secret place")
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(0x8825)

    kept = recognise(sent).content

    shown = Image.open(io.BytesIO(kept))
    assert shown.size == (20, 40)
    assert not shown.getexif()
    assert b"Exif" not in kept
    assert b"secret place" not in kept
    assert b"PhoneMaker" not in kept


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_what_lies_behind_a_picture_is_not_kept(form):
    """Telephones put a film behind a picture, so it is no reason to refuse it."""
    kept = recognise(picture(form) + an_archive(**{"a.txt": "hidden"})).content

    assert b"hidden" not in kept
    assert not zipfile.is_zipfile(io.BytesIO(kept))


def test_a_see_through_picture_stays_see_through():
    kept = recognise(picture("PNG", mode="RGBA")).content

    assert Image.open(io.BytesIO(kept)).mode == "RGBA"


def test_a_telephones_largest_picture_is_kept_at_half_its_width():
    kept = recognise(picture("JPEG", size=(8000, 6000))).content

    assert Image.open(io.BytesIO(kept)).size == (4000, 3000)


def test_the_same_picture_is_redrawn_to_the_same_bytes():
    assert recognise(picture("JPEG")).content == recognise(picture("JPEG")).content


@pytest.mark.parametrize(
    ("sent", "kind", "safe"),
    [
        ("会议纪要.docx", "docx", "会议纪要.docx"),
        ("C:\\用户\\张三\\现场.JPG", "jpg", "现场.JPG"),
        ("../../etc/passwd", "pdf", "passwd.pdf"),
        ("照片.jpg.exe", "jpg", "照片.jpg.exe.jpg"),
        ("gpj.\u202eexe.jpg", "jpg", "gpj.exe.jpg"),
        ("a\r\nSet-Cookie: x.pdf", "pdf", "a Set-Cookie x.pdf"),
        ("表.et", "xls", "表.et"),
        ("", "png", "证明材料.png"),
        ("...", "png", "证明材料.png"),
        (".jpg", "jpg", "证明材料.jpg"),
    ],
)
def test_a_name_is_made_safe_and_ends_in_what_the_file_is(sent, kind, safe):
    assert safe_name(sent, kind) == safe


@given(st.text(max_size=400), st.sampled_from(["jpg", "pdf", "docx", "xls"]))
def test_no_name_is_a_path_too_long_or_unstorable(sent, kind):
    name = safe_name(sent, kind)

    assert 0 < len(name) <= LONGEST
    assert not set(name) & set('/\\:*?"<>|')
    assert not has_unstorable(name)
    assert tidy(name) == name
    assert len(shown_name(sent)) <= LONGEST


@given(st.binary(max_size=300))
def test_whatever_is_sent_is_recognised_or_refused(content):
    assert outcome_of(content)


@given(st.binary(max_size=60), st.integers(0, 400), st.sampled_from([jpeg(), pdf(), docx(), old_office("Workbook")]))
def test_a_file_that_was_cut_or_changed_somewhere_never_breaks_the_reader(noise, at, content):
    at %= len(content)

    assert outcome_of(content[:at] + noise + content[at + len(noise) :])


def test_every_reason_has_its_sentence():
    assert set(SENTENCES) | {too_large(20).reason} == set(Reason)
