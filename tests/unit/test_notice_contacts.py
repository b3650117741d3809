"""Whom a notice says to ask is found in the usual ways of writing it."""

import datetime as dt
from pathlib import Path

import pytest

from services.running.example_directory import load_example_directory
from services.tasks.notices.contacts import contacts_in
from services.tasks.notices.files import read_file
from services.tasks.notices.reading import read_notice

DIRECTORY = load_example_directory(Path(__file__).parents[2] / "data")
LINES = [
    ("联系人：张三，电话：0559-6512345", ("张三 0559-6512345",)),
    ("联 系 人：方敏  电 话 0559-6598765", ("方敏 0559-6598765",)),
    ("联系人：江一帆，联系电话：6511234；邮箱：a@b.cn", ("江一帆 6511234",)),
    ("（联系人：洪某某 13955900000）", ("洪某某 13955900000",)),
    ("联系人及电话：程立 0559—6512345", ("程立 0559—6512345",)),
    ("联系人：王 五\n联系电话：(0559)6512345", ("王五 05596512345",)),
    ("联系人：甲一 6511111\n联系人：甲一 6511111\n联系人：乙二 6522222", ("甲一 6511111", "乙二 6522222")),
    ("联系人：张三", ()),
    ("各单位要明确一名联系人，电话报县人社局。", ()),
    ("电话：12333", ()),
]


@pytest.mark.parametrize(("text", "found"), LINES)
def test_a_contact_is_a_name_and_a_number(text, found):
    assert contacts_in(text.split("\n")) == found


@pytest.mark.parametrize(
    ("head", "signed", "year"),
    [
        ("歙县2027年方案", "2026年12月20日", 2027),
        ("歙县2027年方案", "2027年1月20日", 2027),
        ("歙县2025—2027年方案", "2026年3月1日", 2026),
        ("歙县2027年方案", "", 2027),
        ("歙县方案", "2027年3月1日", 2027),
        ("歙县方案", "", None),
    ],
)
def test_a_notice_tells_its_year(head, signed, year):
    text = f"{head}\n一、任务\n1.走访。6月底前完成。（县妇联负责）\n歙县人民政府\n{signed}\n"
    draft = read_notice(read_file("notice.txt", text.encode()), DIRECTORY)

    assert draft.year == year


def test_days_of_a_notice_without_a_year_are_those_of_the_year_that_it_is_read_in():
    text = "歙县方案\n一、任务\n1.走访。6月底前完成。（县妇联负责）\n"
    draft = read_notice(read_file("notice.txt", text.encode()), DIRECTORY, today=dt.date(2027, 3, 1))

    assert draft.areas[0].measures[0].due.date == dt.date(2027, 6, 30)
