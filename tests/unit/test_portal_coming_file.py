"""All that issuing would make, as a workbook."""

import datetime as dt
import io

import openpyxl

from services.portal.coming_file import Coming, Due, Unit, Words, write_coming
from services.portal.streamed_book import Column

LIST = Due(0, "建立台账", "2026年", dt.date(2026, 3, 31), asks_file=True, remark="")
MARCH = Due(1, "月报", "3月", dt.date(2026, 3, 31), asks_file=False, remark="")
APRIL = Due(2, "月报", "4月", dt.date(2026, 4, 30), asks_file=False, remark="（暂定）")
COMING = Coming(
    [Unit("县财政局", "部门", "7"), Unit("徽城镇", "乡镇", "/1"), Unit("深渡镇", "乡镇", "/1")],
    {"7": [(9, "配合"), (8, "牵头")], "/1": [(9, "牵头")]},
    {8: [LIST], 9: [MARCH, APRIL]},
)
WORDS = Words(
    "截至今天",
    "单位",
    "责任",
    [Column(name) for name in ("单位", "类型", "责任", "材料", "步数")],
    [Column(name) for name in ("单位", "事项", "期次", "完成时限", "分工", "材料", "说明")],
    "要交",
)


def rows_of(name):
    book = openpyxl.load_workbook(io.BytesIO(b"".join(write_coming(COMING, WORDS))))
    return list(book[name].iter_rows(min_row=3, values_only=True))


def test_each_unit_has_its_numbers_and_its_steps_month_by_month():
    assert rows_of("单位") == [
        ("单位", "类型", "责任", "材料", "步数", "2026-03", "2026-04"),
        ("县财政局", "部门", 3, 1, 4, 3, 1),
        ("徽城镇", "乡镇", 2, None, 2, 1, 1),
        ("深渡镇", "乡镇", 2, None, 2, 1, 1),
    ]


def test_each_duty_is_a_row_in_the_order_of_units_and_checklist():
    rows = rows_of("责任")

    assert COMING.duties() == len(rows) - 1 == 7
    assert [(*row[:3], row[3].date().isoformat(), *row[4:]) for row in (rows[1], rows[3])] == [
        ("县财政局", "建立台账", "2026年", "2026-03-31", "牵头", "要交", None),
        ("县财政局", "月报", "4月", "2026-04-30", "配合", None, "（暂定）"),
    ]
    assert [(row[0], row[2]) for row in rows[4:]] == [
        ("徽城镇", "3月"),
        ("徽城镇", "4月"),
        ("深渡镇", "3月"),
        ("深渡镇", "4月"),
    ]
