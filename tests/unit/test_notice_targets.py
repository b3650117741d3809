from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks.notices.draft import Target, TargetKind
from services.tasks.notices.targets import read_targets

K = TargetKind


def targets_of(text: str) -> list[Target]:
    return read_targets([text.split("\n")])


FORMS = [
    ("累计实现城镇新增就业8000人以上", "城镇新增就业", K.FLOW, ">=", "8000", "人"),
    ("全县新增就业达到0.8万人", "新增就业", K.FLOW, ">=", "8000", "人"),
    ("新增就业8,000人", "新增就业", K.FLOW, ">=", "8000", "人"),
    ("开展培训1.2万人次以上", "开展培训", K.FLOW, ">=", "12000", "人次"),
    ("发放创业贷款9000万元", "发放创业贷款", K.FLOW, ">=", "9000", "万元"),
    ("城镇登记失业率控制在4%以内", "城镇登记失业率", K.CEILING, "<=", "4", "%"),
    ("工资拖欠案件不超过20件", "工资拖欠案件", K.CEILING, "<=", "20", "件"),
    ("城镇调查失业率控制在5.5%左右", "城镇调查失业率", K.EXTERNAL, "<=", "5.5", "%"),
    ("城镇调查失业率保持在5.5%左右", "城镇调查失业率", K.EXTERNAL, "~", "5.5", "%"),
    ("零就业家庭保持动态清零", "零就业家庭", K.ZERO, "=", "0", "户"),
    ("欠薪案件清零", "欠薪案件", K.ZERO, "=", "0", ""),
    ("技能人才占比超30%", "技能人才占比", K.RATIO, ">", "30", "%"),
    ("技能人才占比不低于30％", "技能人才占比", K.RATIO, ">=", "30", "%"),
    ("参保覆盖面提高到100%", "参保覆盖面", K.RATIO, ">=", "100", "%"),
    ("技能人才总量达到2.5万人", "技能人才总量", K.STOCK, ">=", "25000", "人"),
    ("在岗公益性岗位稳定在300个左右", "在岗公益性岗位", K.STOCK, "~", "300", "个"),
    ("缴费基数稳步提升", "缴费基数", K.TREND, "rising", None, ""),
    ("劳动争议逐年减少", "劳动争议", K.TREND, "falling", None, ""),
]


@pytest.mark.parametrize(("clause", "name", "kind", "comparator", "value", "unit"), FORMS)
def test_a_target_is_read_in_every_form(clause, name, kind, comparator, value, unit):
    [target] = targets_of(f"到2027年,{clause}。")

    assert (target.name, target.kind, target.comparator) == (name, kind, comparator)
    assert target.value == (None if value is None else Decimal(value))
    assert target.unit_of_measure == unit
    assert target.to_year == 2027


def test_about_is_marked_approximate():
    [target] = targets_of("到2027年,失业率控制在5.5%左右。")

    assert target.is_approximate


def test_the_year_holds_for_the_bullets_below_it():
    targets = targets_of(
        "到2027年底,实现以下目标:\n——岗位稳步增加。新增就业8000人。\n●技能持续提升。新增技能人才4800人。"
    )

    assert [(target.name, target.to_year) for target in targets] == [("新增就业", 2027), ("新增技能人才", 2027)]


def test_a_new_chapter_needs_its_own_year():
    assert len(read_targets([["到2027年,新增就业8000人。"], ["新增技能人才4800人。"]])) == 1


def test_without_a_year_to_reach_a_figure_is_no_target():
    assert targets_of("会议于2025年5月14日召开,有80人参加。2024年新增就业2600人。") == []


def test_parts_are_kept_under_their_whole():
    [whole] = targets_of("到2027年,新增技能人才4800人以上,其中高技能人才1400人以上、青年技能人才2000人。")

    assert [(part.name, part.value) for part in whole.subsets] == [("高技能人才", 1400), ("青年技能人才", 2000)]
    assert {part.subset_of for part in whole.subsets} == {whole.name}


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2025—2027年行动方案\n到2027年,新增就业8000人。", 2025),
        ("开展三年行动。\n到2027年,新增就业8000人。", 2025),
        ("到2027年,新增就业8000人。", None),
    ],
)
def test_the_first_year_comes_from_the_range_or_the_length(text, first):
    [target] = targets_of(text)

    assert target.from_year == first


def test_a_target_stated_twice_is_one():
    assert len(targets_of("到2027年,新增就业8000人。\n到2027年,新增就业8000人。")) == 1


WORDS = st.sampled_from(
    [
        "到2027年",
        "其中",
        "新增",
        "8000人",
        "5.5%",
        "左右",
        "控制在",
        "稳步提升",
        "清零",
        "，",
        "。",
        "——",
        "100%",
        "“",
        "”",
        "1,000",
        "万元",
        "家庭",
    ]
)


@given(st.lists(st.lists(WORDS).map("".join) | st.text(), max_size=5))
def test_no_text_breaks_the_reading(paragraphs):
    for target in read_targets([paragraphs]):
        assert target.name
        assert (target.value is None) == (target.kind is TargetKind.TREND)
