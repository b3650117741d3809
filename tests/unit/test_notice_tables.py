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
    assert [(name.text, name.role) for name in measure.unknown] == [("县气象局", "support")]
    assert measure.is_open_ended
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


HEAD = ("序号", "重点任务", "责任单位")


def test_a_table_that_goes_on_without_its_head_is_read_with_it():
    first = Table((HEAD, ("1", "办班", "县教育局")))
    second = Table((("2", "竞赛", "县人社局"), ("3", "选课", "县财政局")))

    [area] = areas_of(Paragraph("分工方案"), first, Paragraph("续表"), second)

    assert [(measure.title, measure.units) for measure in area.measures] == [
        ("办班", ("341021-D13",)),
        ("竞赛", ("341021-L01",)),
        ("选课", ("341021-D12",)),
    ]


@pytest.mark.parametrize(
    "between",
    [(), (Paragraph("联系方式"),)],
    ids=["with a head of its own", "below a title"],
)
def test_another_table_gets_no_head(between):
    head = ("姓名", "单位", "电话") if not between else ("甲", "乙", "丙")
    contacts = Table((head, ("张三", "县教育局", "0559-1")))

    [area] = areas_of(Paragraph("分工方案"), Table((HEAD, ("1", "办班", "县教育局"))), *between, contacts)

    assert "张三" not in [measure.title for measure in area.measures]
    assert [measure.title for measure in area.measures][:1] == ["办班"]


@pytest.mark.parametrize(
    "rows",
    [
        (("序号", "任务", "目标", "单位", "6月"), ("1", "发放补贴", "300万元", "县财政局", "150")),
        (("事项", "承办", "协办", "时限"), ("发放补贴", "县财政局", "县人社局", "6月底")),
        (("乡镇", "新增就业（人）", "完成时限"), ("徽城镇", "300", "11月底")),
        (("干什么", "谁来干", "几时"), ("发放补贴", "县财政局", "6月底"), ("组织办班", "县教育局", "9月底")),
    ],
)
def test_every_cell_of_a_row_that_is_taken_stands_in_the_draft(rows):
    draft = read_notice([Table(rows)], DIRECTORY, year=2027)
    names = {unit.code: unit.name for unit in DIRECTORY.units}

    for row, measure in zip(rows[1:], (one for area in draft.areas for one in area.measures), strict=True):
        due = measure.due.text if measure.due else ""
        said = [measure.number, measure.title, measure.text, due, *(names[code] for code in measure.units)]
        assert [cell for cell in row if cell not in "\n".join(said)] == []


def test_a_table_of_nothing_but_headings_is_read():
    """A chapter of a chapter of a chapter: each within the one before would end the process that reads."""
    numbers = [f"{number}、板块" for number in ("一", "二", "三", "四", "五", "六", "七", "八", "九")] * 300
    rows = tuple((text, "", "") for text in numbers)

    areas = areas_of(Paragraph("分工方案"), Table((("任务", "责任单位", "时限"), *rows, ("办班", "县教育局", "6月底"))))

    assert [measure.title for area in areas for measure in area.measures] == ["办班"]
