"""The fields of a report's form as a browser sends them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.submission_cells import (
    cells_of,
    explanations_of,
    filled,
    is_figure,
    overlaid,
    read,
    same_as_last,
    written,
)

TEXTS = st.text(max_size=20)
CELLS = st.fixed_dictionaries({"typed": TEXTS, "typed_total": TEXTS, "no_figure": TEXTS})


def test_a_cell_is_what_its_fields_say_with_what_they_said_before():
    fields = {
        "v12": "5",
        "t12": "9",
        "n12": "",
        "w12": '["4","",""]',
        "v3": "1",
        "version": "2",
        "note": "x",
        "v0": "7",
    }

    assert cells_of(fields) == [
        {
            "indicator_id": 12,
            "typed": "5",
            "typed_total": "9",
            "no_figure": "",
            "was": {"typed": "4", "typed_total": "", "no_figure": ""},
        },
        {"indicator_id": 3, "typed": "1", "was": None},
    ]


@pytest.mark.parametrize(("choice", "typed"), [("mine", "5"), ("theirs", "6"), ("", "5")])
def test_a_choice_between_two_versions_is_carried_out_on_what_the_other_made_of_it(choice, typed):
    fields = {"v12": "5", "t12": "", "n12": "", "w12": '["4","",""]', "o12": '["6","",""]', "k12": choice}

    (cell,) = cells_of(fields)

    assert (cell["typed"], cell["was"]["typed"]) == (typed, "6")


@given(CELLS)
def test_what_a_cell_said_travels_through_its_hidden_field(cell):
    assert read(written(cell)) == cell


@pytest.mark.parametrize("text", ["", "x", "1", "[]", '["a","b"]', '["a","b",3]', "{}", "null"])
def test_a_hidden_field_that_no_page_wrote_says_nothing(text):
    assert read(text) is None


def test_last_periods_figures_go_where_nothing_is_typed_or_where_they_are_asked_for():
    lines = [
        {"indicator_id": 1, "last": {"value": "7", "no_figure": ""}},
        {"indicator_id": 2, "last": {"value": None, "no_figure": "没有"}},
        {"indicator_id": 3, "last": None},
        {"indicator_id": 4, "last": {"value": "8", "no_figure": ""}},
    ]
    cells = [{"indicator_id": number, "typed": "9" if number == 4 else "  "} for number in (1, 2, 3, 4)]

    rest, one = same_as_last(lines, cells, None), same_as_last(lines, cells, 4)

    assert [(cell["typed"], cell.get("no_figure", "")) for cell in rest] == [
        ("7", ""),
        ("", "没有"),
        ("  ", ""),
        ("9", ""),
    ]
    assert filled(cells, rest) == 2
    assert [cell["typed"] for cell in one] == ["  ", "  ", "  ", "8"]


def test_what_was_not_saved_stands_in_the_fields_again():
    (line,) = overlaid(
        [{"indicator_id": 1, "name": "就业", "typed": "", "no_figure": "没有"}], [{"indicator_id": 1, "typed": "5"}]
    )

    assert (line["name"], line["typed"], line["no_figure"]) == ("就业", "5", "")


def test_explanations_are_those_with_words():
    assert explanations_of({"x5": "新园区", "x6": "  ", "xy": "z", "v1": "2"}) == [{"check_id": 5, "text": "新园区"}]


def test_fields_of_figures_are_told_from_others():
    assert [name for name in ("v1", "t22", "n3", "w1", "version", "v", "v01", "note") if is_figure(name)] == [
        "v1",
        "t22",
        "n3",
    ]
