"""What looks like one thing and is another: each was read wrongly once, in silence."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from services.running.example_directory import load_example_directory
from services.tasks.notices.dates import find_due
from services.tasks.notices.draft import DueKind, QuestionKind
from services.tasks.notices.files import read_file
from services.tasks.notices.numbering import read_marker
from services.tasks.notices.reading import read_notice

DIRECTORY = load_example_directory(Path(__file__).parents[2] / "data")
NAMES = {unit.code: unit.name for unit in DIRECTORY.units}
HEAD = "歙县2027年就业工作方案\n一、工作任务\n"


def draft_of(text: str, **options):
    return read_notice(read_file("notice.txt", text.encode()), DIRECTORY, **options)


def the_measure(body: str):
    draft = draft_of(f"{HEAD}（一）{body}\n（二）开展就业培训。责任单位：县教育局\n")
    measure = draft.areas[0].measures[0]
    asked = [one.kind for one in draft.questions if one.where == "areas[0].measures[0]"]
    return measure, [NAMES[code] for code in measure.units], asked


def test_a_full_stop_between_units_ends_no_list():
    _measure, units, _asked = the_measure("开展技能培训。责任单位：县人社局.县财政局.县教育局")

    assert units == ["县人社局", "县财政局", "县教育局"]


def test_of_several_days_by_which_something_is_done_one_is_asked():
    found = find_due("3月15日完成摸底，9月30日完成整改。", 2027)

    assert found is not None
    assert found.doubt is QuestionKind.SEVERAL_DUES


@pytest.mark.parametrize("text", ["已于3月15日完成摸底，抓好整改。", "已于2027年3月15日完成摸底。", "已3月15日完成。"])
def test_what_is_done_already_is_no_day_by_which_it_is(text):
    assert find_due(text, 2027) is None


def test_what_is_done_each_month_is_asked_though_it_goes_on():
    found = find_due("走访困难家庭，每月走访一次，长期坚持。", 2027)

    assert found is not None
    assert found.due is not None
    assert (found.due.kind, found.doubt) == (DueKind.MONTHLY, QuestionKind.UNCLEAR_DUE)


def test_a_span_from_the_notice_on_is_no_promise_of_a_service():
    assert find_due("通知印发后10个工作日内反馈意见。", 2027) is not None


def test_a_service_that_answers_quickly_sets_no_day():
    assert find_due("群众诉求10个工作日内反馈。", 2027) is None


def test_a_year_in_the_title_goes_before_the_years_of_its_action():
    text = "徽州县就业促进三年行动2027年工作方案\n一、任务\n（一）开展培训。（县人社局，6月底前）\n2026年11月20日\n"

    draft = draft_of(text, today=dt.date(2026, 11, 29))

    assert draft.year == 2027


def test_the_year_before_an_old_value_is_no_part_of_the_name():
    measure, _units, _asked = the_measure("扩大就业。就业人数由2026年的3000人增加到3500人。责任单位：县人社局")

    assert [(one.name, int(one.value)) for one in measure.targets] == [("就业", 3500)]


def test_according_to_is_not_for_each():
    measure, _units, _asked = the_measure("扩大就业。按照省里部署新增就业3000人。责任单位：县人社局")

    assert [int(one.value) for one in measure.targets] == [3000]


@pytest.mark.parametrize("text", ["任务1.5万人由各镇落实", "项目2、3由县人社局实施", "项目一、项目二同步推进"])
def test_numbers_of_tasks_in_a_sentence_are_no_headings(text):
    assert read_marker(text) == (None, text)


@pytest.mark.parametrize("text", ["报名地点：县人社局。", "发放范围：县人社局、县财政局。"])
def test_where_something_is_is_nobody_who_does_it(text):
    _measure, units, _asked = the_measure(f"举办招聘会2场。{text}")

    assert units == []


def test_who_works_together_is_listed_once():
    _measure, _units, asked = the_measure("县人社局会同县财政局联合举办招聘会2场。")

    assert QuestionKind.UNIT_LISTED_TWICE not in asked
