import datetime as dt
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tasks.drafting import checklist as rules
from services.tasks.drafting.checklist import RowUnit, Units
from services.tasks.due_dates import complain_of_due

TOWN = RowUnit("lead", 1, None, "徽城镇")
BUREAU = RowUnit("support", 2, None, "县发改委")


@dataclass(frozen=True)
class Row:
    id: int
    parent_id: int | None
    position: int = 1


@st.composite
def trees(draw):
    """Rows in any order, each below an earlier one or at the top."""
    count = draw(st.integers(1, 30))
    rows = [
        Row(n, draw(st.sampled_from([None, *range(1, n)])) if n > 1 else None, draw(st.integers(0, 3)))
        for n in range(1, count + 1)
    ]
    return draw(st.permutations(rows))


@given(trees())
def test_reading_order_has_every_row_once_and_below_its_parent(rows):
    ordered = rules.in_reading_order(rows)
    numbers = {row.id: number for number, row in ordered}

    assert sorted(numbers) == sorted(row.id for row in rows)
    assert len(set(numbers.values())) == len(rows)
    for number, row in ordered:
        if row.parent_id is not None:
            assert number.rpartition(".")[0] == numbers[row.parent_id]
    by_number = [tuple(map(int, number.split("."))) for number, _ in ordered]
    assert by_number == sorted(by_number)


@given(trees(), st.data())
def test_a_row_without_units_has_those_of_the_nearest_row_above_that_names_some(rows, data):
    naming = data.draw(st.sets(st.sampled_from([row.id for row in rows])))
    own = {row_id: [RowUnit("lead", row_id, None)] for row_id in naming}
    by_id = {row.id: row for row in rows}

    units = rules.units_of_rows([row for _, row in rules.in_reading_order(rows)], own)

    for row in rows:
        path = [row, *rules.ancestors_of(row, by_id)[::-1]]
        nearest = next((above.id for above in path if above.id in naming), None)
        expected = (RowUnit("lead", nearest, None),) if nearest else ()
        assert units[row.id] == Units(expected, is_inherited=nearest not in (None, row.id))


@given(trees(), st.data())
def test_what_lies_below_a_row_is_what_has_it_above(rows, data):
    row_id = data.draw(st.sampled_from([row.id for row in rows]))
    by_id = {row.id: row for row in rows}

    below = rules.ids_below(row_id, rows)

    expected = {row.id for row in rows if row_id in [row.id, *(above.id for above in rules.ancestors_of(row, by_id))]}
    assert set(below) == expected
    assert len(below) == len(expected)


@given(st.lists(st.integers(), unique=True, min_size=1), st.data())
def test_moving_down_and_up_again_restores_the_order_except_at_the_edge(siblings, data):
    row_id = data.draw(st.sampled_from(siblings))

    down = rules.shifted(siblings, row_id, up=False)

    assert sorted(down) == sorted(siblings)
    if row_id == siblings[-1]:
        assert down == siblings
    else:
        assert down.index(row_id) == siblings.index(row_id) + 1
        assert rules.shifted(down, row_id, up=True) == siblings


def test_a_new_row_stands_last_or_after_the_one_named():
    assert rules.inserted([1, 2], 9, after=None) == [1, 2, 9]
    assert rules.inserted([1, 2], 9, after=1) == [1, 9, 2]
    assert rules.inserted([], 9, after=None) == [9]


@pytest.mark.parametrize(
    ("due_on", "recurrence", "due_day", "is_fine"),
    [
        (None, "once", None, True),
        (dt.date(2025, 1, 1), "once", None, True),
        (dt.date(2027, 12, 31), "once", None, True),
        (dt.date(2024, 12, 31), "once", None, False),
        (dt.date(2028, 1, 1), "once", None, False),
        (None, "once", 5, False),
        (None, "monthly", 31, True),
        (None, "monthly", None, True),
        (dt.date(2026, 3, 1), "monthly", None, False),
        (dt.date(2026, 3, 1), "quarterly", 5, False),
        (dt.date(2026, 3, 1), "yearly", None, True),
        (None, "yearly", 5, True),
        (dt.date(2026, 3, 1), "yearly", 5, False),
    ],
)
def test_dates_of_an_item(due_on, recurrence, due_day, is_fine):
    complaint = complain_of_due(level=4, year=2026, due_on=due_on, recurrence=recurrence, due_day=due_day)

    assert (complaint is None) is is_fine


def test_rows_above_items_have_no_dates():
    day = dt.date(2026, 3, 1)

    assert complain_of_due(level=3, year=2026, due_on=day, recurrence="once", due_day=None)
    assert complain_of_due(level=3, year=2026, due_on=None, recurrence="once", due_day=None) is None


def test_a_unit_stands_in_a_row_once():
    assert rules.complain_of_units([TOWN, BUREAU]) is None
    assert "徽城镇" in rules.complain_of_units([TOWN, BUREAU, RowUnit("support", 1, None, "徽城镇")]).zh
