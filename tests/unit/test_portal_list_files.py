"""A list as a workbook."""

import io
from typing import Any

import openpyxl
import pytest

from services.portal.list_files import Column, Kind
from services.portal.list_writing import sheet_name, write_list

COLUMNS = (
    Column("事项", lambda row: row["item"]),
    Column("单位数", lambda row: row["units"], Kind.NUMBER),
    Column("完成", lambda row: row["share"], Kind.SHARE),
    Column("期限", lambda row: row["due_on"], Kind.DAY),
    Column("提交于", lambda row: row["at"], Kind.MOMENT),
)
ROW = {
    "item": "建立联席会议",
    "units": 28,
    "share": 0.25,
    "due_on": "2026-06-30",
    "at": "2026-06-29T16:05:00+00:00",
}


def sheet_of(*rows: dict[str, Any], title: str = "逾期责任") -> Any:
    content = write_list(title, COLUMNS, rows, as_of="截至 6月30日 周二 08:00")
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


def test_title_moment_and_headings_stand_above_the_rows_and_stay_in_sight():
    sheet = sheet_of(ROW, ROW)

    assert [row[0].value for row in sheet.iter_rows(max_row=3)] == ["逾期责任", "截至 6月30日 周二 08:00", "事项"]
    assert sheet.title == "逾期责任"
    assert sheet.freeze_panes == "A4"
    assert sheet.print_title_rows == "$1:$3"
    assert sheet.auto_filter.ref == "A3:E5"


def test_cells_are_of_the_type_of_their_column_and_moments_of_the_county_s_clock():
    sheet = sheet_of(ROW)

    item, units, share, due_on, at = sheet[4]
    assert (item.value, units.value, share.value) == ("建立联席会议", 28, 0.25)
    assert share.number_format == "0%"
    assert (due_on.value.isoformat(), due_on.number_format) == ("2026-06-30T00:00:00", "yyyy-mm-dd")
    assert (at.value.isoformat(), at.number_format) == ("2026-06-30T00:05:00", "yyyy-mm-dd hh:mm")


@pytest.mark.parametrize("text", ["=1+1", "+86 559", "-5", "@A1", "\t=1", "＝1+1"])
def test_text_that_begins_like_a_formula_stays_text(text):
    sheet = sheet_of(ROW | {"item": text}, title=text)

    for cell in (sheet["A1"], sheet["A4"]):
        assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", text, True)


def test_an_empty_value_is_an_empty_cell_and_signs_that_no_sheet_may_hold_go():
    sheet = sheet_of(ROW | {"item": "甲\x07乙", "units": None, "due_on": None, "at": None})

    assert [cell.value for cell in sheet[4]] == ["甲乙", None, 0.25, None, None]


@pytest.mark.parametrize(
    ("title", "name"), [("2026年：[歙县]/清单", "2026年： 歙县  清单"), ("长" * 40, "长" * 31), ("/", "1")]
)
def test_a_title_becomes_the_name_of_a_sheet(title, name):
    assert sheet_name(title) == name
