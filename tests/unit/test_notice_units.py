from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.running.example_directory import load_example_directory
from services.tasks.notices.directory import Directory, KnownGroup, KnownUnit
from services.tasks.notices.draft import QuestionKind
from services.tasks.notices.files import read_file
from services.tasks.notices.names import NameIndex
from services.tasks.notices.reading import read_notice
from services.tasks.notices.units import read_names, units_of

DIRECTORY = load_example_directory(Path(__file__).parents[2] / "data")
INDEX = NameIndex.of(DIRECTORY)
DEPARTMENTS = [unit for unit in DIRECTORY.units if unit.kind in ("lead", "department")]


def names_in(text: str) -> list[str]:
    return [name.known[0].name if name.known else f"?{name.text}" for name in read_names(text, INDEX).names]


def test_the_example_has_the_bodies_the_townships_and_both_groups():
    kinds = [unit.kind for unit in DIRECTORY.units]
    townships, line_departments = DIRECTORY.groups

    assert (kinds.count("lead"), kinds.count("department"), kinds.count("township")) == (1, 21, 28)
    assert (kinds.count("county"), kinds.count("leading_group")) == (1, 1)
    assert len({unit.code for unit in DIRECTORY.units}) == len(DIRECTORY.units)
    assert (len(townships.member_codes), townships.is_filled) == (28, True)
    assert (line_departments.member_codes, line_departments.is_filled) == ((), False)


LISTS = [
    ("县人社局、县财政局", ["县人社局", "县财政局"]),
    ("县人社局，县财政局,县教育局;县妇联；县残联", ["县人社局", "县财政局", "县教育局", "县妇联", "县残联"]),
    ("县人社局和县财政局", ["县人社局", "县财政局"]),
    ("县人社局及各行业主管部门，各乡镇人民政府", ["县人社局", "各行业主管部门", "各乡镇人民政府"]),
    ("县自然资源和规划局", ["县自然资源和规划局"]),
    ("自然资源和规划局和财政局", ["县自然资源和规划局", "县财政局"]),
    ("县财政局与县自然资源和规划局", ["县财政局", "县自然资源和规划局"]),
    ("发改委、人社局", ["县发改委", "县人社局"]),
    ("歙县发改委、歙县人力资源和社会保障局", ["县发改委", "县人社局"]),
    ("县发展和改革委员会、县住房和城乡建设局", ["县发改委", "县住建局"]),
    ("县 人 社 局 、\u3000县财政局", ["县人社局", "县财政局"]),
    ("县\u200b人社局、县财\u00ad政局\ufeff", ["县人社局", "县财政局"]),
    ("县\u2f08社局、县财政局", ["县人社局", "县财政局"]),
    ("徽城镇、深渡镇人民政府、歙县石门乡", ["徽城镇", "深渡镇", "石门乡"]),
    ("各乡镇", ["各乡镇人民政府"]),
    ("各乡、镇人民政府", ["各乡镇人民政府"]),
    ("各乡（镇）人民政府", ["各乡镇人民政府"]),
    ("县气象局、县人社局", ["?县气象局", "县人社局"]),
    ("县气象局和县供销社", ["?县气象局", "?县供销社"]),
    ("县气象局及县人社局", ["?县气象局", "县人社局"]),
    ("县水利和湖泊局", ["?县水利和湖泊局"]),
    ("县人社局工会", ["?县人社局工会"]),
    ("县委人才局（县人社局）", ["县委人才局", "县人社局"]),
    ("县经开区（园区）", ["县经开区管委会"]),
    ("各有关单位", ["?各有关单位"]),
    ("各镇（街道）、县人社局", ["各乡镇人民政府", "县人社局"]),
    ("县气象局（人影办）", ["?县气象局(人影办)"]),
    ("", []),
    ("、，;", []),
    ("（", []),
]


@pytest.mark.parametrize(("text", "names"), LISTS)
def test_a_list_is_split_into_its_units(text, names):
    assert names_in(text) == names


OPEN_ENDINGS = [
    ("县人社局、县财政局等", "等"),
    ("县人社局、县财政局等单位", "等单位"),
    ("县人社局等有关部门", "等有关部门"),
    ("县人社局等县直单位，各乡镇人民政府", "等县直单位"),
    ("县人社局、县气象局等，各乡镇", "等"),
    ("县人社局等各乡镇", "等"),
    ("县人社局、县财政局等5个单位", "等5个单位"),
    ("县人社局、县财政局等2个单位", ""),
    ("县人社局、县财政局等两家", "等"),
    ("县人社局、县财政局", ""),
    ("县平等办", ""),
]


@pytest.mark.parametrize(("text", "ending"), OPEN_ENDINGS)
def test_a_list_says_whether_it_is_open(text, ending):
    assert read_names(text, INDEX).open_ending == ending


def test_and_others_is_no_part_of_an_unknown_name():
    assert names_in("县人社局、县气象局等单位") == ["县人社局", "?县气象局"]


def test_a_remark_in_brackets_marks_the_lead():
    names = read_names("县财政局、县人社局（牵头）、县教育局", INDEX).names

    assert [name.is_marked_lead for name in names] == [False, True, False]


def test_a_name_that_two_units_share_is_known_as_both():
    units = (KnownUnit("1", "县一中", ("中学",), "department"), KnownUnit("2", "县二中", ("中学",), "department"))
    index = NameIndex.of(Directory(units, ()))

    [name] = read_names("中学", index).names

    assert name.known == units
    assert units_of((name,)) == []


def test_the_directorys_own_name_wins_over_a_derived_one():
    units = (KnownUnit("1", "县教育局", (), "department"), KnownUnit("2", "教育局", (), "department"))
    index = NameIndex.of(Directory(units, ()))

    assert units_of(read_names("教育局", index).names) == [units[1]]


def test_a_county_of_another_name_uses_its_own():
    units = (KnownUnit("0", "凤台市", (), "county"), KnownUnit("1", "市教育局", (), "department"))
    index = NameIndex.of(Directory(units, (KnownGroup("各街道", (), (), is_filled=False),)))

    assert units_of(read_names("凤台市教育局、教育局、市教育局、各街道", index).names) == [units[1]] * 3


def test_an_empty_directory_knows_nobody():
    assert [name.text for name in read_names("县人社局、县财政局", NameIndex.of(Directory((), ()))).names] == [
        "县人社局",
        "县财政局",
    ]


@pytest.mark.parametrize("written", ["县自然资源规化局", "县自规局"])
def test_the_nearest_name_is_the_likeliest(written):
    assert INDEX.nearest(written)[0] == "县自然资源和规划局"


def test_nothing_is_near_to_a_strange_word():
    assert INDEX.nearest("天气预报") == ()


@given(st.lists(st.sampled_from(DEPARTMENTS), unique=True, min_size=1), st.sampled_from("、，,;；及和与"), st.data())
def test_every_named_unit_is_found_exactly_once_in_its_order(units, separator, data):
    written = [data.draw(st.sampled_from([unit.name, unit.name.removeprefix("县"), *unit.aliases])) for unit in units]
    written = [name if name != "委人才局" else "县委人才局" for name in written]

    assert units_of(read_names(separator.join(written) + "等", INDEX).names) == units


@given(st.text() | st.text(st.sampled_from("县人社财政局等及和与（）()、，单位各5个 "), max_size=80))
def test_no_text_breaks_the_reading(text):
    for name in read_names(text, INDEX).names:
        assert name.text


def test_a_unit_answers_to_the_name_of_its_own_county_and_to_no_other():
    counties = [KnownUnit(f"c{n}", f"{n}号县", (), "county") for n in range(300)]
    towns = [KnownUnit(f"t{n}", f"{n}号镇", (), "township", f"{n % 300}号县") for n in range(3000)]

    index = NameIndex.of(Directory((*counties, *towns), ()))

    assert index.written["7号县7号镇人民政府"] == (towns[7],)
    assert "8号县7号镇" not in index.written
    assert len(index.written) < 10 * len(towns)


@pytest.mark.parametrize(
    ("said", "group"),
    [
        ("各乡镇负责推荐人选", "各乡镇"),
        ("各村（社区）负责摸底登记", "各村(社区)"),
        ("县直各部门负责解读政策", "县直各部门"),
        ("由各乡镇（街道）负责推荐人选", "各乡镇(街道)"),
    ],
)
def test_a_group_that_a_sentence_names_is_asked_in_a_county_whose_directory_is_empty(said, group):
    text = (
        f"青屏县就业工作方案\n一、任务\n（一）第一项工作。{said}，10月底前完成。\n（二）审核资料。县人社局负责审核。\n"
    )

    draft = read_notice(read_file("notice.txt", text.encode()), Directory((), ()), year=2026)

    [first, _second] = draft.areas[0].measures
    assert first.groups == (group,)
    kinds = [question.kind for question in draft.questions]
    assert QuestionKind.UNFILLED_GROUP in kinds
    assert QuestionKind.NO_UNIT not in kinds
