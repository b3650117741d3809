"""What is answered of the newest comparison."""

from __future__ import annotations

from shared.calling import shapes as s
from shared.calling.shapes import Shape
from shared.light import State


class DifferingCell(Shape):
    """Duties of an item that are due on a day and in a state, where they are others than those of the ledger."""

    checklist = s.text("its title; empty where it is not known here")
    item = s.text("its title")
    due_on = s.day()
    state = s.one_of(State)
    told = s.whole("how many the ledger has")
    own = s.whole("how many are known here; the same number is of other duties, or of older versions")


class LedgerCheck(Shape):
    """What the newest comparison with the ledger of duties found; null and 0 before the first."""

    day = s.day("of the count", allow_none=True)
    checked_at = s.moment("when it was compared", allow_none=True)
    items = s.whole("that were compared")
    unsettled = s.whole("items that changed meanwhile and are left to the next count")
    cells = s.whole("that differ")
    wrong = s.several(DifferingCell, "the first hundred of them")
