"""Where measures may be split, what goes with which part, where a left-out piece goes, and what can be undone."""

from dataclasses import dataclass

import pytest

from services.tasks.drafting import notice_pieces
from services.tasks.notices.blocks import Paragraph
from services.tasks.notices.directory import Directory, KnownUnit
from services.tasks.notices.files import read_text
from services.tasks.notices.reading import read_notice
from services.tasks.tracing import places, undo_rules
from services.tasks.tracing.dividing import (
    Words,
    divided_at_sentence,
    divided_at_task,
    going_with,
    merged_body,
    row_words,
    sentences_of,
)

BODY = "建设创业园。办好大赛。\n开展“谁来讲。谁来听”活动。"


def test_sentences_have_their_offsets_and_quotations_stay_whole():
    found = sentences_of(BODY)

    assert [text for _, text in found] == ["建设创业园。", "办好大赛。", "开展“谁来讲。谁来听”活动。"]
    assert all(BODY[at:].startswith(text) for at, text in found)


@pytest.mark.parametrize("body", ["", " \n\n ", "\n"])
def test_a_text_without_words_has_no_sentences(body):
    assert sentences_of(body) == []


@pytest.mark.parametrize("body", [BODY, "一。\n\n  二；三!", "没有句号", "甲。乙。丙。"])
def test_wherever_it_is_split_no_sign_is_lost(body):
    for at, _ in sentences_of(body):
        division = divided_at_sentence(body, at, [])
        assert "".join((division.kept + division.words).split()) == "".join(body.split())
        assert division.words.startswith(division.title)
        assert division.words.endswith(division.moved)


def test_tasks_go_with_their_words():
    tasks = [Words(1, "建设创业园"), Words(2, "办好大赛"), Words(3, "手工加的")]

    division = divided_at_sentence(BODY, BODY.index("办好"), tasks)

    assert (division.kept, division.title, division.tasks) == ("建设创业园。", "办好大赛", (2,))


def test_what_stands_on_both_sides_stays():
    numbered = [Words(1, "（1）办好大赛。（责任单位：县教育局）"), Words(2, "2.再办。（县人社局）"), Words(3, "（三）")]
    assert going_with("办好大赛。再办。", "开办。", numbered) == (1, 2)
    assert going_with("办好大赛。再办。", "办好大赛。", [Words(1, "办好大赛"), Words(2, "再办")]) == (2,)


@pytest.mark.parametrize("offset", [-1, 1, 999])
def test_it_is_split_at_the_beginning_of_a_sentence_only(offset):
    assert divided_at_sentence(BODY, offset, []) is None


def test_at_a_task_it_is_split_where_the_task_stands_in_the_text():
    tasks = [Words(1, "建设创业园"), Words(2, "办好大赛"), Words(3, "开展“谁来讲。谁来听”活动")]

    division = divided_at_task(BODY, 2, tasks)

    assert (division.kept, division.title, division.tasks) == ("建设创业园。", "办好大赛", (2, 3))
    assert division.moved == "开展“谁来讲。谁来听”活动。"


def test_a_task_that_the_text_does_not_have_leaves_the_text_as_it_is():
    division = divided_at_task(BODY, 2, [Words(1, "甲"), Words(2, "乙")])

    assert (division.kept, division.title, division.moved, division.tasks) == (BODY, "乙", "", (2,))


@pytest.mark.parametrize("task_id", [1, 9])
def test_the_first_task_or_another_measures_is_no_boundary(task_id):
    assert divided_at_task(BODY, task_id, [Words(1, "甲"), Words(2, "乙")]) is None


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("招聘会", "办好招聘会。", "前文。\n招聘会\n办好招聘会。"),
        ("招聘会", "招聘会。办好它。", "前文。\n招聘会。办好它。"),
        ("很长的标题…", "很长的标题在这里。", "前文。\n很长的标题在这里。"),
        ("招聘会", "", "前文。\n招聘会"),
    ],
)
def test_a_merged_measure_has_the_title_of_the_other_once(title, text, expected):
    assert merged_body("前文。", title, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(一)强化组织领导。充分发挥作用。", ("强化组织领导", "充分发挥作用。")),
        ("2.招聘会", ("招聘会", "")),
        ("没有编号；还有一句", ("没有编号", "还有一句")),
        ("三、", ("三、", "")),
    ],
)
def test_a_piece_becomes_a_title_and_further_words_without_its_number(text, expected):
    assert row_words(text) == expected


@dataclass(frozen=True)
class Row:
    id: int
    parent_id: int | None
    level: int


ROWS = {
    row.id: row for row in [Row(1, None, 1), Row(2, 1, 2), Row(3, 2, 3), Row(4, 1, 2), Row(5, None, 1), Row(6, 5, 2)]
}


@pytest.mark.parametrize(
    ("before", "row", "measure"), [(None, 1, 4), (1, 1, 4), (2, 2, 2), (3, 2, 2), (5, 5, 6), (99, 1, 4)]
)
def test_a_piece_goes_to_the_row_before_it(before, row, measure):
    assert places.row_for(before, ROWS) == row
    assert places.measure_for(row, ROWS) == measure


def test_in_an_empty_draft_a_piece_goes_nowhere():
    assert places.row_for(None, {}) is None
    assert places.measure_for(None, {}) is None
    assert places.measure_for(1, {1: Row(1, None, 1)}) is None


def kept(title, *, version=1, position=1, units=()):
    return {"data": {"title": title, "version": version, "position": position}, "units": list(units)}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ({"1": kept("甲")}, True),
        ({"1": kept("甲", version=7, position=3)}, True),
        ({"1": kept("乙")}, False),
        ({"1": kept("甲", units=[["lead", 1, None]])}, False),
        ({}, False),
    ],
)
def test_an_undo_looks_at_what_rows_say_and_not_at_versions(now, expected):
    assert undo_rules.is_untouched({"1": kept("甲")}, now) is expected


def test_an_undo_takes_away_what_was_made_and_brings_back_what_was_deleted():
    steps = undo_rules.steps({"1": kept("甲"), "2": kept("乙")}, {"1": kept("丙"), "3": kept("丁")})

    assert (steps.removed, steps.restored, steps.reset) == (("3",), ("2",), ("1",))
    assert undo_rules.has_strangers({"1": {}, "3": {}}, [3, 4])
    assert not undo_rules.has_strangers({"1": {}, "3": {}}, [3, 1])


NOTICE = """关于印发《2026年就业工作方案》的通知
一、工作目标
到2027年,全县城镇新增就业达到8000人以上。
二、工作举措
1.创业园。建设创业园3个以上,其中乡镇2个以上。(责任单位:县人社局)
三、工作要求
各单位要加强领导。
"""


def test_each_piece_is_kept_in_its_order_with_its_place():
    units = (KnownUnit("1", "县人社局", (), "department", ""),)
    draft = read_notice([Paragraph(line) for line in NOTICE.splitlines()], Directory(units, ()), year=2026)

    pieces = notice_pieces.pieces_to_keep(draft, {"areas[0]": 10, "areas[0].measures[0]": 11}, {"targets[0]": 20})

    assert "\n".join(piece.text for piece in pieces) == NOTICE.strip()
    assert [(piece.part, piece.row_id, piece.target_id) for piece in pieces] == [
        ("title", None, None),
        ("", None, None),
        ("target", None, 20),
        ("row", 10, None),
        ("row", 11, None),
        ("", None, None),
        ("", None, None),
    ]
    assert all((piece.reason is None) is (piece.part != "") for piece in pieces)


def test_a_figure_is_offered_with_its_parts_behind_it():
    units = (KnownUnit("1", "县人社局", (), "department", ""),)
    draft = read_notice([Paragraph(line) for line in NOTICE.splitlines()], Directory(units, ()), year=2026)

    offered = notice_pieces.figures_to_offer(draft, {"areas[0].measures[0]": 11}, 2027, {"1": "县人社局"})

    assert next((one["row_id"], str(one["value"]), one["is_part"]) for one in offered) == (11, "3", False)
    assert all(one["value"] is not None for one in offered)


TABLE = (
    "关于分解下达就业任务的通知\n附件：任务分解表\n乡镇\t转移就业（人）\t技能培训（人）\n甲镇\t100\t50\n乙镇\t90\t40\n"
)


@pytest.mark.parametrize("known", [("甲镇", "乙镇"), ("甲镇",)])
def test_figures_of_one_name_in_the_rows_of_several_units_are_called_by_the_unit_as_well(known):
    units = tuple(KnownUnit(f"c{name}", name, (), "township", "") for name in known)
    draft = read_notice(read_text(TABLE), Directory(units, ()), year=2026)
    row_ids = {f"areas[0].measures[{m}]": m for m in range(2)}

    offered = notice_pieces.figures_to_offer(draft, row_ids, 2026, {unit.code: unit.name for unit in units})

    assert [(one["row_id"], one["name"]) for one in offered] == [
        *((0, "甲镇转移就业"), (0, "甲镇技能培训")),
        *((1, "乙镇转移就业"), (1, "乙镇技能培训")),
    ]


def test_a_figure_of_a_name_that_no_other_unit_has_keeps_it():
    units = (KnownUnit("c1", "甲镇", (), "township", ""), KnownUnit("c2", "乙镇", (), "township", ""))
    text = "方案\n一、任务\n1.转移就业100人。（甲镇负责）\n2.技能培训40人。（乙镇负责）\n3.技能培训30人。（乙镇负责）\n"
    draft = read_notice(read_text(text), Directory(units, ()), year=2026)
    row_ids = {f"areas[0].measures[{m}]": m for m in range(3)}

    offered = notice_pieces.figures_to_offer(draft, row_ids, 2026, {"c1": "甲镇", "c2": "乙镇"})

    assert [one["name"] for one in offered] == ["转移就业", "技能培训", "技能培训"]
