"""Whole notices: the stored one in our own words, and the real one where it is at hand, must give the same facts."""

from __future__ import annotations

import json
import os
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from services.running.example_directory import load_example_directory
from services.tasks.notices.blocks import Block, Paragraph, Table
from services.tasks.notices.draft import Area, Draft, DueKind, Measure, QuestionKind, TargetKind, draft_as_dict
from services.tasks.notices.errors import NoticeHasNoStructureError
from services.tasks.notices.files import read_file
from services.tasks.notices.reading import read_notice

ROOT = Path(__file__).parents[2]
DIRECTORY = load_example_directory(ROOT / "data")
OWN_WORDS = ROOT / "tests/unit/notices/county-plan.txt"
REAL = Path(os.environ.get("QINGDAN_NOTICE") or ROOT.parent / "shared/data/notice-2025.txt")
NOTICES = [OWN_WORDS, *([REAL] if REAL.exists() else [])]

ROLL = {
    "1.": 8, "2.": 6, "3.": 7, "4.": 11, "5.": 8, "6.": 8, "7.": 1, "8.": 1, "9.": 8, "10.": 4, "11.": 3, "12.": 2,
}  # fmt: skip


def draft_of(text: str, **options: object) -> Draft:
    return read_notice([Paragraph(line) for line in text.strip().splitlines()], DIRECTORY, **options)  # type: ignore[arg-type]


def measures_of(draft: Draft) -> list[Measure]:
    return [measure for area in draft.areas for measure in area.measures]


def kinds_of(draft: Draft) -> Counter[QuestionKind]:
    return Counter(question.kind for question in draft.questions)


def shape_of(draft: Draft) -> list[tuple[str, list[str]]]:
    return [(area.number + area.title, [m.number + m.title for m in area.measures]) for area in draft.areas]


@pytest.fixture(params=NOTICES, ids=lambda path: path.stem, scope="module")
def county_notice(request: pytest.FixtureRequest) -> Draft:
    return read_notice(read_file(request.param.name, request.param.read_bytes()), DIRECTORY)


def test_a_notice_named_in_the_environment_must_exist():
    assert "QINGDAN_NOTICE" not in os.environ or REAL.exists()


def test_the_county_notice_has_four_areas_and_twelve_measures(county_notice):
    assert [(area.number, len(area.measures)) for area in county_notice.areas] == [
        ("(一)", 3),
        ("(二)", 3),
        ("(三)", 3),
        ("(四)", 3),
    ]
    assert [measure.number for measure in measures_of(county_notice)] == list(ROLL)


def test_the_county_notice_names_22_bodies_and_no_other(county_notice):
    measures = measures_of(county_notice)

    assert len({code for measure in measures for code in measure.units}) == 22
    assert {measure.number: len(measure.units) for measure in measures} == ROLL
    assert [measure.unknown for measure in measures] == [()] * 12


def test_townships_stand_in_nine_measures_and_line_departments_in_four(county_notice):
    groups = Counter(group for measure in measures_of(county_notice) for group in measure.groups)

    assert groups == {"各乡镇人民政府": 9, "各行业主管部门": 4}


def test_nine_lists_end_in_and_others(county_notice):
    open_ended = [measure.number for measure in measures_of(county_notice) if measure.is_open_ended]

    assert open_ended == ["1.", "2.", "3.", "4.", "5.", "6.", "10.", "11.", "12."]


def test_the_county_notice_has_nine_targets_to_2027(county_notice):
    assert [(t.kind, t.value, t.unit_of_measure) for t in county_notice.targets] == [
        (TargetKind.FLOW, Decimal(8000), "人"),
        (TargetKind.EXTERNAL, Decimal("5.5"), "%"),
        (TargetKind.ZERO, Decimal(0), "户"),
        (TargetKind.FLOW, Decimal(4800), "人"),
        (TargetKind.RATIO, Decimal(30), "%"),
        (TargetKind.RATIO, Decimal(50), "%"),
        (TargetKind.FLOW, Decimal(1600), "人"),
        (TargetKind.RATIO, Decimal(100), "%"),
        (TargetKind.TREND, None, ""),
    ]
    assert {(t.from_year, t.to_year) for t in county_notice.targets} == {(2025, 2027)}


def test_the_highly_skilled_are_a_part_of_the_skilled(county_notice):
    skilled = county_notice.targets[3]

    [highly_skilled] = skilled.subsets

    assert (highly_skilled.name, highly_skilled.value) == ("高技能人才", Decimal(1400))
    assert highly_skilled.subset_of == skilled.name == "新增技能人才"


def test_only_the_yearly_cohort_is_marked_yearly(county_notice):
    assert [target.is_yearly for target in county_notice.targets].index(True) == 5
    assert sum(target.is_yearly for target in county_notice.targets) == 1


def test_everything_left_open_becomes_a_question(county_notice):
    assert kinds_of(county_notice) == {
        QuestionKind.OPEN_ENDED: 9,
        QuestionKind.UNFILLED_GROUP: 4,
        QuestionKind.NO_DUE: 12,
        QuestionKind.APPROXIMATE_TARGET: 1,
        QuestionKind.TREND_TARGET: 1,
    }


def test_every_question_points_at_a_row_of_the_draft(county_notice):
    for question in county_notice.questions:
        assert eval(f"draft.{question.where}", {"draft": county_notice}) is not None
        assert question.text.zh
        assert question.text.en


def test_every_measure_proposes_its_sentences_as_tasks(county_notice):
    for measure in measures_of(county_notice):
        assert measure.tasks
        assert measure.title not in measure.tasks
        assert "责任单位" not in measure.text


def test_the_draft_survives_json(county_notice):
    plain = draft_as_dict(county_notice)

    assert json.loads(json.dumps(plain, ensure_ascii=False)) == plain
    assert set(plain["areas"][0]["measures"][0]) >= {"title", "lead", "units", "groups", "due", "tasks"}


def test_the_head_of_the_notice_is_read():
    draft = read_notice(read_file(OWN_WORDS.name, OWN_WORDS.read_bytes()), DIRECTORY)

    assert draft.title == "促进就业与产业同步发展三年行动方案"
    assert draft.issuer == "某县人民政府办公室"
    assert draft.issued_on == date(2025, 4, 20)


def test_a_semicolon_in_quotation_marks_does_not_end_a_task():
    draft = read_notice(read_file(OWN_WORDS.name, OWN_WORDS.read_bytes()), DIRECTORY)

    assert measures_of(draft)[7].tasks == ("推动企业和求职者注册,开发“岗位推荐;政策问答”功能",)


FEWER_LEVELS = [
    pytest.param(
        "方案\n一、加强培训。按需开班。(责任单位:县教育局)\n二、加强宣传。(责任单位:县融媒体中心)",
        [("方案", ["一、加强培训", "二、加强宣传"])],
        id="chapters only",
    ),
    pytest.param(
        "方案\n一、培训\n1、办班。\n责任单位:县教育局\n2、竞赛。\n责任单位:县人社局\n二、要求\n1、重视。",
        [("一、培训", ["1、办班", "2、竞赛"])],
        id="chapter and number",
    ),
    pytest.param(
        "方案\n第一章 任务\n第一节 培训\n一、办班。(县教育局负责)\n二、竞赛。(县人社局负责)",
        [("第一节培训", ["一、办班", "二、竞赛"])],
        id="section of a chapter",
    ),
    pytest.param(
        "方案\n一、任务\n(一)培训\n1.办班\n(1)选课。(县教育局负责)\n(2)考核。(县教育局负责)\n2.竞赛\n(1)报名。(县人社局负责)",
        [("1.办班", ["(1)选课", "(2)考核"]), ("2.竞赛", ["(1)报名"])],
        id="deeper by one",
    ),
    pytest.param(
        "方案\n一、任务\n办班。按需开课。(责任单位:县教育局)\n竞赛。每年一次。(责任单位:县人社局)",
        [("一、任务", ["办班", "竞赛"])],
        id="unnumbered paragraphs",
    ),
    pytest.param(
        "办班。按需开课。(责任单位:县教育局)\n竞赛。每年一次。(责任单位:县人社局)",
        [("工作任务", ["办班", "竞赛"])],
        id="no number at all",
    ),
    pytest.param(
        "方案\n一、任务\n(一)培训\n1.办班。\n2.考核。\n责任单位:县教育局\n(二)竞赛\n1.报名。\n2.决赛。\n责任单位:县人社局",
        [("一、任务", ["(一)培训", "(二)竞赛"])],
        id="one line after the last subitem holds for all of them",
    ),
]


@pytest.mark.parametrize(("text", "shape"), FEWER_LEVELS)
def test_areas_and_measures_are_the_two_levels_above_the_tails(text, shape):
    draft = draft_of(text)

    assert shape_of(draft) == shape


def test_chapters_without_tails_hold_no_measures():
    draft = draft_of("方案\n一、目标\n1.多办班。\n二、任务\n1.办班。(责任单位:县教育局)\n三、保障\n1.重视。")

    assert shape_of(draft) == [("二、任务", ["1.办班"])]


def test_a_measure_that_lost_its_tail_is_kept_and_questioned():
    draft = draft_of("方案\n一、任务\n1.办班。(责任单位:县教育局)\n2.竞赛。\n3.宣传。(责任单位:县融媒体中心)")

    assert [measure.title for measure in measures_of(draft)] == ["办班", "竞赛", "宣传"]
    assert [q.where for q in draft.questions if q.kind is QuestionKind.NO_UNIT] == ["areas[0].measures[1]"]


def test_an_area_without_any_tail_beside_others_is_kept():
    draft = draft_of("方案\n一、任务\n(一)培训\n1.办班。(责任单位:县教育局)\n(二)竞赛\n1.报名。\n2.决赛。")

    assert shape_of(draft) == [("(一)培训", ["1.办班"]), ("(二)竞赛", ["1.报名", "2.决赛"])]
    assert kinds_of(draft)[QuestionKind.NO_UNIT] == 2


def test_an_areas_tail_holds_for_measures_that_name_nobody():
    draft = draft_of(
        "方案\n一、任务\n(一)培训(牵头单位:县人社局,完成时限:2025年12月底前)\n"
        "1.办班。(责任单位:县教育局)\n2.竞赛。(责任单位:县总工会)\n3.宣传。(责任单位:县融媒体中心)",
        year=2025,
    )

    leads = {measure.lead for measure in measures_of(draft)}
    dues = {measure.due.date for measure in measures_of(draft) if measure.due}
    assert leads == {"341021-L01"}
    assert dues == {date(2025, 12, 31)}


def test_subitems_tails_are_merged_into_their_measure_and_questioned():
    draft = draft_of(
        "方案\n一、任务\n1.办班。\n(1)选课。(责任单位:县教育局)\n(2)考核。(责任单位:县人社局)\n2.竞赛。(责任单位:县总工会)"
        "\n3.宣传。(责任单位:县融媒体中心)"
    )

    assert measures_of(draft)[0].units == ("341021-D13", "341021-L01")
    assert measures_of(draft)[0].tasks == ("选课", "考核")
    assert kinds_of(draft)[QuestionKind.SEVERAL_TAILS] == 1


LEADS = [
    ("(牵头单位:县财政局;配合单位:县教育局、县人社局)", "341021-D12", ("341021-D13", "341021-L01")),
    ("(县财政局牵头,县教育局参加)", "341021-D12", ("341021-D13",)),
    ("(责任单位:县教育局、县财政局(牵头))", "341021-D12", ()),
    ("(责任单位:县财政局、县教育局,列第一位者为牵头单位,下同)", "341021-D12", ()),
    ("(责任单位:县财政局)", "341021-D12", ()),
    ("(责任单位:县财政局;配合单位:县教育局)", "341021-D12", ("341021-D13",)),
    ("(责任单位:县财政局;配合单位:县教育局、各乡镇)", "341021-D12", ("341021-D13",)),
    ("(责任单位:县气象局;配合单位:县教育局)", None, ("341021-D13",)),
    ("(配合单位:县教育局)", None, ("341021-D13",)),
    ("(责任单位:县财政局,各乡镇人民政府)", None, ()),
    ("(责任单位:各乡镇、县直各单位、县财政局)", None, ()),
    ("(牵头单位:县气象局;责任单位:县财政局)", None, ()),
    ("(县气象局牵头,县教育局参加)", None, ("341021-D13",)),
    ("(责任单位:县气象局(牵头)、县财政局)", None, ()),
    ("(责任单位:县气象局、县财政局,列第一位者为牵头单位,下同)", None, ()),
    ("(责任单位:各乡镇、县财政局,列第一位者为牵头单位,下同)", None, ()),
    ("(牵头单位:县财政局、县气象局)", "341021-D12", ()),
    ("(牵头单位:县气象局、县财政局)", None, ()),
    ("(责任单位:县财政局等)", None, ()),
    ("(责任单位:县财政局、县教育局)", None, ()),
    ("(责任单位:县财政局、县气象局)", None, ()),
]


@pytest.mark.parametrize(("tail", "lead", "support"), LEADS)
def test_the_lead_is_the_one_stated_or_the_only_one(tail, lead, support):
    [measure] = measures_of(draft_of(f"方案\n一、任务\n1.办班。{tail}"))

    assert (measure.lead, measure.support) == (lead, support)


UNKNOWN = [
    ("牵头单位:县气象局;责任单位:县财政局", [("县气象局", "lead")]),
    ("牵头单位:县财政局;配合单位:县气象局;责任单位:县烟草局", [("县气象局", "support"), ("县烟草局", "responsible")]),
    ("牵头单位:县财政局、县气象局", [("县气象局", "lead")]),
    ("责任单位:县气象局、县烟草局,列第一位者为牵头单位", [("县气象局", "lead"), ("县烟草局", "responsible")]),
    ("责任单位:县气象局(牵头)、县烟草局", [("县气象局", "lead"), ("县烟草局", "responsible")]),
    ("责任单位:县气象局", [("县气象局", "lead")]),
    ("责任单位:县气象局;配合单位:县烟草局", [("县气象局", "lead"), ("县烟草局", "support")]),
    ("责任单位:县气象局、县烟草局", [("县气象局", "responsible"), ("县烟草局", "responsible")]),
    ("责任单位:县气象局、各乡镇", [("县气象局", "responsible")]),
    ("配合单位:县气象局;责任单位:县气象局、县财政局", [("县气象局", "responsible")]),
]


@pytest.mark.parametrize(("tail", "names"), UNKNOWN)
def test_an_unknown_name_keeps_the_part_that_it_is_named_for(tail, names):
    draft = draft_of(f"方案\n一、任务\n1.办班。({tail})")

    [measure] = measures_of(draft)
    asked = [question for question in draft.questions if question.kind is QuestionKind.UNKNOWN_UNIT]
    assert [(name.text, name.role) for name in measure.unknown] == names
    assert [(question.quote, question.role) for question in asked] == names
    assert [("牵头单位" in one.text.zh, "as lead" in one.text.en) for one in asked] == [
        (role == "lead", role == "lead") for _, role in names
    ]


def test_several_leads_are_all_named_in_the_question_whether_known_or_not():
    draft = draft_of("方案\n一、任务\n1.办班。(牵头单位:县气象局、县财政局)")

    [question] = [question for question in draft.questions if question.kind is QuestionKind.SEVERAL_LEADS]
    assert question.quote == "县气象局、县财政局"


def test_first_leads_from_there_on_when_the_notice_says_so():
    draft = draft_of(
        "方案\n一、任务\n1.甲。(责任单位:县教育局、县财政局)\n2.乙。(责任单位:县人社局、县财政局,排在首位的为牵头单位,下同)"
        "\n3.丙。(责任单位:县财政局、县教育局)"
    )

    assert [measure.lead for measure in measures_of(draft)] == [None, "341021-L01", "341021-D12"]


QUESTIONS = [
    ("责任单位:县人社局、县财政局等", QuestionKind.OPEN_ENDED, "县人社局、县财政局等"),
    ("责任单位:县人社局、各行业主管部门", QuestionKind.UNFILLED_GROUP, "各行业主管部门"),
    ("责任单位:县人社局、各有关单位", QuestionKind.UNFILLED_GROUP, "各有关单位"),
    ("责任单位:县人社局、县气象局", QuestionKind.UNKNOWN_UNIT, "县气象局"),
    (
        "责任单位:县人社局、县教育局、歙县人力资源和社会保障局",
        QuestionKind.UNIT_LISTED_TWICE,
        "歙县人力资源和社会保障局",
    ),
    ("牵头单位:县人社局、县教育局", QuestionKind.SEVERAL_LEADS, "县人社局、县教育局"),
    ("责任单位:县人社局;完成时限:2025年2月31日前", QuestionKind.IMPOSSIBLE_DUE, "2025年2月31日前"),
    ("责任单位:县人社局;完成时限:2023年12月底前", QuestionKind.PAST_DUE, "2023年12月底前"),
    ("责任单位:县人社局;完成时限:尽快", QuestionKind.UNCLEAR_DUE, "尽快"),
    ("责任单位:县人社局;完成时限:6月底前启动,12月底前完成", QuestionKind.SEVERAL_DUES, "6月底前启动,12月底前完成"),
    ("责任单位:县人社局", QuestionKind.NO_DUE, "办班"),
]


@pytest.mark.parametrize(("tail", "kind", "quote"), QUESTIONS)
def test_a_doubt_becomes_one_question_with_its_quote(tail, kind, quote):
    draft = draft_of(f"方案\n一、任务\n1.办班。({tail})", year=2025)

    assert [question.quote for question in draft.questions if question.kind is kind] == [quote]


def test_units_that_the_notice_says_it_no_longer_lists_are_asked_for():
    draft = draft_of("方案\n一、任务(以下均需各乡镇落实,不再列出)\n1.办班。(责任单位:县人社局)")

    [question] = [q for q in draft.questions if q.kind is QuestionKind.APPLIES_TO_ALL]
    assert (question.where, question.quote) == ("areas", "以下均需各乡镇落实,不再列出")


def test_a_unit_listed_twice_is_taken_once():
    [measure] = measures_of(draft_of("方案\n一、任务\n1.办班。(责任单位:县人社局、县教育局、人社局)"))

    assert measure.units == ("341021-L01", "341021-D13")


def test_an_unknown_unit_is_answered_with_the_nearest_names():
    draft = draft_of("方案\n一、任务\n1.办班。(责任单位:县自然资源规化局)")

    [question] = [q for q in draft.questions if q.kind is QuestionKind.UNKNOWN_UNIT]
    assert "县自然资源和规划局" in question.text.zh
    assert "县自然资源和规划局" in question.text.en


def test_a_due_date_in_the_text_is_found_when_the_tail_has_none():
    [measure] = measures_of(draft_of("方案\n一、任务\n1.办班。2025年9月底前开班。(责任单位:县教育局)"))

    assert measure.due is not None
    assert (measure.due.kind, measure.due.date) == (DueKind.DATE, date(2025, 9, 30))


@pytest.mark.parametrize(
    ("title", "dated", "this_year", "year"),
    [
        ("2027年就业方案", "2026年12月20日", 2026, 2027),
        ("就业三年行动方案", "2025年4月20日", 2026, 2026),
        ("就业三年行动方案", "2025年4月20日", 2028, 2025),
        ("就业行动方案（2025—2027年）", "2025年4月20日", 2027, 2027),
        ("2025年就业方案", "2025年4月20日", 2026, 2025),
        ("就业三年行动计划（2027—2029年）", "2026年11月20日", 2026, 2027),
        ("2027—2029年就业行动计划", "2026年11月20日", 2028, 2028),
        ("就业三年行动计划（2027-2029）", "2026年11月20日", 2031, 2027),
    ],
)
def test_the_year_is_the_one_the_notice_is_for_and_of_a_plan_of_several_this_one(title, dated, this_year, year):
    lines = [title, "一、任务", "1.走访企业。(县人社局负责)", "县人民政府", dated]

    draft = read_notice([Paragraph(line) for line in lines], DIRECTORY, today=date(this_year, 11, 29))

    assert draft.year == year


def test_a_figure_of_a_plan_of_several_years_is_to_be_reached_by_its_last_one():
    draft = draft_of(
        "就业三年行动计划（2027—2029年）\n一、总体目标\n城镇新增就业3000人。\n二、任务\n"
        "1.办招聘会20场。(县人社局负责)\n2.建设创业园2个。(县人社局负责，2028年8月底前完成)\n"
        "3.到2027年，培训工匠300人。(县人社局负责)"
    )

    assert (draft.year, draft.plan_years) == (2027, (2027, 2029))
    assert [target.to_year for target in draft.targets] == [2029]
    assert [target.to_year for measure in measures_of(draft) for target in measure.targets] == [2029, 2028, 2027]


def test_a_year_is_taken_from_the_notices_own_date():
    [measure] = measures_of(draft_of("方案\n2026年3月1日\n一、任务\n1.办班。(责任单位:县教育局;完成时限:年底前)"))

    assert measure.due is not None
    assert measure.due.date == date(2026, 12, 31)


def test_past_is_judged_by_the_day_given():
    text = "方案\n一、任务\n1.办班。(责任单位:县教育局;完成时限:2025年6月30日前)"

    assert kinds_of(draft_of(text, today=date(2025, 6, 30)))[QuestionKind.PAST_DUE] == 0
    assert kinds_of(draft_of(text, today=date(2025, 7, 1)))[QuestionKind.PAST_DUE] == 1


def test_a_table_and_numbered_paragraphs_are_both_read():
    blocks: list[Block] = [
        Paragraph("方案"),
        Paragraph("一、任务"),
        Paragraph("1.办班。(责任单位:县教育局)"),
        Paragraph("二、分工表"),
        Table((("重点任务", "责任单位", "完成时限"), ("扩大宣传。做视频。", "县融媒体中心", "每月25日前"))),
    ]

    draft = read_notice(blocks, DIRECTORY)

    assert [area.title for area in draft.areas] == ["任务", "分工表"]
    [measure] = draft.areas[1].measures
    assert (measure.title, measure.tasks, measure.lead) == ("扩大宣传", ("做视频",), "341021-D21")
    assert measure.due is not None
    assert (measure.due.kind, measure.due.day) == (DueKind.MONTHLY, 25)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("大家好。\n今天开会。", "2个段落、0张表格；编号：无；责任单位或时限：0处"),
        ("一、甲\n二、乙\n(一)丙", "3个段落、0张表格；编号：一、 × 2，（一） × 1；责任单位或时限：0处"),
        ("一、甲。(完成时限:12月底)", "1个段落、0张表格；编号：一、 × 1；责任单位或时限：1处"),
    ],
)
def test_a_text_without_structure_says_what_was_found_and_looked_for(text, found):
    with pytest.raises(NoticeHasNoStructureError) as raised:
        draft_of(text)

    assert found in raised.value.text.zh
    assert "责任单位：…" in raised.value.text.zh
    assert "Looked for" in raised.value.text.en


def test_a_notice_of_five_thousand_paragraphs_is_read_whole():
    text = "方案\n一、任务\n" + "\n".join(
        f"({number % 90 + 1}){'推进工作，' * 20}做好第{number}件事。(责任单位:县气象局、县人社局和县供销社等)"
        for number in range(5000)
    )

    draft = draft_of(text)

    assert [len(area.measures) for area in draft.areas] == [5000]


def test_areas_are_plain_values():
    assert Area("一、", "甲", ()).as_dict() == {"number": "一、", "title": "甲", "text": "", "measures": []}


LINES = st.lists(
    st.sampled_from(
        [
            "一、任务",
            "(一)培训",
            "1.办班。",
            "（1）选课；",
            "①报名",
            "第一章总则",
            "(责任单位:县人社局等)",
            "责任单位：县教育局、县气象局",
            "“",
            "（",
            "——",
            "完成时限：2025年2月31日",
            "县人社局牵头，县财政局配合。",
            "到2027年，",
            "新增就业8000人左右，",
            "排第一位的为牵头单位，下同",
        ]
    ),
    max_size=4,
).map("".join)
TABLES = st.lists(st.tuples(LINES, st.sampled_from(["责任单位", "县人社局", ""]), st.sampled_from(["任务", "办班"])))
BLOCKS = st.builds(
    Paragraph, LINES | st.text(max_size=30), st.sampled_from(["", "", "一、", "（二）", "3.", "●"])
) | st.builds(Table, TABLES.map(tuple))


@given(st.lists(BLOCKS, max_size=12), st.none() | st.integers(2000, 2100))
def test_any_blocks_are_read_or_refused(blocks, year):
    try:
        draft = read_notice(blocks, DIRECTORY, year=year)
    except NoticeHasNoStructureError:
        event("refused")
        return
    event("read")
    for measure in measures_of(draft):
        assert len(set(measure.units)) == len(measure.units)
        assert set(measure.support) <= set(measure.units)
        assert measure.lead is None or measure.lead in measure.units
    json.dumps(draft_as_dict(draft))


def test_two_lists_of_chinese_numbers_before_blanks_are_two_lists():
    draft = draft_of(
        """
        青屏县稳岗工作方案
        一 稳定岗位
        1.发放补贴。责任单位：县人社局
        二 扩大就业
        1.举办招聘会。责任单位：县财政局
        青屏县培训工作方案
        一 开展培训
        1.开设课程。责任单位：县教育局
        二 考核
        1.组织考试。责任单位：县人社局
        """
    )

    assert [area.title for area in draft.areas] == ["稳定岗位", "扩大就业", "开展培训", "考核"]


def test_a_word_that_looks_like_the_first_number_is_no_heading():
    draft = draft_of("稳岗方案\n一 定要抓好。\n1.办班。责任单位：县人社局\n一 体推进。\n2.竞赛。责任单位：县财政局")

    assert [measure.title for measure in measures_of(draft)] == ["办班", "竞赛"]
    assert len(draft.areas) == 1


def test_a_dotted_number_vouches_for_its_whole_first_part():
    text = (
        "稳岗方案\n12 服务企业\n12.1走访企业。责任单位：县人社局\n12.2 发放补贴。责任单位：县财政局\n1 个乡镇先行试点。"
    )

    draft = draft_of(text)

    assert [(measure.number, measure.title) for measure in measures_of(draft)] == [("12", "服务企业")]
