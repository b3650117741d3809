"""A checklist's rows as issuing sees them, from rows that are simply given."""

from services.tasks.issuing.periods import Recurrence
from services.tasks.issuing.records import NamedUnit, TreeRow
from services.tasks.issuing.tree import bare_rows, empty_groups, items_in

AREA, MEASURE, TASK, FIRST, SECOND = 1, 2, 3, 4, 5
GROUP = 70


def row(row_id, parent_id, level, position=1):
    return TreeRow(row_id, parent_id, level, position, f"第{row_id}行", None, Recurrence.MONTHLY, None)


def a_tree(*more):
    """One area, measure and task with two items, the second of which stands before the first."""
    return [
        row(AREA, None, 1),
        row(MEASURE, AREA, 2),
        row(TASK, MEASURE, 3),
        row(FIRST, TASK, 4, position=2),
        row(SECOND, TASK, 4, position=1),
        *more,
    ]


def unit(row_id, *, is_active=True):
    return NamedUnit(row_id, f"第{row_id}行", None, None, is_active)


def group(row_id):
    return NamedUnit(row_id, f"第{row_id}行", GROUP, "各行业主管部门", is_active=False)


def resolved(named, filled=(), tree=None):
    return {item.id: (item.units_row_id, item.has_units) for item in items_in(tree or a_tree(), named, filled)}


def test_items_come_in_reading_order():
    tree = a_tree(row(6, None, 1, position=0), row(7, 6, 2), row(8, 7, 3), row(9, 8, 4))

    assert [item.id for item in items_in(tree, [], ())] == [9, SECOND, FIRST]


def test_rows_at_the_same_place_come_in_the_order_of_their_making():
    tree = a_tree(row(6, TASK, 4, position=1))

    assert [item.id for item in items_in(tree, [], ())] == [SECOND, 6, FIRST]


def test_an_item_has_the_units_of_the_nearest_row_that_names_any():
    named = [unit(AREA), unit(MEASURE), unit(FIRST)]

    assert resolved(named) == {FIRST: (FIRST, True), SECOND: (MEASURE, True)}


def test_a_nearer_row_hides_the_others_even_when_its_units_are_switched_off():
    named = [unit(AREA), unit(TASK, is_active=False)]

    assert resolved(named) == {FIRST: (TASK, False), SECOND: (TASK, False)}


def test_an_item_below_rows_that_name_nothing_has_no_units():
    assert resolved([]) == {FIRST: (None, False), SECOND: (None, False)}


def test_a_group_counts_when_it_has_an_active_member():
    assert resolved([group(MEASURE)], filled={GROUP})[FIRST] == (MEASURE, True)
    assert resolved([group(MEASURE)])[FIRST] == (MEASURE, False)
    assert resolved([group(MEASURE), unit(MEASURE)])[FIRST] == (MEASURE, True)


def test_rows_above_the_items_with_nothing_below_are_bare_the_highest_first():
    tree = a_tree(row(6, MEASURE, 3), row(7, None, 1))

    assert [bare.id for bare in bare_rows(tree)] == [7, 6]


def test_an_empty_group_is_named_unless_somebody_keeps_it_so():
    named = [unit(FIRST), group(MEASURE), group(SECOND)]

    assert [(empty.row_id, empty.name) for empty in empty_groups(named, filled=(), kept=())] == [
        (MEASURE, "各行业主管部门"),
        (SECOND, "各行业主管部门"),
    ]
    assert empty_groups(named, filled={GROUP}, kept=()) == []
    assert empty_groups(named, filled=(), kept={GROUP}) == []
