"""A notice as a PDF: paragraphs as they were before they were laid out, tables by their borders, and true refusals."""

from __future__ import annotations

import datetime as dt
import zlib
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.tasks.notices.blocks import Reason
from services.tasks.notices.directory import Directory
from services.tasks.notices.errors import NoticeUnreadableError
from services.tasks.notices.files import read_file
from services.tasks.notices.reading import read_uploaded
from services.tasks.notices.sources.pdf import placed as pdf_page
from shared.apart import running
from shared.errors import Invalid
from tests.support.notices_read import lost_or_twice, skipped, tables, texts
from tests.support.pdfs import HEIGHT, Sheet, pdf

FIRST = "1.支持创业。对符合条件的高校毕业生、返乡农民工给予一次性创业补贴，优先提供场地支持和服务。责任单位：县人社局"
SECOND = "2.开展培训。围绕重点产业开展技能培训，全年培训1000人次。统一组织考核。责任单位：县人社局"
LONG = "坚持就业优先，把稳岗位、扩就业放在突出位置，健全公共服务体系，加强重点群体帮扶，" * 3


def read(*sheets: Sheet):
    return read_file("通知.pdf", pdf(*sheets))


def test_lines_of_a_page_are_the_paragraphs_that_they_were():
    source = read(Sheet().write(200, 60, "青屏县稳岗工作方案", 22).paragraphs([FIRST, SECOND]))

    assert texts(source) == ["青屏县稳岗工作方案", FIRST, SECOND]
    assert len(source.blocks[1].origins) == 3
    assert lost_or_twice(source) == []


def test_a_paragraph_goes_on_over_the_page_below_numbers_and_running_heads():
    sheets = [
        Sheet()
        .write(60, 40, "青屏县人民政府文件", 10)
        .paragraphs([LONG], signs=26)
        .write(280, 790, f"— {number} —", 12)
        for number in range(1, 4)
    ]
    sheets[0].parts, rest = sheets[0].parts[:-4] + sheets[0].parts[-1:], sheets[0].parts[-4:-1]
    sheets[1].parts = [sheets[1].parts[0], *rest, *sheets[1].parts[-1:]]
    source = read(*sheets)

    assert [text.replace(" ", "") for text in texts(source)] == [LONG, LONG]
    assert {piece.reason for piece in source.skipped} == {Reason.PAGE_NUMBER, Reason.DECORATION}
    assert lost_or_twice(source) == []


@pytest.mark.parametrize("number", ["3", "- 3 -", "—3—", "第3页", "第 3 页 共 10 页", "3/10"])
def test_page_numbers_are_skipped_as_such(number):
    source = read(Sheet().paragraphs([FIRST]).write(280, 800, number, 12))

    assert texts(source) == [FIRST]
    assert [piece.reason for piece in source.skipped] == [Reason.PAGE_NUMBER]


def test_two_columns_are_read_one_after_the_other_below_a_title():
    sheet = Sheet().write(150, 60, "青屏县人民政府办公室关于稳岗工作的通知", 16)
    for column, text in ((60, FIRST * 2), (320, SECOND * 3)):
        for line, place in enumerate(range(0, len(text), 13)):
            sheet.write(column, 100 + 24 * line, text[place : place + 13])
    source = read(sheet)

    assert "".join(texts(source)) == "青屏县人民政府办公室关于稳岗工作的通知" + FIRST * 2 + SECOND * 3
    assert lost_or_twice(source) == []


def ruled(sheet: Sheet, top: float = 200) -> Sheet:
    """A table of three columns: one cell merged down, one across, one with its text on two lines."""
    for line, (left, right) in enumerate([(80, 500), (80, 500), (140, 500), (80, 500), (80, 500)]):
        sheet.rule(left, top + 50 * line, right, top + 50 * line)
    for left, bottom in ((80, 200), (140, 200), (500, 200)):
        sheet.rule(left, top, left, top + bottom)
    sheet.rule(340, top, 340, top + 150)
    for row, cells in enumerate(
        [("序号", "工作任务", "责任单位"), ("", "改造道路", "县交通局"), ("", "改造桥梁", "县住建局")]
    ):
        for left, text in zip((85, 145, 345), cells, strict=True):
            sheet.write(left, top + 50 * row + 15, text, 12)
    sheet.write(85, top + 92, "1", 12).write(85, top + 165, "2", 12)
    return sheet.write(145, top + 155, "合计为一项，由县教育局牵头，县财政局配合，按月报送的情况", 12).write(
        145, top + 172, "和问题", 12
    )


ROWS = (
    ("序号", "工作任务", "责任单位"),
    ("1", "改造道路", "县交通局"),
    ("1", "改造桥梁", "县住建局"),
    ("2", *["合计为一项，由县教育局牵头，县财政局配合，按月报送的情况和问题"] * 2),
)


def test_a_ruled_table_is_a_table_with_merged_cells():
    source = read(ruled(Sheet().paragraphs(["一、重点任务"])).write(90, 600, "附注"))

    assert tables(source) == [ROWS]
    assert texts(source) == ["一、重点任务", "附注"]
    assert lost_or_twice(source) == []


def test_a_table_drawn_as_frames_around_its_cells_is_a_table():
    sheet = Sheet()
    for row, cells in enumerate([("工作任务", "责任单位"), ("新建校舍3所", "县教育局")]):
        for column, text in enumerate(cells):
            left, top = 80 + 150 * column, 200 + 40 * row
            sheet.frame(left, top, left + 150, top + 40).write(left + 5, top + 10, text, 12)

    assert tables(read(sheet)) == [(("工作任务", "责任单位"), ("新建校舍3所", "县教育局"))]


def test_a_table_that_goes_on_over_the_page_is_one_and_its_head_is_read_once():
    source = read(ruled(Sheet()).write(280, 800, "1", 12), ruled(Sheet()).write(280, 800, "2", 12))

    assert tables(source) == [(*ROWS, *ROWS[1:])]
    assert "序号\t工作任务\t责任单位" in skipped(source)
    assert lost_or_twice(source) == []


def test_text_in_a_frame_is_text():
    assert texts(read(Sheet().frame(60, 90, 540, 220).paragraphs([FIRST]))) == [FIRST]


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_page_that_is_turned_is_read_all_the_same(turned):
    """Its text is written turned the other way, so that it is upright when it is shown."""
    matrix = {90: f"0 1 -1 0 {HEIGHT - 247} 0", 180: f"-1 0 0 -1 595 {HEIGHT}", 270: "0 -1 1 0 0 595"}[turned]
    straight = Sheet().write(90, 400, "1.做好统筹。").write(90, 430, "2.做好台账。")
    sheet = Sheet(turned, [f"q {matrix} cm", *straight.parts, "Q"])

    assert texts(read(sheet)) == ["1.做好统筹。", "2.做好台账。"]


def test_a_page_that_is_a_picture_among_others_is_not_left_out_in_silence():
    source = read(Sheet().paragraphs([FIRST]), Sheet().paint())

    assert texts(source) == [FIRST]
    assert skipped(source) == ["（第 2 页是图片，没有读出文字）"]


LOCKED = f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O ({'a' * 32}) /U ({'b' * 32}) >> /ID [(a) (b)]"
WHOLE = pdf(Sheet().paragraphs([FIRST]))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (pdf(Sheet().paint(), Sheet().paint()), "扫描件"),
        (pdf(Sheet().paragraphs([FIRST]), more_of_trailer=LOCKED), "加了密码"),
        (b"%PDF-1.7 something", "损坏"),
        (WHOLE[:200], "损坏"),
        (pdf(*[Sheet()] * (pdf_page.MOST_PAGES + 1)), "超过 300 页"),
        (pdf(Sheet()), "空"),
        (pdf(Sheet().write(90, 90, "甲").write(150, 90, "12").write(90, 130, "乙").write(90, 200, "丙")), "没有说明"),
    ],
    ids=["scan", "locked", "damaged", "cut", "long", "empty", "fontless"],
)
def test_a_pdf_that_cannot_be_read_says_why_and_what_to_do(content, says):
    with pytest.raises(NoticeUnreadableError) as raised:
        read_file("x.pdf", content)

    assert says in raised.value.text.zh
    assert raised.value.text.en


def test_a_pdf_of_too_many_signs_is_refused(monkeypatch):
    monkeypatch.setattr(pdf_page, "_MOST_SIGNS", 100)

    with pytest.raises(NoticeUnreadableError, match="signs, which is no notice"):
        read(Sheet().paragraphs([FIRST, SECOND]))


def test_a_pdf_that_unpacks_without_end_is_ended_with_the_process_that_reads_it():
    """400 MB of blanks in 400 KB: more than the process may take, whatever PDFium does about it."""
    packed = zlib.compress(b" " * 400_000_000, 9)
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream\n" % (len(packed), packed)
    begin, end = WHOLE.index(b"5 0 obj\n") + 8, WHOLE.index(b"endobj", WHOLE.index(b"5 0 obj"))
    work = partial(
        read_uploaded, "x.pdf", WHOLE[:begin] + stream + WHOLE[end:], Directory((), ()), 2027, dt.date(2027, 1, 1)
    )

    with pytest.raises(Invalid) as refused:
        running.run(work)

    assert refused.value.text == running.TOO_MUCH


def test_some_bytes_before_its_beginning_do_not_matter():
    assert texts(read_file("x", b"\r\n" + WHOLE)) == [FIRST]


WORDS = st.lists(st.sampled_from(["县财", "1.", "一（", "）—", "—页", "一、"]), min_size=1, max_size=5).map("".join)
PLACES = st.integers(20, 560)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(PLACES, PLACES, WORDS), max_size=12), st.lists(st.tuples(PLACES, PLACES, PLACES), max_size=12)
)
def test_nothing_of_a_page_is_lost_in_silence(words, strokes):
    sheet = Sheet().write(20, 400, "甲乙")
    for left, top, text in words:
        sheet.write(left, top, text)
    for place, start, end in strokes:
        sheet.rule(place, start, place, end).rule(start, place, end, place)
    source = read(sheet)

    assert lost_or_twice(source) == []


@settings(max_examples=30)
@given(st.data())
def test_a_damaged_pdf_is_read_or_refused(data):
    content = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 20))):
        content[data.draw(st.integers(9, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_file("x.pdf", bytes(content))
    except NoticeUnreadableError:
        return
