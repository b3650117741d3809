from __future__ import annotations

from pathlib import Path

import pytest

from services.running.example_directory import load_example_directory
from services.tasks.notices.blocks import Block, Paragraph, Table
from services.tasks.notices.draft import Area, QuestionKind
from services.tasks.notices.reading import read_notice

DIRECTORY = load_example_directory(Path(__file__).parents[2] / "data")


def areas_of(*blocks: Block) -> tuple[Area, ...]:
    return read_notice(blocks, DIRECTORY, year=2026).areas


def shape_of(*rows: tuple[str, ...]) -> list[tuple[str, list[tuple[str, tuple[str, ...]]]]]:
    areas = areas_of(Paragraph("分工方案"), Table(rows))
    return [(area.title, [(measure.title, measure.tasks) for measure in area.measures]) for area in areas]


SHAPES = [
    pytest.param(
        (("序号", "重点任务", "责任单位"), ("1", "办班。选课。", "县教育局"), ("2", "竞赛", "县人社局")),
        [("分工方案", [("办班", ("选课",)), ("竞赛", ())])],
        id="one column of content",
    ),
    pytest.param(
        (
            ("重点任务", "具体措施", "牵头单位", "配合单位"),
            ("办班", "1.选课", "县教育局", "县人社局"),
            ("办班", "2.考核", "县教育局", "县人社局"),
            ("竞赛", "报名", "县人社局", ""),
        ),
        [("分工方案", [("办班", ("选课", "考核")), ("竞赛", ("报名",))])],
        id="merged measure with its tasks",
    ),
    pytest.param(
        (
            ("领域", "工作举措", "工作任务", "责任单位"),
            ("培训", "办班", "选课", "县教育局"),
            ("培训", "竞赛", "报名", "县教育局"),
            ("宣传", "拍片", "剪辑", "县融媒体中心"),
        ),
        [("培训", [("办班", ("选课",)), ("竞赛", ("报名",))]), ("宣传", [("拍片", ("剪辑",))])],
        id="area in a column",
    ),
    pytest.param(
        (
            ("任务分工表",) * 3,
            ("工作内容", "责 任\n单 位", "完成时限"),
            ("(一)培训",) * 3,
            ("1.办班", "县教育局", "年底前"),
            ("(二)宣传",) * 3,
            ("2.拍片", "县融媒体中心", "年底前"),
        ),
        [("培训", [("办班", ())]), ("宣传", [("拍片", ())])],
        id="area in a row of its own, header in the second row",
    ),
    pytest.param(
        (("任务", "责任单位"), ("办班", "县教育局"), ("任务", "责任单位"), ("竞赛", "县人社局")),
        [("分工方案", [("办班", ()), ("竞赛", ())])],
        id="header repeated on the next page",
    ),
    pytest.param(
        (("任务", "责任单位"), ("", ""), ("办班", "县教育局"), ("", "县人社局")),
        [("分工方案", [("办班", ())])],
        id="empty cells",
    ),
]


@pytest.mark.parametrize(("rows", "shape"), SHAPES)
def test_a_responsibility_table_gives_areas_measures_and_tasks(rows, shape):
    assert shape_of(*rows) == shape


def test_columns_tell_the_roles():
    [area] = areas_of(
        Table((("任务", "牵头单位", "配合单位", "完成时限"), ("办班", "县教育局", "县人社局、县气象局等", "每季度末")))
    )

    [measure] = area.measures
    assert (measure.lead, measure.support) == ("341021-D13", ("341021-L01",))
    assert (measure.unknown, measure.is_open_ended) == (("县气象局",), True)
    assert measure.due is not None
    assert measure.due.text == "每季度末"


def test_rows_of_one_measure_with_other_units_are_merged_and_questioned():
    draft = read_notice(
        [
            Table(
                (
                    ("重点任务", "措施", "责任单位"),
                    ("办班", "选课", "县教育局"),
                    ("办班", "考核", "县人社局"),
                    ("办班", "复核", "县人社局"),
                )
            )
        ],
        DIRECTORY,
    )

    [measure] = draft.areas[0].measures
    assert measure.units == ("341021-D13", "341021-L01")
    assert [q.quote for q in draft.questions if q.kind is QuestionKind.SEVERAL_TAILS] == ["县教育局 县人社局"]


def test_a_column_heading_may_say_that_the_first_leads():
    [area] = areas_of(
        Table(
            (
                ("任务", "责任单位（列第一位的为牵头单位）"),
                ("办班", "县教育局、县人社局"),
                ("竞赛", "县人社局、县财政局"),
            )
        )
    )

    assert [measure.lead for measure in area.measures] == ["341021-D13", "341021-L01"]


def test_the_number_column_numbers_the_measures():
    [area] = areas_of(Table((("序号", "任务", "责任单位"), ("1", "办班", "县教育局"), ("2", "（二）竞赛", "县人社局"))))

    assert [measure.number for measure in area.measures] == ["1", "（二）"]


def test_a_row_without_units_is_kept_and_questioned():
    draft = read_notice([Table((("任务", "责任单位"), ("办班", ""), ("竞赛", "县人社局")))], DIRECTORY)

    assert [q.where for q in draft.questions if q.kind is QuestionKind.NO_UNIT] == ["areas[0].measures[0]"]


def test_a_table_that_only_lays_out_text_is_read_as_text():
    [area] = areas_of(
        Paragraph("方案"), Table((("一、任务",) * 2, ("1.办班。(责任单位:县教育局)", "2.竞赛。\n(责任单位:县人社局)")))
    )

    assert [measure.title for measure in area.measures] == ["办班", "竞赛"]


def test_the_chapter_above_a_table_names_its_area():
    [area] = areas_of(Paragraph("方案"), Paragraph("一、分工"), Table((("任务", "责任单位"), ("办班", "县教育局"))))

    assert (area.number, area.title) == ("一、", "分工")
