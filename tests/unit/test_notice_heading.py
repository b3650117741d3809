from __future__ import annotations

from datetime import date

import pytest

from services.tasks.document_numbers import canonical, written
from services.tasks.notices.blocks import Paragraph
from services.tasks.notices.heading import Heading, read_heading


def heading_of(text: str) -> Heading:
    return read_heading([Paragraph(line) for line in text.split("\n")])


TITLES = [
    ("甲县促进就业工作方案\n为了就业,制定本方案。\n一、目标", "甲县促进就业工作方案"),
    ("甲县政府关于印发《促进就业方案》的通知\n各乡镇:\n促进就业方案\n一、目标", "促进就业方案"),
    ("甲县政府关于印发《促进就业方案》的通知\n各乡镇:\n一、目标", "促进就业方案"),
    ("甲县政府关于做好就业工作的通知\n一、目标", "甲县政府关于做好就业工作的通知"),
    ("甲县促进就业三年行动方案(2025—2027年)\n一、目标", "甲县促进就业三年行动方案(2025—2027年)"),
    ("甲县促进高质量充分就业\n工作方案\n一、目标", "甲县促进高质量充分就业工作方案"),
    ("甲县人民政府办公室\n工作方案\n一、目标", "工作方案"),
    ("2025年5月14日\n工作方案\n一、目标", "工作方案"),
    ("促 进 就 业 方 案\n一、目标", "促进就业方案"),
    ("关于就业的几件事\n一、目标", "关于就业的几件事"),
    ("就业很重要。要做好。\n一、目标", ""),
    ("一、目标\n促进就业方案", ""),
]


@pytest.mark.parametrize(("text", "title"), TITLES)
def test_the_title_is_the_plans_own(text, title):
    assert heading_of(text).title == title


def test_who_issued_it_and_when():
    heading = heading_of("甲县人民政府办公室关于印发《就业方案》的通知\n2025 年 5 月 14 日\n就业方案")

    assert (heading.issuer, heading.issued_on) == ("甲县人民政府办公室", date(2025, 5, 14))


def test_a_day_that_does_not_exist_is_not_taken():
    assert heading_of("就业方案\n2025年2月30日").issued_on is None


def test_the_titles_year_stands_in_for_a_missing_date():
    assert heading_of("甲县2026年就业工作要点\n一、目标").year == 2026


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        ("歙县就业工作领导小组文件\n歙就组〔2025〕3号\n关于印发三年行动方案的通知", "歙就组〔2025〕3号"),
        ("歙就组[2025]3号\n关于印发三年行动方案的通知", "歙就组〔2025〕3号"),
        ("歙 就 组 （ 2025 ） 3 号\n三年行动方案", "歙就组〔2025〕3号"),
        ("三年行动方案\n（歙政办〔2025〕12号）", "歙政办〔2025〕12号"),
        ("歙人社〔2025〕108号　　签发人：张某某\n关于实施三年行动方案的请示", "歙人社〔2025〕108号"),
        ("关于贯彻皖就组〔2025〕1号的实施方案", ""),
        ("三年行动方案\n根据《通知》（皖政〔2025〕9号）要求，制定本方案。", ""),
        ("三年行动方案", ""),
    ],
)
def test_the_number_of_the_document_is_a_line_of_its_own(lines, number):
    """One that stands in a sentence is that of another document."""
    assert read_heading([Paragraph(line) for line in lines.splitlines()]).number == number


def test_a_number_is_kept_as_the_standard_writes_it_and_other_text_as_it_is():
    assert written("歙就组 【2025】第 3 号") == "歙就组〔2025〕第3号"
    assert canonical("石门 [2025] 3 号 茶叶") == "石门 〔2025〕3号 茶叶"
    assert canonical("（一）2025年（3）项") == "（一）2025年（3）项"
