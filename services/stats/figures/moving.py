"""A unit moves in the tree: what it and those below it report counts along its new line, and no more along its old one.

Called around the step that takes over the events of units. Whoever locks submissions as well does so before, as those
who accept them do: the clock of the facts is the last lock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from operator import attrgetter

from services.stats.figures import queries, store
from services.stats.figures.records import AboveUnit
from shared.database import Cursor
from shared.events import Received, UnitChanged
from shared.newest import newest


@contextmanager
def sums_follow(cur: Cursor, events: Sequence[Received]) -> Iterator[None]:
    """While the caller takes over the units among `events`, let the sums of figures move with them."""
    units = [event.data for event in events if isinstance(event.data, UnitChanged)]
    if not units:
        yield
        return
    # The tree before the clock, as a rebuild and everybody who is signed in take them.
    store.lock_tree(cur)
    store.hold_clock(cur)
    moved = _moved(cur, newest(units, key=attrgetter("unit_id"), version=attrgetter("version")))
    shares = store.units_with_shares(cur, moved) if moved else []
    before = _lines(cur, shares)
    yield
    after = _lines(cur, shares)
    if before != after:
        store.move(cur, sorted(before - after), sorted(after - before))


def _moved(cur: Cursor, units: Sequence[UnitChanged]) -> list[int]:
    """The units that will lie below another one than until now; an unknown one lies below none."""
    places = queries.places(cur, [unit.unit_id for unit in units])
    return [
        unit.unit_id
        for unit in units
        if unit.unit_id not in places
        or (places[unit.unit_id].version < unit.version and places[unit.unit_id].parent_id != unit.parent_id)
    ]


def _lines(cur: Cursor, unit_ids: Sequence[int]) -> set[AboveUnit]:
    return set(store.lines_of(cur, unit_ids)) if unit_ids else set()
