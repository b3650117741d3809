import pytest

from services.stats.completion.drilling import slices_of
from services.stats.completion.records import Piece, Slice
from services.stats.completion.tree import Row, Tree


@pytest.fixture
def tree():
    return Tree(
        [
            Row(8, 6, 4, 2, "second item"),
            Row(1, None, 1, 1, "first area"),
            Row(2, None, 1, 2, "second area"),
            Row(3, 2, 2, 1, "measure"),
            Row(6, 3, 3, 1, "task"),
            Row(7, 6, 4, 1, "first item"),
            Row(9, 5, 4, 1, "item whose task has not arrived"),
        ]
    )


def test_items_come_in_reading_order(tree):
    assert tree.items() == [7, 8]
    assert tree.items(2) == [7, 8]
    assert tree.items(8) == [8]
    assert tree.items(1) == []


def test_ancestors_go_from_the_area_down(tree):
    assert [row.row_id for row in tree.ancestors(8)] == [2, 3, 6]


def test_a_row_is_numbered_by_its_place_at_each_level(tree):
    assert tree.number(8) == "2.1.1.2"


def test_a_row_without_its_parent_can_still_be_shown(tree):
    assert tree.ancestors(9) == []
    assert tree.items(9) == [9]


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (0, [Slice(1, 0, 3, duties=3), Slice(3, 0, 1, duties=2)]),
        (2, [Slice(1, 2, 1, duties=3), Slice(3, 0, 2, duties=2), Slice(4, 0, 1, duties=5)]),
        (3, [Slice(3, 0, 2, duties=2), Slice(4, 0, 2, duties=5)]),
        (8, [Slice(4, 3, 2, duties=5)]),
        (10, []),
    ],
)
def test_a_page_is_cut_out_of_items_laid_end_to_end(offset, expected):
    pieces = [Piece(1, 3), Piece(2, 0), Piece(3, 2), Piece(4, 5)]

    assert list(slices_of(pieces, offset=offset, limit=4)) == expected
