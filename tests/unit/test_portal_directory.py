import pytest

from services.portal.directory import read_units
from services.portal.tree import grow
from shared.errors import Invalid


def test_leads_come_first_and_the_others_keep_their_order():
    units = read_units(["unit:3", "unit:2", "group:1", "unit:9"], ["unit:9"], before=["group:1", "unit:2"])

    assert units == [
        {"role": "lead", "unit_id": 9},
        {"role": "support", "group_id": 1},
        {"role": "support", "unit_id": 2},
        {"role": "support", "unit_id": 3},
    ]


def test_ticking_a_unit_as_lead_is_enough_to_choose_it():
    assert read_units([], ["unit:5"]) == [{"role": "lead", "unit_id": 5}]


@pytest.mark.parametrize("value", ["5", "unit:", "unit:x", "person:5", "unit:-1"])
def test_a_foreign_value_is_refused(value):
    with pytest.raises(Invalid):
        read_units([value], [])


def a_row(row_id, parent_id, level):
    return {"row_id": row_id, "parent_id": parent_id, "level": level}


def test_rows_in_reading_order_become_a_tree_with_questions_beside_them():
    checklist = {
        "rows": [a_row(1, None, 1), a_row(2, 1, 2), a_row(3, 2, 3), a_row(4, 3, 4), a_row(5, None, 1)],
        "questions": [
            {"row_id": 2, "answered_at": None},
            {"row_id": 4, "answered_at": None},
            {"row_id": 4, "answered_at": "2026-11-24T08:00:00+00:00"},
            {"row_id": None, "answered_at": None},
        ],
    }

    first, second = grow(checklist)

    assert [node.row["row_id"] for node in first.walk()] == [1, 2, 3, 4]
    assert (first.open_questions, first.items, second.open_questions) == (2, 1, 0)
