"""The papers of a meeting as a Word document and as a workbook: what stands where, and what is said of nothing."""

import datetime as dt
import io
import zipfile
from collections.abc import Iterator

import docx
import openpyxl
import pytest
from flask import Flask
from flask_babel import force_locale

from services.portal import language, meeting_paper, meeting_rows
from services.portal.list_writing import HEADING_ROW, write_lists
from shared.paper.parts import Role
from shared.paper.writing import write
from tests.support.agenda import a_decision, a_full_agenda, a_meeting, an_agenda, late


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    app = Flask(__name__)
    language.install(app)
    with app.app_context(), force_locale("zh"):
        yield


def at(month, day):
    return dt.datetime(2026, month, day)  # noqa: DTZ001 - a sheet knows no time zones


def lines(meeting, found):
    return [(part.role, part.text) for part in meeting_paper.paper_of(meeting, found).paragraphs]


def written(meeting, found):
    return docx.Document(io.BytesIO(write(meeting_paper.paper_of(meeting, found))))


def test_the_text_goes_through_the_agenda_at_the_levels_of_official_documents():
    found = lines(a_meeting([a_decision("落实场地")]), a_full_agenda())

    headings = [text for role, text in found if role is Role.FIRST]
    assert headings == [
        "一、会议议程",
        "二、需要协调的困难",
        "三、逾期未完成的责任",
        "四、有风险的目标",
        "五、经济与就业",
        "六、上次会议议定事项的办理情况",
        "七、本次会议议定的事项",
    ]
    assert found[0] == (Role.TITLE, "2026年5月8日就业工作专题会议材料")
    assert (Role.THIRD, "1. 事项0（2026年4月），完成时限2026年4月30日：徽城镇。") in found
    assert found[-1] == (Role.DATED, "2026年5月8日")


def test_each_point_says_its_numbers_and_what_it_waits_for():
    said = "\n".join(text for _role, text in lines(a_meeting([a_decision("落实场地")]), a_full_agenda()))

    assert "困难：缺场地。请牵头单位协调，已上报7天，待答复，完成时限2026年6月30日。" in said
    assert "目标4个，其中有风险的3个：" in said
    assert "目标0（欠进度）：到2026年4月共 1,000 人。按过去的月份，完成的可能是 12%。" in said
    assert "上次的事（徽城镇，2026年6月8日前）：已逾期。" in said
    assert "落实场地（徽城镇，2026年6月8日前）。" in said


def test_of_nothing_each_part_says_so_in_one_sentence():
    said = dict(meeting_paper.sections(a_meeting(), an_agenda()))

    assert said == {
        "需要协调的困难": ["没有需要协调的困难。"],
        "逾期未完成的责任": ["没有逾期未完成的责任。"],
        "有风险的目标": ["还没有设定目标。"],
        "经济与就业": ["还没有经济数据。"],
        "上次会议议定事项的办理情况": ["这是第一次会议，以前没有议定事项。"],
        "本次会议议定的事项": ["会议还没有议定事项。"],
    }
    assert meeting_paper.paper_of(a_meeting(), an_agenda()).tables == ()
    assert dict(meeting_paper.sections(a_meeting(), an_agenda(targets_total=4)))["有风险的目标"] == [
        "没有欠进度或者难以完成的目标。"
    ]


def test_what_does_not_fit_into_the_text_stands_in_the_table_behind():
    paper = meeting_paper.paper_of(a_meeting(), a_full_agenda(25))

    texts = [part.text for part in paper.paragraphs]
    assert texts.count("其余15项见附件。") == 3
    assert {table.title: len(table.rows) for table in paper.tables} == {
        "需要协调的困难": 25,
        "逾期未完成的责任": 25,
        "有风险的目标": 25,
        "经济与就业数据": 1,
        "上次会议议定事项的办理情况": 1,
    }


def test_units_that_are_late_with_one_item_stand_on_one_line_in_their_order():
    duties = [late(7, "2026-04-30", unit=f"第{n}镇") for n in range(14)] + [late(8, "2026-05-01")]

    said = dict(meeting_paper.sections(a_meeting(), an_agenda(overdue=tuple(duties), overdue_total=15)))

    units = "、".join(f"第{n}镇" for n in range(12))
    assert said["逾期未完成的责任"] == [
        "逾期未完成的责任15项，逾期最久的在前：",
        f"1. 事项7（2026年4月），完成时限2026年4月30日：{units}等14个单位。",
        "2. 事项8（2026年4月），完成时限2026年5月1日：徽城镇。",
    ]


def test_a_table_that_holds_a_part_says_of_how_many():
    found = a_full_agenda(3)
    cut = an_agenda(blockers=found.blockers, blockers_total=1100, overdue=found.overdue, overdue_total=1200)

    blocked, late_ones = meeting_paper.paper_of(a_meeting(), cut).tables

    assert blocked.note == "需要协调的困难共1100项，本表列前3项。"
    assert late_ones.note == "逾期未完成的责任共1200项，本表列前3项。"
    assert dict(meeting_paper.sections(a_meeting(), cut))["需要协调的困难"][0] == "需要协调的困难1100项："


def test_every_table_fills_the_width_of_the_text():
    for columns in (
        meeting_paper.BLOCKERS,
        meeting_paper.OVERDUE,
        meeting_paper.TARGETS,
        meeting_paper.ECONOMY,
        meeting_paper.FOLLOWED,
        meeting_paper.DECISIONS,
    ):
        assert sum(column.width for column in columns) == 156


def test_the_document_is_set_as_the_standard_wants_it_and_has_its_tables():
    document = written(a_meeting([a_decision("落实场地")]), a_full_agenda())

    (section,) = document.sections
    assert (round(section.page_width.mm), round(section.page_height.mm), round(section.top_margin.mm)) == (210, 297, 37)
    styles = {paragraph.style.name for paragraph in document.paragraphs}
    assert {"公文标题", "一级标题", "三级标题", "公文正文", "附件标题", "发文机关署名", "成文日期"} <= styles
    assert len(document.tables) == 6
    assert [cell.text for cell in document.tables[1].rows[1].cells] == ["事项0", "徽城镇", "2026年4月", "2026-04-30"]
    assert [cell.text for cell in document.tables[3].rows[1].cells] == [
        *("地区生产总值", "2025年", "250亿元", "+4.2%", "统计公报（2025年）"),
    ]


def test_the_same_content_is_the_same_file():
    meeting, found = a_meeting(), a_full_agenda()
    content = write(meeting_paper.paper_of(meeting, found))

    assert content == write(meeting_paper.paper_of(meeting, found))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}


def test_the_workbook_has_a_sheet_for_each_part_with_typed_cells():
    parts = list(meeting_rows.parts(a_meeting([a_decision("落实场地", row_id=9)]), a_full_agenda()))
    book = openpyxl.load_workbook(io.BytesIO(write_lists(parts)))

    assert book.sheetnames == [
        *("需要协调的困难", "逾期未完成的责任", "有风险的目标"),
        *("经济与就业", "上次会议议定的事项", "本次会议议定的事项"),
    ]
    first = HEADING_ROW + 1
    blocked = [cell.value for cell in book["需要协调的困难"][first]]
    assert blocked == [
        *("待答复", "徽城镇", "事项0", "缺场地", "牵头单位"),
        *(at(5, 1), 7, at(6, 30)),
    ]
    assert [cell.value for cell in book["有风险的目标"][first]][2:4] == [1000, 3000]
    assert [cell.value for cell in book["经济与就业"][first]][:4] == ["地区生产总值", 2025, 250, "亿元"]
    assert [cell.value for cell in book["本次会议议定的事项"][first]] == [
        *("落实场地", "徽城镇", at(6, 8), "徽城镇：缺场地", "已下发"),
    ]


def test_an_empty_sheet_says_why_it_is_empty():
    book = openpyxl.load_workbook(io.BytesIO(write_lists(list(meeting_rows.parts(a_meeting(), an_agenda())))))

    said = [str(sheet["A2"].value).rpartition(" · ")[2] for sheet in book.worksheets]
    assert said == [
        *("没有需要协调的困难。", "没有逾期未完成的责任。", "还没有设定目标。"),
        *("还没有经济数据。", "这是第一次会议，以前没有议定事项。", "会议还没有议定事项。"),
    ]


def test_a_text_that_looks_like_a_formula_is_none():
    book = openpyxl.load_workbook(
        io.BytesIO(write_lists(list(meeting_rows.parts(a_meeting([a_decision("=1+1")]), an_agenda()))))
    )

    cell = book["本次会议议定的事项"].cell(HEADING_ROW + 1, 1)
    assert (cell.value, cell.data_type) == ("=1+1", "s")
