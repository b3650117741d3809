"""Whether a listener's duties are those of the ledger, whatever has become newer since it was counted."""

import datetime as dt

import pytest

from services.tasks.ledger.counting import chunks
from shared.agreeing.judging import Cell, Differs, Sum, compare, judge
from shared.delivery.envelope import MAX_BODY_BYTES
from shared.ledger_events import MOST_CELLS, LedgerCell, LedgerCounted
from tests.support.example_events import body_of

TOLD = Sum(duties=3, versions=5, digest=700)
DAY, LATER = dt.date(2026, 5, 8), dt.date(2026, 6, 8)


def cell(item_id: int, due_on: dt.date = DAY, state: str = "issued") -> Cell:
    return Cell(1, item_id, due_on, state)


@pytest.mark.parametrize(
    ("own", "before", "verdict"),
    [
        (TOLD, None, True),
        # An event of a duty that is unknown here was lost, whatever else is newer.
        (Sum(2, 9, 500), None, False),
        (Sum(), None, False),
        # An older version of one.
        (Sum(3, 4, 600), None, False),
        # The same versions, and yet another state or date: somebody's hand.
        (Sum(3, 5, 701), None, False),
        # One that is lost hides behind one that is newer.
        (Sum(3, 6, 900), None, None),
        (Sum(4, 6, 900), None, None),
        (Sum(3, 6, 900), Sum(3, 6, 900), False),
        (Sum(3, 7, 950), Sum(3, 6, 900), None),
    ],
)
def test_an_item_is_judged_by_its_sums(own, before, verdict):
    assert judge(TOLD, own, before) is verdict


def test_the_cells_of_an_item_that_differs_are_named_with_both_numbers():
    told = {cell(1): Sum(2, 2, 20), cell(1, LATER): Sum(1, 1, 10), cell(2): Sum(1, 1, 5)}
    own = {cell(1): Sum(1, 1, 10), cell(1, LATER): Sum(1, 1, 10), cell(2): Sum(1, 1, 5)}

    found = compare(told, own, {})

    assert (found.items, found.wrong, found.unsettled) == (2, [Differs(cell(1), 2, 1)], {})


def test_the_same_number_of_other_duties_is_a_cell_that_differs():
    assert compare({cell(1): Sum(1, 1, 5)}, {cell(1): Sum(1, 1, 6)}, {}).wrong == [Differs(cell(1), 1, 1)]


def test_what_is_only_known_here_is_news_until_the_next_count():
    newer = {cell(7): Sum(1, 1, 5)}

    first = compare({}, newer, {})

    assert (first.wrong, first.unsettled) == ([], {7: Sum(1, 1, 5)})
    assert compare(newer, newer, first.unsettled).wrong == []
    assert compare({}, newer, first.unsettled).wrong == [Differs(cell(7), 0, 1)]


def test_a_large_ledger_is_told_in_parts_that_a_message_holds():
    large = 2**63 - 1
    cells = [LedgerCell(large, large, DAY, "acknowledged", large, large, "9" * 30)] * (2 * MOST_CELLS + 1)

    parts = chunks(cells)

    assert [len(part) for part in parts] == [MOST_CELLS, MOST_CELLS, 1]
    event = LedgerCounted(DAY, dt.datetime(2026, 5, 8, tzinfo=dt.UTC), [large, large], 1, 3, parts[0])
    assert len(body_of(event)) < MAX_BODY_BYTES
    assert chunks([]) == [[]]
