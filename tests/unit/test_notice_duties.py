"""Sentences outside the measures that ask for something are asked about, with the day that they name."""

from pathlib import Path

import pytest

from services.running.example_directory import load_example_directory
from services.tasks.notices.draft import Draft, QuestionKind
from services.tasks.notices.duties import duties_in
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


def test_a_letter_that_only_asks_for_a_return_is_no_refusal():
    draft = read(
        "关于报送2027年数据的函\n县教育局、县残联：\n请于2027年4月8日前将数据报送县人社局。口径如下：\n"
        "1.新增人数，按登记口径统计。\n歙县人民政府办公室\n2027年3月28日\n"
    )

    [measure] = draft.areas[0].measures
    assert measure.title == "请于2027年4月8日前将数据报送县人社局"
    assert str(measure.due.date) == "2027-04-08"
    assert QuestionKind.NO_UNIT in {one.kind for one in draft.questions}


def read(text: str) -> Draft:
    return read_notice(read_file("notice.txt", text.encode()), DIRECTORY)
