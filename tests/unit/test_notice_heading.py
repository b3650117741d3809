from __future__ import annotations

from datetime import date

import pytest

from services.tasks.document_numbers import canonical, written
from services.tasks.notices.blocks import Paragraph
from services.tasks.notices.heading import Heading, closing_positions, read_heading


def heading_of(text: str) -> Heading:
    return read_heading([Paragraph(line) for line in text.split("\n")])


TITLES = [
    ("甲县促进就业工作方案\n为了就业,制定本方案。\n一、目标", "甲县促进就业工作方案"),
    ("甲县政府关于印发《促进就业方案》的通知\n各乡镇:\n促进就业方案\n一、目标", "促进就业方案"),
    ("甲县政府关于印发《促进就业方案》的通知\n各乡镇:\n一、目标", "促进就业方案"),
    ("甲县政府关于做好就业工作的通知\n一、目标", "甲县政府关于做好就业工作的通知"),
    ("甲县促进就业三年行动方案(2025—2027年)\n一、目标", "甲县促进就业三年行动方案(2025—2027年)"),
    ("甲县促进就业三年行动方案\n（2027—2029年）\n一、目标", "甲县促进就业三年行动方案（2027—2029年）"),
    ("甲县促进就业三年\n行动方案\n（2027-2029）\n一、目标", "甲县促进就业三年行动方案（2027-2029）"),
    ("甲县促进就业三年行动方案\n2027—2029年\n一、目标", "甲县促进就业三年行动方案（2027—2029年）"),
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


def test_a_line_of_the_same_sign_above_the_date_is_read_like_any_other():
    """A pattern within a pattern would try each way to cut it: twice as long for each sign more."""
    blocks = [Paragraph("一、培训。责任单位：县人社局"), Paragraph("局" * 200 + "等"), Paragraph("2027年3月1日")]

    assert read_heading(blocks).issuer is None


SIGNATURES = [
    pytest.param("一、办班\n1.选课。\n歙县人民政府\n2027年3月1日", [2, 3], id="at the end"),
    pytest.param(
        "一、高度重视\n1.领会。\n歙县人民政府\n2027年3月1日\n就业工作方案\n一、办班\n1.选课。",
        [2, 3],
        id="below a letter",
    ),
    pytest.param("1.选课。\n县教育局\n2027年6月30日\n2.竞赛。\n县人社局\n2027年9月30日", [], id="of measures"),
    pytest.param(
        "1.选课。\n县教育局\n2027年6月30日\n2.竞赛。\n县人社局\n2027年9月30日\n歙县人民政府\n2027年3月1日",
        [6, 7],
        id="below those of measures",
    ),
    pytest.param("一、办班\n（一）选课\n县教育局\n2027年6月30日\n（二）竞赛\n县人社局。", [], id="of a task"),
]


@pytest.mark.parametrize(("text", "positions"), SIGNATURES)
def test_units_and_days_between_measures_are_no_signature(text, positions):
    assert sorted(closing_positions([Paragraph(line) for line in text.split("\n")])) == positions


def test_units_below_a_bullet_issued_nothing():
    heading = read_heading([Paragraph("歙县计划"), Paragraph("● 建设驿站"), Paragraph("团县委 县人社局")])

    assert heading.issuer is None


@pytest.mark.parametrize(
    ("title", "years"),
    [
        ("甲县就业三年行动计划（2027—2029年）", range(2027, 2030)),
        ("甲县就业三年行动计划（2027-2029）", range(2027, 2030)),
        ("甲县2027年至2029年就业行动计划", range(2027, 2030)),
        ("甲县2027年就业行动计划", range(0)),
        ("甲县就业三年行动计划（2029—2027年）", range(0)),
        ("甲县就业百年规划（2001—2099年）", range(0)),
    ],
)
def test_the_years_of_a_plan_are_those_that_its_title_names(title, years):
    assert heading_of(f"{title}\n一、目标").years == years
