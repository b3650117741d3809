"""Which rows of a draft its page shows."""

import pytest

from services.portal import draft_rows
from services.portal.tree import grow


def a_tree(*, measures=3, items=4, areas=1):
    """Areas of measures, each with one task of so many items; ids count up in reading order."""
    rows, questions = [], []

    def add(level, parent_id, number, **fields):
        row_id = len(rows) + 1
        row = {"row_id": row_id, "parent_id": parent_id, "level": level, "number": number, "title": f"标题{number}"}
        rows.append(row | {"due_on": None, "recurrence": "once", "units": [], **fields})
        return row_id

    for a in range(1, areas + 1):
        area = add(1, None, f"{a}")
        for m in range(1, measures + 1):
            measure = add(2, area, f"{a}.{m}")
            task = add(3, measure, f"{a}.{m}.1")
            for i in range(1, items + 1):
                units = [{"name": "徽城镇"}] if i % 2 else []
                add(4, task, f"{a}.{m}.1.{i}", due_on="2026-06-30" if i == 1 else None, units=units)
    questions.append({"row_id": 2, "answered_at": None})
    return grow({"rows": rows, "questions": questions})


def numbers(lines):
    return [node.row["number"] for node in lines.lines]


def test_a_draft_of_a_hundred_rows_is_shown_whole():
    assert not draft_rows.is_long(a_tree(measures=3, items=31))
    assert draft_rows.is_long(a_tree(measures=4, items=31))


def test_of_a_long_draft_areas_and_measures_are_shown_and_what_is_open():
    tree = a_tree(measures=3, items=2)
    item = tree[0].children[1].children[0].children[1]

    shown = draft_rows.opened(tree, item.row["row_id"], None)

    assert numbers(draft_rows.opened(tree, None, None)) == ["1", "1.1", "1.2", "1.3"]
    assert numbers(shown) == ["1", "1.1", "1.2", "1.2.1", "1.2.1.1", "1.2.1.2", "1.3"]


@pytest.mark.parametrize(("measures", "items"), [(1, 460), (460, 1), (20, 23), (7, 99)])
def test_every_row_of_a_long_draft_is_reached_and_no_page_is_longer_than_it_may_be(measures, items):
    tree = a_tree(measures=measures, items=items)
    reached = set()
    for opened in [None, *(measure.row["row_id"] for measure in tree[0].children)]:
        first = draft_rows.opened(tree, opened, 1)
        for page in range(1, first.pages + 1):
            lines = draft_rows.opened(tree, opened, page).lines
            assert len(lines) <= draft_rows.LINES
            reached |= {node.row["row_id"] for node in lines}

    assert reached == {node.row["row_id"] for node in tree[0].walk()}


def test_a_row_is_on_the_page_that_its_address_opens():
    tree = a_tree(measures=2, items=460)
    for node in tree[0].walk():
        shown = draft_rows.opened(tree, node.row["row_id"], None)
        assert node in shown.lines


@pytest.mark.parametrize(
    ("text", "lacking", "found"),
    [
        ("1.2.1.3", "", ["1.2.1.3"]),
        ("徽城", "", ["1.1.1.1", "1.1.1.3", "1.2.1.1", "1.2.1.3", "1.3.1.1", "1.3.1.3"]),
        ("2026-06", "", ["1.1.1.1", "1.2.1.1", "1.3.1.1"]),
        ("1.1", "no_due", ["1.1.1.2", "1.1.1.3", "1.1.1.4"]),
        ("1.2.1", "no_unit", ["1.2.1.2", "1.2.1.4"]),
        ("", "questions", ["1.1"]),
        ("没有的", "", []),
    ],
)
def test_rows_are_found_by_title_number_unit_and_date_and_by_what_they_lack(text, lacking, found):
    lines = draft_rows.found(a_tree(), text=text, lacking=lacking, page=1)

    # A text is looked for everywhere: a number stands in the titles of this tree too.
    assert [number for number in numbers(lines) if text != "1.1" or number.startswith("1.1")] == found


def test_a_ticked_row_stands_for_the_items_below_it_each_once():
    tree = a_tree(measures=2, items=2)
    measure = tree[0].children[0]
    item = measure.children[0].children[0]

    found = draft_rows.items_at(tree, [item.row["row_id"], measure.row["row_id"], 999])

    assert [node.row["number"] for node in found] == ["1.1.1.1", "1.1.1.2"]


def test_the_rows_of_each_level_are_counted():
    assert draft_rows.levels(a_tree(areas=2, measures=3, items=4)) == [2, 6, 6, 24]
