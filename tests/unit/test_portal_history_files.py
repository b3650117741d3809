"""Files of history: workbooks and CSV in both encodings, with places; what is none is a sentence."""

import datetime as dt
import io

import openpyxl
import pytest

from services.portal.history_files import HEADINGS, chunks, read_history
from shared.errors import Invalid


def a_workbook(*rows, title="历史", hidden_first=False):
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    if hidden_first:
        sheet.sheet_state = "hidden"
        sheet = book.create_sheet()
    sheet.title = title
    for row in rows:
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_a_workbook_is_read_cell_by_cell_with_places():
    found = read_history(
        a_workbook(
            HEADINGS,
            ("JY01", "石门乡", "2024-01", 0.1 + 0.2),
            (),
            ("JY01", 341021100, dt.date(2024, 2, 1), 1234567),
            ("JY01", "石门乡", "2024-03", "无数：未统计", "旁注"),
        )
    )

    assert found == [
        ["历史!D2", "JY01", "石门乡", "2024-01", "0.3"],
        ["历史!D4", "JY01", "341021100", "2024-02", "1234567"],
        ["历史!D5", "JY01", "石门乡", "2024-03", "无数：未统计"],
    ]


def test_columns_are_found_by_their_headings_in_any_order():
    headings = ("数值", "报告期", "备注", "单位", "指标 代码")
    found = read_history(a_workbook(headings, (5, "2024-01", "x", "石门乡", "JY01")))

    assert found == [["历史!A2", "JY01", "石门乡", "2024-01", "5"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_either_encoding(encoding):
    text = f'{",".join(HEADINGS)}\r\nJY01,石门乡,2024-01,"1,234"\r\n\r\nJY01,石门乡,2024-02,\r\n'

    assert read_history(text.encode(encoding)) == [
        ["D2", "JY01", "石门乡", "2024-01", "1,234"],
        ["D4", "JY01", "石门乡", "2024-02", ""],
    ]


def test_the_first_sheet_that_can_be_seen_counts():
    content = a_workbook(HEADINGS, ("JY01", "石门乡", "2024-01", 5), title="数", hidden_first=True)

    assert read_history(content)[0][0] == "数!D2"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "四列"),
        ("指标,单位\nJY01,石门乡\n".encode(), "四列"),
        (",".join(HEADINGS).encode(), "没有数据"),
        (b"a\0b", "读不出"),
        (b"\xff\xff\xff", "读不出"),
        (b"PK\x03\x04 broken", "损坏"),
        (b"\xd0\xcf\x11\xe0 old", "旧的 .xls"),
        (a_workbook(HEADINGS, ("JY01", "石门乡", "2024-01", "=1+1")), "D2 是公式"),
        (a_workbook(HEADINGS), "没有数据"),
    ],
)
def test_what_is_no_file_of_history_is_said(content, words):
    with pytest.raises(Invalid) as refused:
        read_history(content)

    assert words in refused.value.text.zh


def test_cells_are_sent_on_as_lines_in_pieces_that_know_their_first_number():
    cells = [[str(number), "a\tb\nc"] for number in range(5)]

    found = list(chunks(cells, 2))

    assert [first for first, _ in found] == [1, 3, 5]
    assert found[0][1] == "0\ta b c\n1\ta b c"
