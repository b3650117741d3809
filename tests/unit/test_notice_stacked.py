"""Tables pasted with one cell per line, of which empty cells left no line: no measure gets what is another's."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.running.example_directory import load_example_directory
from services.tasks.notices.draft import QuestionKind
from services.tasks.notices.files import read_file
from services.tasks.notices.reading import read_notice
from tests.support.notice_forms import due_word, measures_of, said_of

DIRECTORY = load_example_directory(Path(__file__).parents[2] / "data")
WORKS = (
    "巡护古树名木", "举办专场招聘会", "建设零工驿站", "编印防火手册", "开展应急演练", "修缮敬老院", "排查自建房",
    "清理河道", "培训护林员", "发布消费地图", "组建志愿服务队", "核对普查数据", "2027年春季植树", "安排值班",
    "走访企业",
)  # fmt: skip
UNITS = ("县住建局", "县教育局、县妇联", "各乡镇", "县融媒体中心", "徽城镇", "团县委", "县总工会", "县自然资源和规划局")
DAYS = ("三月底前", "2027年4月15日", "第三季度", "长期坚持", "每月25日前", "五月至六月")
REMARKS = ("每日报告", "资金已落实")
HEADS = (
    ("工作任务", "责任单位", "完成时限"),
    ("序号", "工作任务", "责任单位", "完成时限"),
    ("序号", "重点任务", "责任单位", "完成时限", "备注"),
    ("主要工作", "责任单位", "时限要求"),
    ("工作任务", "责任单位", "完成时限", "备注"),
)

# Work, units, day, remark.
Row = tuple[str, str, str, str]
ROWS = st.lists(
    st.tuples(*(st.sampled_from(cells) for cells in (WORKS, ("", *UNITS), ("", *DAYS), ("", *REMARKS)))),
    min_size=2,
    max_size=9,
    unique_by=lambda row: row[0],
)


def pasted(head: tuple[str, ...], rows: list[Row]) -> str:
    """The table as it is pasted: its cells line by line, empty ones left out."""
    lines = ["歙县2027年任务分工", *head]
    for number, row in enumerate(rows, start=1):
        lines += [str(number)] if head[0] == "序号" else []
        lines += [cell for cell in row[: 4 if head[-1] == "备注" else 3] if cell]
    return "\n".join(lines) + "\n"


def read(text: str) -> dict[str, tuple[list[str], str, set[QuestionKind]]]:
    """Units, day and what is asked of each measure."""
    found = {}
    for _area, measure, asked in measures_of(read_notice(read_file("notice.txt", text.encode()), DIRECTORY)):
        said = said_of(measure, DIRECTORY)
        names = [name for part in ("lead", "units", "support", "groups") for name in said[part]]
        found[measure.title] = names, due_word(measure.due, asked), {question.kind for question in asked}
    return found


@given(st.sampled_from(HEADS), ROWS)
def test_no_measure_gets_the_units_or_the_day_of_another(head, rows):
    whole = [(work, units or "县发改委", day or "年底前", remark or "每周调度") for work, units, day, remark in rows]
    right = read(pasted(head, whole))
    # Somebody has something to do, or it is no notice.
    read_with_gaps = read(pasted(head, [whole[0], *rows[1:]]))

    for work, units, day, _remark in rows[1:]:
        if work not in read_with_gaps:
            continue
        names, due, asked = read_with_gaps[work]
        assert names == (right[work][0] if units else []), work
        assert due == (right[work][1] if day else "none"), work
        assert units or QuestionKind.NO_UNIT in asked


@pytest.mark.parametrize("head", HEADS)
@given(rows=ROWS)
def test_every_measure_that_names_somebody_is_read(head, rows):
    whole = [(work, units or "县发改委", day, remark) for work, units, day, remark in rows]

    assert list(read(pasted(head, whole))) == [work for work, *_cells in whole]
