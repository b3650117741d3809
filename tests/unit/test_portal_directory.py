import pytest

from services.portal.app import create_app
from services.portal.directory import Directory, read_units
from services.portal.tree import grow
from shared.database import Database
from shared.errors import Invalid


def test_new_leads_come_first_and_the_others_keep_their_order():
    before = {"group:1": "support", "unit:2": "support"}

    units = read_units(["unit:3", "unit:2", "group:1", "unit:9"], ["unit:9"], before)

    assert units == [
        {"role": "lead", "unit_id": 9},
        {"role": "support", "group_id": 1},
        {"role": "support", "unit_id": 2},
        {"role": "support", "unit_id": 3},
    ]


def test_what_nobody_touched_keeps_its_place_and_its_part():
    """Boxes know leads from others only; an order or a part of which they know nothing is not theirs to change."""
    before = {"unit:2": "support", "unit:9": "lead", "unit:4": "watches"}

    units = read_units(["unit:9", "unit:4", "unit:2"], ["unit:9"], before)

    assert [(unit["unit_id"], unit["role"]) for unit in units] == [(2, "support"), (9, "lead"), (4, "watches")]


def test_a_lead_that_is_one_no_more_stays_in_its_place():
    before = {"unit:9": "lead", "unit:2": "support"}

    units = read_units(["unit:9", "unit:2"], ["unit:2"], before)

    assert [(unit["unit_id"], unit["role"]) for unit in units] == [(9, "support"), (2, "lead")]


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


def a_unit(unit_id, *, kind="township", is_active=True):
    return {"unit_id": unit_id, "name": f"单位{unit_id}", "kind": kind, "is_active": is_active}


def choosing(*units):
    return Directory(list(units), [], is_complete=True, total=len(units), found=None, text="")


def test_a_unit_that_is_switched_off_is_said_to_be():
    nowhere = Database("postgresql://nobody@127.0.0.1:1/none?connect_timeout=1")
    app = create_app(None, nowhere, secret=b"a long enough secret", secure_cookies=False)

    with app.test_request_context("/"):
        assert choosing(a_unit(1), a_unit(2, is_active=False)).choices == [("1", "单位1"), ("2", "单位2（已停用）")]


def test_units_of_a_kind_that_only_a_newer_release_knows_come_last():
    directory = choosing(a_unit(1, kind="office"), a_unit(2))

    assert [(kind, [unit["unit_id"] for unit in units]) for kind, units in directory.kinds] == [
        ("township", [2]),
        ("office", [1]),
    ]
