"""A workbook that is sent while it is made."""

import datetime as dt
import io

import openpyxl
import pytest

from services.portal import streamed_book
from services.portal.streamed_book import Book, Column, Many

COLUMNS = (Column("单位", 30), Column("事项"), Column("期限"), Column("数"))


def opened(book, *pieces):
    content = b"".join([*(piece for part in pieces for piece in part), *book.end()])
    return openpyxl.load_workbook(io.BytesIO(content))


def a_sheet(*values, name="责任", said="截至今天"):
    """The only sheet of a book with one row."""
    book = Book()
    many = Many(values[:1], [book.prepare(values[1:], after=1)])
    return opened(book, book.sheet(name, said, COLUMNS, [many])).worksheets[0]


def test_name_what_is_said_and_headings_stand_above_the_rows_and_stay_in_sight():
    sheet = a_sheet("徽城镇", "办好招聘会", None, None)

    assert [row[0].value for row in sheet.iter_rows(max_row=3)] == ["责任", "截至今天", "单位"]
    assert [cell.value for cell in sheet[3]] == ["单位", "事项", "期限", "数"]
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("责任", "A4", "A3:D4")
    assert sheet.column_dimensions["A"].width == 30


def test_cells_are_of_the_type_of_what_they_hold():
    name, item, due_on, number = a_sheet("徽城镇", " 甲<&乙 ", dt.date(2026, 6, 30), 12)[4]

    assert (name.value, item.value, number.value) == ("徽城镇", " 甲<&乙 ", 12)
    assert (due_on.value.date(), due_on.is_date) == (dt.date(2026, 6, 30), True)


@pytest.mark.parametrize("text", ["=1+1", "+86 559", "-5", "@A1", "＝1+1"])
def test_text_that_begins_like_a_formula_stays_text(text):
    cell = a_sheet(text, "x", None, None)["A4"]

    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", text, True)


def test_what_no_sheet_takes_is_left_out():
    assert a_sheet("甲\x0b乙", "", None, None)["A4"].value == "甲乙"


def test_columns_have_names_beyond_the_alphabet():
    book = Book()
    many = Many((1,), [book.prepare(list(range(2, 801)), after=1)])

    sheet = opened(book, book.sheet("月", "", [Column(str(number)) for number in range(1, 801)], [many])).worksheets[0]

    assert [cell.value for cell in sheet[4]] == list(range(1, 801))
    assert sheet[4][799].coordinate == "ADT4"


def test_rows_that_begin_alike_stand_in_their_order_each_under_its_number():
    book = Book()
    rests = [book.prepare(["一"], after=1), book.prepare(["二"], after=1)]
    groups = [Many(("甲镇",), rests), Many(("乙镇",), rests[1:])]

    sheet = opened(book, book.sheet("责任", "", COLUMNS, groups)).worksheets[0]

    assert list(sheet.iter_rows(min_row=4, max_col=2, values_only=True)) == [
        ("甲镇", "一"),
        ("甲镇", "二"),
        ("乙镇", "二"),
    ]


def test_a_full_sheet_is_followed_by_another_with_the_same_headings(monkeypatch):
    monkeypatch.setattr(streamed_book, "MOST_ROWS", 6)
    book = Book()
    rests = [book.prepare(["事"], after=1)] * 2
    groups = [Many((f"{number}镇",), rests) for number in range(3)]

    found = opened(book, book.sheet("责任", "", COLUMNS, groups), book.sheet("另", "", COLUMNS, []))

    assert found.sheetnames == ["责任", "责任 2", "责任 3", "另"]
    assert [[row[0] for row in sheet.iter_rows(min_row=4, values_only=True)] for sheet in found.worksheets] == [
        ["0镇", "0镇"],
        ["1镇", "1镇"],
        ["2镇", "2镇"],
        [],
    ]


def test_rows_go_out_before_all_are_made(monkeypatch):
    """Of what is still to come nothing is held, and of what went nothing either."""
    monkeypatch.setattr(streamed_book, "_PIECE", 1)
    asked = []
    book = Book()

    def groups():
        for number in range(9):
            asked.append(number)
            yield Many((f"{number}镇",), [book.prepare(["事"], after=1)])

    next(iter(book.sheet("责任", "", COLUMNS, groups())))

    assert asked == [0]
