"""What each unit of a list does (甲负责政策、乙负责资金) stands in the measure's text, and its name in the list."""

from pathlib import Path

import pytest

from services.running.example_directory import load_example_directory
from services.tasks.notices.draft import Draft
from services.tasks.notices.files import read_file
from services.tasks.notices.reading import read_notice
from services.tasks.notices.shares import names_of

DIRECTORY = load_example_directory(Path(__file__).parents[2] / "data")

LISTS = [
    ("县人社局负责政策，县财政局负责资金", "县人社局，县财政局"),
    ("县人社局负责政策解释和审核、县财政局负责筹集、拨付资金", "县人社局、县财政局"),
    ("县人社局、县妇联负责政策，县财政局负责资金", "县人社局、县妇联，县财政局"),
    ("县人社局牵头，负责招录；县妇联配合，负责宣传", "县人社局牵头，；县妇联配合，"),
    ("县人社局牵头制定办法，县妇联配合宣传", "县人社局牵头，县妇联配合"),
    ("县人社局牵头负责招录工作", "县人社局牵头"),
    ("县委组织部负责政策、县财政局负责资金", "县委组织部、县财政局"),
    ("县委组织部组织招聘、县财政局保障经费", "县委组织部、县财政局"),
    ("县卫健委指导疾控中心落实、县财政局保障经费", "县卫健委、县财政局"),
    ("县人社局组织企业参与、县教育局组织学校落实", "县人社局、县教育局"),
    ("县城市管理局负责清运、县委宣传部宣传政策", "县城市管理局、县委宣传部"),
    ("县妇联（组织妇女参加）、县民政局（负责认定）", "县妇联、县民政局"),
    ("县妇联（牵头，组织妇女参加）、县民政局", "县妇联（牵头）、县民政局"),
]
WHOLE = [
    "县人社局、县财政局",
    "县人社局牵头，县财政局配合",
    "县人社局、县妇联按职责分工负责",
    "县人社局负责",
    "由县人社局牵头县财政局配合",
    "县人社局牵头组织实施",
    "县经开区（管委会）、各镇（街道）",
    "各乡镇人民政府（除徽城镇外）",
    "县人社局（县就业服务中心）",
    "县人社局组织科、县财政局监督评价局",
    # Names with a word in them that is one for work as well.
    "县委组织部负责",
    "县委组织部牵头，县人社局配合",
    "县人社局、县委组织部负责",
    "县委组织部、县人社局负责",
    "县委宣传部、县委组织部配合",
    "县委组织部会同县审计局负责",
    "县委组织部牵头县人社局配合",
    "县委组织部部务会负责",
    "县城市管理局牵头，县社会保障中心配合",
    "县城市管理监督指挥中心负责",
    "县人大常委会监督工委负责",
    "县人社局组织科、县财政局监督评价局负责",
    "县总工会组织部、保障部负责",
    "县公安局交通管理大队负责",
    "县委统筹推进办负责",
    "县公积金管理部按职责分工负责",
]


@pytest.mark.parametrize(("text", "names"), LISTS)
def test_what_is_done_is_taken_out_of_a_list_of_names(text, names):
    assert names_of(text) == names


@pytest.mark.parametrize("text", WHOLE)
def test_a_list_that_says_only_who_stays_as_it_is(text):
    assert names_of(text) == text


@pytest.mark.parametrize(
    "tail",
    [
        "责任单位：县人社局负责政策、县财政局负责资金",
        "（县人社局负责政策，县财政局负责资金）",
        "责任单位：县人社局（政策解释）、县财政局（拨付资金）",
    ],
)
def test_the_share_of_each_is_kept_as_text(tail):
    measure = read(f"歙县方案\n一、任务\n1.兑现补贴。{tail}\n2.走访。（县妇联负责）").areas[0].measures[0]

    said = tail[1:-1] if tail.startswith("（") else tail.removeprefix("责任单位：")
    assert measure.text == f"职责分工：{said}"
    assert measure.tasks == ()


@pytest.mark.parametrize(
    ("bracket", "asked"),
    [
        ("县人社局、县委组织部负责，2027年8月底前完成", [("县委组织部", "responsible")]),
        ("县委组织部牵头，县人社局配合", [("县委组织部", "lead")]),
        ("县委组织部负责", [("县委组织部", "lead")]),
        ("县委宣传部、县委组织部配合", [("县委宣传部", "support"), ("县委组织部", "support")]),
        ("县城市管理局负责，县社会保障中心配合", [("县城市管理局", "lead"), ("县社会保障中心", "support")]),
    ],
)
def test_a_name_that_ends_in_a_word_for_work_is_asked_about_whole(bracket, asked):
    draft = read(f"歙县方案\n一、任务\n1.兑现补贴（{bracket}）。\n2.走访。（县妇联负责）")

    unknown = [one for one in draft.questions if one.kind == "unknown_unit"]
    assert [(one.quote, one.role) for one in unknown] == asked
    assert "职责分工" not in draft.areas[0].measures[0].text


def read(text: str) -> Draft:
    return read_notice(read_file("notice.txt", text.encode()), DIRECTORY)
