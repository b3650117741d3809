from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.running.example_directory import load_example_directory
from services.tasks.notices.names import NameIndex
from services.tasks.notices.tails import Role, find_first_is_lead, label_role, take_tails

INDEX = NameIndex.of(load_example_directory(Path(__file__).parents[2] / "data"))
L, S, R, D = Role.LEAD, Role.SUPPORT, Role.RESPONSIBLE, Role.DUE

TAILS = [
    ("办班。(责任单位:县人社局、县财政局)", "办班。", [(R, "县人社局、县财政局")]),
    ("办班。（责任单位：县人社局，各乡镇人民政府）", "办班。", [(R, "县人社局，各乡镇人民政府")]),
    ("办班。【责任单位:县人社局】", "办班。", [(R, "县人社局")]),
    ("办班。[责任部门:县人社局]", "办班。", [(R, "县人社局")]),
    ("办班(责任单位:县人社局)。", "办班。", [(R, "县人社局")]),
    ("办班。(责任单位：县经开区（管委会）、县人社局)", "办班。", [(R, "县经开区（管委会）、县人社局")]),
    (
        "办班。(牵头单位:县人社局;配合单位:县财政局、县教育局;完成时限:2025年12月底前)",
        "办班。",
        [(L, "县人社局"), (S, "县财政局、县教育局"), (D, "2025年12月底前")],
    ),
    ("办班。（牵头单位：县人社局，责任单位：县财政局）", "办班。", [(L, "县人社局"), (R, "县财政局")]),
    ("办班。（主办单位：县人社局；协办单位：县财政局）", "办班。", [(L, "县人社局"), (S, "县财政局")]),
    ("办班。(县人社局牵头,县财政局、县教育局等参加)", "办班。", [(L, "县人社局"), (S, "县财政局、县教育局等")]),
    ("办班。（县人社局牵头，县财政局配合）", "办班。", [(L, "县人社局"), (S, "县财政局")]),
    ("办班。(由县人社局牵头负责,县财政局按职责分工负责)", "办班。", [(L, "县人社局"), (R, "县财政局")]),
    ("办班。(县人社局、县财政局等按职责分工负责)", "办班。", [(R, "县人社局、县财政局等")]),
    ("办班。（各有关单位按职责分工负责）", "办班。", [(R, "各有关单位")]),
    ("办班。(县人社局负责)", "办班。", [(R, "县人社局")]),
    ("办班。(县人社局牵头,2025年12月底前完成)", "办班。", [(D, "2025年12月底前完成"), (L, "县人社局")]),
    ("办班。(县人社局、县教育局)", "办班。", [(R, "县人社局、县教育局")]),
    ("办班。责任单位:县人社局、县财政局", "办班。", [(R, "县人社局、县财政局")]),
    (
        "办班。牵头单位：县人社局。配合单位：县财政局。完成时限：长期坚持。",
        "办班。",
        [(L, "县人社局"), (S, "县财政局"), (D, "长期坚持")],
    ),
    ("责任单位：县人社局", "", [(R, "县人社局")]),
    ("——责任单位：县人社局", "", [(R, "县人社局")]),
    ("办班。(县总工会牵头,各市县负责)", "办班。", [(L, "县总工会"), (R, "各市县")]),
    ("办班。(县人社局,各镇(街道))", "办班。", [(R, "县人社局,各镇(街道)")]),
    ("完成时限：每月25日前", "", [(D, "每月25日前")]),
    ("办班。县人社局牵头,县财政局配合。", "办班。", [(L, "县人社局"), (S, "县财政局")]),
    ("办班。由县人社局负责。", "办班。", [(R, "县人社局")]),
    ("责任单位:县人社局牵头,县财政局配合", "", [(L, "县人社局"), (S, "县财政局")]),
    ("办班。(责任单位:县人社局,责任人:某某)", "办班。", [(R, "县人社局"), (Role.OTHER, "某某")]),
    ("选课。(责任单位:县教育局)考核。(责任单位:县人社局)", "选课。考核。", [(R, "县教育局"), (R, "县人社局")]),
    ("办班。(责任单位:县气象局)", "办班。", [(R, "县气象局")]),
]


@pytest.mark.parametrize(("text", "rest", "parts"), TAILS)
def test_a_tail_is_found_in_every_form(text, rest, parts):
    found, tails = take_tails(text, INDEX)

    assert found == rest
    assert [(part.role, part.text) for tail in tails for part in tail.parts] == parts


NO_TAILS = [
    "县人社部门牵头定期召开会议分析形势。",
    "县人社局牵头召开会议。县财政局要保障经费。",
    "加强部门配合。",
    "依托园区（含开发区）办班。",
    "支持平台（网站、小程序）推广。",
    "各乡镇要认真组织实施。",
    "落实单位:时间双控制度。"[2:],
    "由本人负责。",
    "建立“责任单位:县人社局”标牌。",
    "(一)",
    "责任单位",
    "",
]


@pytest.mark.parametrize("text", NO_TAILS)
def test_running_text_is_no_tail(text):
    assert take_tails(text, INDEX) == (text, ())


FIRST_LEADS = [
    "列第一位者为牵头单位,下同",
    "排在首位的为牵头单位，下同",
    "排第一位的为牵头单位",
    "责任单位中列第一的单位为牵头单位，下同",
    "排名第一的为牵头单位,以下同",
    "第一个单位为牵头单位",
]


@pytest.mark.parametrize("note", FIRST_LEADS)
def test_the_remark_that_the_first_leads_is_understood(note):
    rest, [tail] = take_tails(f"办班。(责任单位:县人社局、县财政局,{note})", INDEX)

    assert find_first_is_lead(note)
    assert rest == "办班。"
    assert tail.first_is_lead
    assert tail.from_here_on == ("同" in note)
    assert [part.text for part in tail.parts] == ["县人社局、县财政局"]


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("责任单位", R),
        ("牵 头\n单 位", L),
        ("配合部门", S),
        ("完成时限", D),
        ("时间节点", D),
        ("责任人", Role.OTHER),
        ("重点任务", None),
        ("", None),
    ],
)
def test_a_column_heading_tells_its_role(heading, role):
    assert label_role(heading) is role


PIECES = st.sampled_from(
    [
        "县人社局",
        "县财政局",
        "责任单位:",
        "牵头单位：",
        "牵头",
        "配合",
        "负责",
        "(",
        ")",
        "（",
        "）",
        "，",
        "。",
        ";",
        "等",
        "下同",
        "列第一位者为牵头单位",
        "完成时限：",
        "2025年12月底前",
        "办班",
        "按职责分工负责",
        "由",
        "、",
        "【",
        "】",
        "“",
        "”",
        "\n",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join) | st.text())
def test_what_is_no_tail_stays_in_its_order(text):
    rest, tails = take_tails(text, INDEX)

    remaining = iter(text)
    assert all(sign in remaining for sign in rest)
    assert bool(tails) or rest == text
