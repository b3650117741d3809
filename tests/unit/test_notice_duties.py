"""Sentences outside the measures that ask for something are asked about, with the day that they name."""

from pathlib import Path

import pytest

from services.running.example_directory import load_example_directory
from services.tasks.notices.draft import Draft, QuestionKind
from services.tasks.notices.duties import duties_in
from services.tasks.notices.errors import NoticeHasNoStructureError
from services.tasks.notices.files import read_file
from services.tasks.notices.reading import read_notice

DIRECTORY = load_example_directory(Path(__file__).parents[2] / "data")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("请各乡镇于2027年3月20日前报送摸排结果。", "2027-03-20"),
        ("各单位要明确一名联络员，并于3月5日前报县人社局。", "2027-03-05"),
        ("各责任单位须将进展情况书面报告县政府。", None),
        ("有关乡镇应在2027年6月底前完成。", "2027-06-30"),
        ("收文后，请将回执反馈县人社局。", None),
    ],
)
def test_a_sentence_that_asks_for_something_is_found_with_its_day(text, day):
    [duty] = duties_in([text], 2027)

    assert (str(duty.due.date) if duty.due else None) == day


@pytest.mark.parametrize(
    "text",
    [
        "各单位要提高认识，加强协作，确保取得实效。",
        "请认真贯彻落实。",
        "要加大宣传力度，营造良好氛围。",
        "各乡镇报送的材料已经汇总。",
        "申请材料于3月5日前受理。",
    ],
)
def test_wishes_and_tales_are_not_asked_about(text):
    assert list(duties_in([text], 2027)) == []


def test_what_is_left_out_and_asks_for_something_is_put_to_a_person():
    draft = read(
        "歙县2027年摸排方案\n一、任务\n1.走访。（县妇联负责）\n二、有关要求\n各单位要高度重视。请各乡镇于2027年3月20日前报送结果。\n"
    )

    [question] = [one for one in draft.questions if one.kind is QuestionKind.LEFT_OUT_DUTY]
    assert question.quote == "请各乡镇于2027年3月20日前报送结果"
    assert "2027年3月20日前" in question.text.zh


def test_a_letter_that_only_asks_for_a_return_is_a_duty_of_those_it_is_addressed_to():
    draft = read(
        "关于报送2027年数据的函\n县教育局、县残联：\n请于2027年4月8日前将数据报送县人社局。口径如下：\n"
        "1.新增人数，按登记口径统计。\n歙县人民政府办公室\n2027年3月28日\n"
    )

    [measure] = draft.areas[0].measures
    assert measure.title == "请于2027年4月8日前将数据报送县人社局"
    assert str(measure.due.date) == "2027-04-08"
    assert [name_of(code) for code in measure.units] == ["县教育局", "县残联"]
    assert not draft.questions
    assert measure.tasks == ()


def name_of(code: str) -> str:
    return next(unit.name for unit in DIRECTORY.units if unit.code == code)


def test_a_letter_that_says_of_nobody_who_hands_in_is_refused_with_what_it_asks_for():
    with pytest.raises(NoticeHasNoStructureError) as refused:
        read("关于报送总结的函\n请于2027年4月8日前将年度总结报送县档案馆。\n2027年3月28日\n")

    assert "请于2027年4月8日前将年度总结报送县档案馆" in refused.value.text.zh
    assert "主送单位" in refused.value.text.zh


def test_of_a_letter_whose_addressees_the_directory_lacks_these_are_asked_about():
    draft = read("关于报送材料的函\n县水利局：\n请于2027年4月8日前将材料报送县发改委。\n2027年3月28日\n")

    [measure] = draft.areas[0].measures
    assert [one.text for one in measure.unknown] == ["县水利局"]
    assert measure.units == ()


def test_a_notice_whose_title_only_sounds_like_a_request_is_no_letter():
    draft = read(
        "关于进一步提供优质服务的通知\n县教育局、县残联：\n1.优化流程。县教育局窗口延时开放。\n2.培训人员。县残联安排手语课。\n"
    )

    assert [measure.title for measure in draft.areas[0].measures] == ["优化流程", "培训人员"]


def test_who_gets_something_does_not_do_it():
    draft = read(
        "歙县2027年自查办法\n1.县教育局自查校车台账，结果报送县交运局。\n2.自查情况由各校反馈县财政局，县妇联参加座谈。\n"
    )

    first, second = draft.areas[0].measures
    assert [name_of(code) for code in first.units] == ["县教育局"]
    assert [name_of(code) for code in second.units] == ["县妇联"]


def read(text: str) -> Draft:
    return read_notice(read_file("notice.txt", text.encode()), DIRECTORY)
