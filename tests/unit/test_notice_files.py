"""Files as people have them: four encodings, Word with its peculiarities, and everything that is broken or hostile."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given
from hypothesis import strategies as st

from services.tasks.notices import files
from services.tasks.notices.blocks import Block, Paragraph, Table
from services.tasks.notices.errors import NoticeUnreadableError
from services.tasks.notices.word import archive as notice_archive
from tests.support.notices_read import lost_or_twice

NOTICE = Path(__file__).parent / "notices/county-plan.txt"
TEXT = NOTICE.read_text(encoding="utf-8")


def read_file(name: str, content: bytes) -> tuple[Block, ...]:
    source = files.read_file(name, content)
    assert lost_or_twice(source) == []
    return source.blocks


def texts(blocks: tuple[Block, ...]) -> list[str]:
    return [block.text for block in blocks if isinstance(block, Paragraph)]


def saved(document: docx.document.Document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def word(*body: str, numbering: str = "", styles: str = "") -> bytes:
    """A document with this body's XML, and these numbering and style definitions."""
    document = docx.Document()
    root = document.element.body
    for position, one in enumerate(body):
        root.insert(position, parse_xml(re.sub(r"^<w:(\w+)", rf"<w:\1 {nsdecls('w', 'wp', 'a')} {ALTERNATIVES}", one)))
    if numbering:
        part = document.part.numbering_part.element
        for child in list(part):
            part.remove(child)
        for child in parse_xml(f"<w:numbering {nsdecls('w')}>{numbering}</w:numbering>"):
            part.append(child)
    for child in parse_xml(f"<w:styles {nsdecls('w')}>{styles}</w:styles>"):
        document.part.styles.element.append(child)
    return saved(document)


ALTERNATIVES = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def para(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def listed(text: str, level: int = 0, number: int = 1) -> str:
    return para(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def level(at: int, form: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbers(content: bytes) -> list[str]:
    return [block.numbering for block in read_file("x.docx", content) if isinstance(block, Paragraph)]


# Text files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_text_file_reads_the_same_in_every_encoding(encoding, newline):
    content = TEXT.replace("\n", newline).encode(encoding)

    assert texts(read_file("x.txt", content)) == [line for line in TEXT.split("\n") if line]


def test_a_rare_sign_of_gb18030_survives():
    assert texts(read_file("x.txt", "富堨镇、㼆村等地办班\n".encode("gb18030"))) == ["富堨镇、㼆村等地办班"]


def test_blank_lines_and_indents_are_left_out():
    assert texts(read_file("x.txt", "\n\u3000\u3000一、甲 \n\n\t乙\n".encode())) == ["一、甲", "乙"]


def test_the_content_and_not_the_name_tells_the_kind():
    assert texts(read_file("notice.txt", word(para("甲")))) == ["甲"]
    assert texts(read_file("notice", "甲乙丙".encode())) == ["甲乙丙"]


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UNREADABLE = [
    ("x.txt", b"", "空"),
    ("x.txt", b" \n\r\n\t", "空"),
    ("x.txt", "\u3000\n".encode(), "空"),
    ("x.docx", b"", "空"),
    ("x.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "损坏"),
    ("x.docx", OLE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600, "密码"),
    ("x.et", OLE + "Workbook".encode("utf-16-le") + b"\0" * 600, "表格"),
    ("x.pdf", b"%PDF-1.7 something", "PDF"),
    ("x.rtf", b"{\\rtf1 something}", "RTF"),
    ("x.docx", "一、甲".encode(), "另存为 .docx"),
    ("x.txt", bytes(range(256)) * 40, "读不出文字"),
    ("x.txt", zlib.compress(b"".join(bytes([n % 251]) * n for n in range(900))), "读不出文字"),
    ("x.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(range(256)) * 4, "图片"),
    ("x.mht", b"From: <x>\r\nContent-Type: multipart/related;\r\n\tboundary=a\r\n\r\n--a", "网页存档"),
    ("x.txt", "é è ü ß ñ Ä ö".encode("latin-1") * 50, "读不出文字"),
    ("x.txt", TEXT.encode()[: TEXT.encode().rfind("汇".encode()) + 2], "中间断开"),
    ("x.txt", TEXT.encode("gbk")[: TEXT.encode("gbk").rfind("汇".encode("gbk")) + 1], "中间断开"),
    ("x.txt", TEXT.encode("utf-16")[:-1], "中间断开"),
    ("x.txt", b"\xef\xbb\xbf" + TEXT.encode()[:100], "中间断开"),
    ("x.docx", b"PK\x03\x04" + b"\0" * 100, "损坏"),
    ("x.docx", b"PK", "损坏"),
]


@pytest.mark.parametrize(("name", "content", "says"), UNREADABLE)
def test_an_unreadable_file_says_what_is_wrong_in_both_languages(name, content, says):
    with pytest.raises(NoticeUnreadableError) as raised:
        read_file(name, content)

    assert says in raised.value.text.zh
    assert raised.value.text.en
    assert raised.value.status == 400


def test_a_file_over_the_limit_is_refused_before_it_is_read():
    with pytest.raises(NoticeUnreadableError, match="larger than 10 MB"):
        read_file("x.txt", b"a" * (files.MAX_BYTES + 1))


def test_a_file_of_too_many_lines_is_refused():
    with pytest.raises(NoticeUnreadableError, match="paragraphs"):
        read_file("x.txt", "甲\n".encode() * (files.MAX_BLOCKS + 1))


def test_an_endless_line_is_no_notice():
    with pytest.raises(NoticeUnreadableError):
        read_file("x.txt", "甲".encode() * 300_000)


# Archives


def archive(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return file.getvalue()


def with_sizes(content: bytes, size: int) -> bytes:
    """The same archive with another uncompressed size declared in its headers."""
    changed = bytearray(content)
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = changed.find(signature)
        while at >= 0:
            changed[at + offset : at + offset + 4] = size.to_bytes(4, "little")
            at = changed.find(signature, at + 4)
    return bytes(changed)


DOCUMENT = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'


def document(body: str) -> bytes:
    return archive({"word/document.xml": DOCUMENT.format(body).encode()})


BROKEN_ARCHIVES = {
    "truncated": (lambda: word(para("甲"))[:-200], "损坏"),
    "cut in half": (lambda: word(para("甲"))[:9000], "损坏"),
    "bomb": (lambda: archive({"word/document.xml": b" " * 60_000_000}), "大得不正常"),
    "bomb beside the text": (
        lambda: archive({"word/document.xml": b"<a/>", "word/media/a": b"\0" * 250_000_000}),
        "大得不正常",
    ),
    "bomb that declares little": (lambda: with_sizes(archive({"word/document.xml": b" " * 60_000_000}), 1000), "损坏"),
    "too many entries": (lambda: archive({f"word/{n}": b"" for n in range(2500)}), "大得不正常"),
    "too many elements": (
        lambda: archive({"word/document.xml": DOCUMENT.format("<w:p/>" * 3_600_000).encode()}),
        "大得不正常",
    ),
    "cells without end": (lambda: document("".join(f'<w:tc n="{n}"/>' for n in range(60_000))), "单元格太多"),
    "paragraphs without end": (lambda: document("".join(f'<w:p n="{n}"/>' for n in range(60_000))), "段落或格式太多"),
    "a million cells": (lambda: document("<w:tc/>" * 1_000_000), "大得不正常"),
    "too deep": (
        lambda: archive({"word/document.xml": DOCUMENT.format("<w:tbl>" * 5_000 + "</w:tbl>" * 5_000).encode()}),
        "层数太多",
    ),
    "another archive": (lambda: archive({"a.txt": b"a"}), "不是 Word"),
    "workbook": (
        lambda: archive(
            {
                "_rels/.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                b'<Relationship Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>',
                "xl/workbook.xml": b"<a/>",
            }
        ),
        "不是 Word",
    ),
    "not XML": (lambda: archive({"word/document.xml": b"<w:document"}), "损坏"),
    "entity expansion": (
        lambda: archive({"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'}),
        "损坏",
    ),
    "external entity": (
        lambda: archive({"word/document.xml": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'}),
        "损坏",
    ),
    "no body": (lambda: archive({"word/document.xml": b"<a/>"}), "空"),
    "no text": (word, "空"),
}


@pytest.mark.parametrize("case", BROKEN_ARCHIVES)
def test_a_broken_or_hostile_archive_is_refused(case):
    make, says = BROKEN_ARCHIVES[case]

    with pytest.raises(NoticeUnreadableError) as raised:
        read_file("x.docx", make())

    assert says in raised.value.text.zh


def test_an_archive_with_a_password_is_refused():
    content = bytearray(word(para("甲")))
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = content.find(signature)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(signature, at + 4)

    with pytest.raises(NoticeUnreadableError, match="password"):
        read_file("x.docx", bytes(content))


def test_a_part_is_cut_short_while_unpacking(monkeypatch):
    """The declared sizes are fine here; only what really comes out is too much."""
    monkeypatch.setattr(notice_archive, "MAX_PART", 1000)

    with pytest.raises(NoticeUnreadableError, match="abnormal"):
        read_file("x.docx", word(para("甲" * 1000)))


# Word documents


def test_a_word_notice_reads_as_its_text_does():
    document = docx.Document()
    for line in TEXT.splitlines():
        document.add_paragraph(line)

    assert read_file("x.docx", saved(document)) == read_file("x.txt", TEXT.encode())


LEVELS = (
    '<w:abstractNum w:abstractNumId="7">'
    + level(0, "chineseCountingThousand", "%1、")
    + level(1, "chineseCounting", "（%2）")
    + level(2, "decimal", "%3.")
    + level(3, "decimal", "（%4）")
    + level(4, "decimalEnclosedCircleChinese", "%5")
    + "</w:abstractNum>"
    '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="7"/>'
    '<w:lvlOverride w:ilvl="2"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
)


def test_automatic_numbers_are_printed_as_in_word():
    content = word(
        *(listed("甲", at) for at in (0, 1, 2, 2, 3, 4, 4, 1, 2, 0, 1)),
        numbering=LEVELS,
    )

    assert numbers(content) == ["一、", "（一）", "1.", "2.", "（1）", "①", "②", "（二）", "1.", "二、", "（一）"]


def test_another_list_over_the_same_definition_goes_on_unless_it_restarts():
    content = word(
        listed("甲", 2),
        listed("乙", 2),
        listed("丙", 2, number=2),
        listed("丁", 2, number=2),
        listed("戊", 2),
        numbering=LEVELS,
    )

    assert numbers(content) == ["1.", "2.", "1.", "2.", "3."]


def test_measures_may_go_on_counting_across_areas():
    running = LEVELS.replace(
        '<w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/>',
        '<w:numFmt w:val="decimal"/><w:lvlRestart w:val="0"/><w:lvlText w:val="%3."/>',
    )

    content = word(*(listed("甲", at) for at in (1, 2, 2, 1, 2)), numbering=running)

    assert numbers(content) == ["（一）", "1.", "2.", "（二）", "3."]


def test_a_number_may_repeat_the_levels_above_in_plain_digits():
    plain = (
        '<w:abstractNum w:abstractNumId="7">'
        + level(0, "chineseCounting", "第%1章")
        + level(1, "decimal", "%1.%2", "<w:isLgl/>")
        + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    )

    assert numbers(word(listed("甲", 0), listed("乙", 1), listed("丙", 1), numbering=plain)) == ["第一章", "1.1", "1.2"]


def test_a_style_may_bring_the_number():
    by_style = LEVELS.replace(
        '<w:numFmt w:val="chineseCounting"/>', '<w:numFmt w:val="chineseCounting"/><w:pStyle w:val="Area"/>'
    )
    styles = (
        '<w:style w:type="paragraph" w:styleId="Area"><w:name w:val="area"/>'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Sub"><w:name w:val="sub"/><w:basedOn w:val="Area"/>'
        '<w:pPr><w:numPr><w:ilvl w:val="2"/></w:numPr></w:pPr></w:style>'
    )
    content = word(
        para("甲", '<w:pStyle w:val="Area"/>'),
        para("乙", '<w:pStyle w:val="Sub"/>'),
        para("丙", '<w:pStyle w:val="Area"/><w:numPr><w:numId w:val="0"/></w:numPr>'),
        para("丁", '<w:pStyle w:val="Area"/>'),
        para("戊", '<w:pStyle w:val="Nowhere"/>'),
        numbering=by_style,
        styles=styles,
    )

    assert numbers(content) == ["（一）", "1.", "", "（二）", ""]


def test_a_list_may_take_its_levels_from_a_numbering_style():
    linked = (
        '<w:abstractNum w:abstractNumId="8"><w:numStyleLink w:val="Official"/></w:abstractNum>'
        + LEVELS.replace('w:numId="1"', 'w:numId="5"')
        + '<w:num w:numId="1"><w:abstractNumId w:val="8"/></w:num>'
    )
    styles = (
        '<w:style w:type="numbering" w:styleId="Official"><w:name w:val="official"/>'
        '<w:pPr><w:numPr><w:numId w:val="5"/></w:numPr></w:pPr></w:style>'
    )

    assert numbers(word(listed("甲"), listed("乙"), numbering=linked, styles=styles)) == ["一、", "二、"]


def test_a_list_that_is_not_defined_has_no_number():
    assert numbers(word(listed("甲", number=99), listed("乙", level=8), numbering=LEVELS)) == ["", ""]


def test_an_empty_list_paragraph_does_not_count():
    assert numbers(word(listed("甲"), listed(""), listed("乙"), numbering=LEVELS)) == ["一、", "二、"]


BOX = "<w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent>"
CHOICES = f"<mc:Choice Requires='wps'>{BOX}</mc:Choice><mc:Fallback>{BOX}</mc:Fallback>"
RUBY = "<w:rt><w:r><w:t>pin</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>拼</w:t></w:r></w:rubyBase>"
PECULIARITIES = [
    ("<w:p><w:ins><w:r><w:t>新</w:t></w:r></w:ins><w:del><w:r><w:delText>旧</w:delText></w:r></w:del></w:p>", ["新"]),
    (
        "<w:p><w:moveFrom><w:r><w:t>从</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>到</w:t></w:r></w:moveTo></w:p>",
        ["到"],
    ),
    ("<w:p><w:hyperlink><w:r><w:t>链</w:t></w:r></w:hyperlink><w:r><w:t>接</w:t></w:r></w:p>", ["链接"]),
    ("<w:p><w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t></w:r></w:p>", ["甲", "乙"]),
    ("<w:p><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t></w:r></w:p>", ["甲 乙"]),
    ('<w:p><w:r><w:t>甲</w:t><w:br w:type="page"/><w:t>乙</w:t></w:r></w:p>', ["甲 乙"]),
    ("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r><w:r><w:t>现</w:t></w:r></w:p>", ["现"]),
    ("<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>现</w:t></w:r></w:p>", ["现"]),
    ("<w:sdt><w:sdtContent><w:p><w:r><w:t>控件</w:t></w:r></w:p></w:sdtContent></w:sdt>", ["控件"]),
    (f"<w:p><w:r><w:ruby>{RUBY}</w:ruby></w:r></w:p>", ["拼"]),
    (
        f"<w:p><w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent>{CHOICES}</mc:AlternateContent></w:r></w:p>",
        ["正文", "框"],
    ),
    ("<w:p><w:r><w:t>零\u200b宽</w:t></w:r></w:p>", ["零宽"]),
]


@pytest.mark.parametrize(("body", "lines"), PECULIARITIES)
def test_a_paragraph_reads_as_it_is_seen(body, lines):
    assert texts(read_file("x.docx", word(body))) == lines


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{para(text)}</w:tc>"


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


SPAN = '<w:gridSpan w:val="2"/>'
BEGIN, GO_ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"

TABLES = [
    (table(cell("甲") + cell("乙"), cell("丙") + cell("丁")), (("甲", "乙"), ("丙", "丁"))),
    (table(cell("甲", SPAN) + cell("乙"), cell("1") + cell("2") + cell("3")), (("甲", "甲", "乙"), ("1", "2", "3"))),
    (
        table(cell("甲", BEGIN) + cell("1"), cell("", GO_ON) + cell("2"), cell("乙", BEGIN) + cell("3")),
        (("甲", "1"), ("甲", "2"), ("乙", "3")),
    ),
    (
        table(cell("甲", SPAN + BEGIN) + cell("1"), cell("", SPAN + GO_ON) + cell("2")),
        (("甲", "甲", "1"), ("甲", "甲", "2")),
    ),
    (table(cell("", GO_ON) + cell("1")), (("", "1"),)),
    (table(cell("甲", '<w:gridSpan w:val="999999"/>')), (("甲",) * 63,)),
    (table("<w:trPr><w:gridBefore w:val='1'/></w:trPr>" + cell("甲"), cell("1") + cell("2")), (("", "甲"), ("1", "2"))),
    (table(cell("甲"), "<w:trPr><w:del/></w:trPr>" + cell("删")), (("甲",),)),
    (table(f"<w:tc>{table(cell('内') + cell('套'))}{para('外')}</w:tc>"), (("内 套\n外",),)),
    (table(f"<w:sdt><w:sdtContent>{cell('甲')}</w:sdtContent></w:sdt>"), (("甲",),)),
    (table(f"<w:tc>{para('甲')}{para('乙')}</w:tc>"), (("甲\n乙",),)),
]


@pytest.mark.parametrize(("body", "rows"), TABLES)
def test_a_table_keeps_its_shape(body, rows):
    assert read_file("x.docx", word(body)) == (Table(rows),)


def test_numbers_in_cells_are_kept():
    body = table(f"<w:tc>{listed('甲', 2)}{listed('乙', 2)}</w:tc>")

    assert read_file("x.docx", word(body, numbering=LEVELS)) == (Table((("1.甲\n2.乙",),)),)


def test_nesting_beyond_reason_does_not_break_the_reading():
    body = para("心")
    for _ in range(200):
        body = f"<w:tbl><w:tr><w:tc>{body}</w:tc></w:tr></w:tbl>"

    assert len(read_file("x.docx", archive({"word/document.xml": DOCUMENT.format(para("外") + body).encode()}))) == 2


def test_an_empty_table_is_left_out():
    assert read_file("x.docx", word("<w:tbl/>", para("甲"))) == (Paragraph("甲"),)


def is_read_or_refused(name: str, content: bytes) -> bool:
    try:
        return bool(read_file(name, content))
    except NoticeUnreadableError as error:
        return bool(error.text.zh and error.text.en)


@given(
    st.binary(max_size=400),
    st.sampled_from(["x.txt", "x.docx"]),
    st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf"]),
)
def test_any_bytes_are_read_or_refused_with_a_sentence(content, name, start):
    assert is_read_or_refused(name, start + content)


SAMPLE = word(listed("甲"), table(cell("甲", SPAN)), numbering=LEVELS)


@given(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255), st.integers(0, len(SAMPLE)))
def test_a_damaged_document_is_read_or_refused(at, byte, end):
    damaged = (SAMPLE[:at] + bytes([byte]) + SAMPLE[at + 1 :])[: end or None]

    assert is_read_or_refused("x.docx", damaged)
