"""How cells are read and rows recognised, without a workbook."""

import datetime as dt
from dataclasses import dataclass
from difflib import get_close_matches

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks.sheets import columns, nearest
from services.tasks.sheets.columns import WrongCellError
from services.tasks.sheets.lines import Line
from services.tasks.sheets.merging import Node, merge
from services.tasks.sheets.reading import read_workbook
from services.tasks.sheets.writing import write_workbook
from shared.errors import Invalid
from shared.typed_text import tidy
from tests.support.workbooks import a_workbook

DAY = dt.date(2026, 6, 30)
LEVEL_NAMES = ["领域", "举措", "任务", "事项", "责任"]
NAMES = ["徽城镇", "县发改委", "各乡镇人民政府", "=1+1"]


@pytest.mark.parametrize(
    "value",
    [
        DAY,
        dt.datetime(2026, 6, 30, 8),  # noqa: DTZ001 - a cell knows no time zone
        "2026-06-30",
        "2026-6-30",
        "2026/6/30",
        "2026.6.30",
        "2026年6月30日",
        " 2026年6月30 ",
    ],
)
def test_a_date_is_read_however_it_is_written(value):
    assert columns.read_date(value) == DAY


@pytest.mark.parametrize("value", ["2026-02-31", "六月底", 46203, "2026-13-01", "0000-01-01", True])
def test_what_is_no_date_is_named(value):
    with pytest.raises(WrongCellError):
        columns.read_date(value)


@pytest.mark.parametrize(("value", "day"), [(None, None), ("", None), (5, 5), (5.0, 5), ("5日", 5), (" 31 ", 31)])
def test_a_day_of_the_period_is_read(value, day):
    assert columns.read_due_day(value) == day


@pytest.mark.parametrize("value", [0, 32, 5.5, "-1", "五", "²", "9" * 5000])
def test_what_is_no_day_is_named(value):
    with pytest.raises(WrongCellError):
        columns.read_due_day(value)


def test_words_are_understood_in_chinese_in_english_and_when_left_out():
    assert [columns.read_recurrence(word) for word in (None, "一次", "每季", "Monthly")] == [
        "once",
        "once",
        "quarterly",
        "monthly",
    ]
    assert [columns.read_review(word) for word in (None, "抽查", "all")] == ["none", "sample", "all"]


def test_names_are_separated_in_every_usual_way():
    assert columns.read_names("县发改委、县财政局,徽城镇；石门乡\n深渡镇、") == [
        "县发改委",
        "县财政局",
        "徽城镇",
        "石门乡",
        "深渡镇",
    ]


@dataclass(frozen=True)
class Row:
    id: int
    parent_id: int | None
    level: int
    title: str


def test_rows_are_recognised_by_their_titles_and_copies_by_their_order():
    stored = [Row(1, None, 1, "甲"), Row(2, 1, 2, "乙"), Row(3, 2, 3, "丙"), Row(4, 3, 4, "丁"), Row(5, 3, 4, "丁")]
    lines = [
        Line(("甲", "乙", "丙", "丁")),
        Line(("甲", "乙", "丙", "丁")),
        Line(("甲", "乙", "丙", "丁")),
        Line(("戊",)),
    ]

    merged = merge(lines, stored)

    assert list(merged.kept.values()) == [1, 2, 3, 4, 5]
    assert [node for node in merged.nodes if node not in merged.kept] == [
        Node(("甲", "乙", "丙", "丁"), 2),
        Node(("戊",)),
    ]


def test_a_second_row_with_the_same_titles_is_merged_into_the_first():
    stored = [Row(1, None, 1, "甲"), Row(2, None, 1, "甲"), Row(3, 2, 2, "乙")]

    assert merge([Line(("甲", "乙"))], stored).kept == {Node(("甲",)): 1}


# What a form lets through: tidy text without control characters.
TITLES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12).map(tidy).filter(bool)
PROSE = st.lists(TITLES, max_size=3).map("\n".join)
TIMES = st.one_of(
    st.tuples(st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2027, 1, 31)), st.just("once"), st.none()),
    st.tuples(st.none(), st.sampled_from(["monthly", "quarterly", "yearly"]), st.none() | st.integers(1, 31)),
)


@st.composite
def items(draw):
    names = draw(st.permutations(NAMES))
    leads, all_units = sorted(draw(st.tuples(st.integers(0, 4), st.integers(0, 4))))
    due_on, recurrence, due_day = draw(TIMES)
    return Line(
        titles=tuple(draw(st.lists(TITLES, min_size=4, max_size=4))),
        lead=tuple(names[:leads]),
        support=tuple(names[leads:all_units]),
        due_on=due_on,
        recurrence=recurrence,
        due_day=due_day,
        review_rule=draw(st.sampled_from(["none", "all", "sample"])),
        acceptance_rule=draw(PROSE),
        body=draw(PROSE),
    )


@given(
    st.lists(
        items() | st.lists(TITLES, min_size=1, max_size=3).map(lambda titles: Line(tuple(titles))),
        min_size=1,
        max_size=5,
    )
)
def test_what_is_written_is_read_again_exactly(lines):
    content = write_workbook(lines, NAMES, LEVEL_NAMES)

    read = read_workbook(content, names={name: name for name in NAMES}, level_names=LEVEL_NAMES, year=2026)

    assert read == lines


def test_a_hint_costs_little_however_many_units_there_are_and_however_often_the_name_stands_there(monkeypatch):
    compared = []

    def counting(word, possibilities, **limits):
        compared.append(len(possibilities))
        return get_close_matches(word, possibilities, **limits)

    monkeypatch.setattr(nearest, "get_close_matches", counting)
    names = {f"{n}号镇": f"{n}号镇" for n in range(5000)}
    content = a_workbook(150, lead="77号鎮", support="")

    with pytest.raises(Invalid) as refusal:
        read_workbook(content, names=names, level_names=LEVEL_NAMES, year=2026)

    assert "最接近的有：77号镇" in refusal.value.details["cells"][0]["text"]["zh"]
    assert sum(compared) <= nearest.MOST_COMPARED
