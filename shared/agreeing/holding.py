"""Takes in what the ledger counts, and holds the own picture against it once all before the count has been heard."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from prometheus_client import Gauge

from shared.agreeing import store
from shared.agreeing.judging import Differs, Found, Sum, compare
from shared.agreeing.store import Check, CountedCell, Part, Waiting
from shared.database import Cursor
from shared.dropping.store import all_dropped
from shared.events import Received
from shared.ledger_events import LedgerCounted

log = logging.getLogger(__name__)

DIFFERING = Gauge(
    "qingdan_ledger_differing_cells",
    "Cells in which the newest comparison with the ledger found other duties",
    ["service"],
)
COMPARED = Gauge(
    "qingdan_ledger_compared_timestamp_seconds",
    "When a service last held its duties against the ledger; before the first time when its process began",
    ["service"],
)

LEDGER_OF = "tasks"
# As many are kept with their names as somebody reads, and stand in a line of the log; the number is that of all.
MOST_NAMED = 100
MOST_LOGGED = 20
# Between a comparison and the arrival of the next count, so that nothing after that count was in the comparison.
HOURS_APART = 1

_begun = time.time()


class Named(NamedTuple):
    """The titles by which people know an item."""

    item_id: int
    checklist: str
    item: str


class Read(NamedTuple):
    """What is to be compared: the count, what it says, what is known here, and what the comparison before left over.

    The checklists of `dropped` are left out of both sides: their duties are going, or gone, and may be in a count of
    before.
    """

    waiting: Waiting
    told: list[Part]
    own: Sequence[CountedCell]
    before: Mapping[int, Sum]
    dropped: frozenset[int]


Own = Callable[[Cursor], Sequence[CountedCell]]
Names = Callable[[Cursor, Sequence[int]], Mapping[int, Named]]


def take(cur: Cursor, events: Iterable[Received]) -> None:
    """Keep the counts among `events` until their turn; they may come twice, late, out of order or in part."""
    for event in events:
        if isinstance(event.data, LedgerCounted):
            store.add_part(cur, event.data)


def read(cur: Cursor, own: Own) -> Read | None:
    """The newest count and what is `own`, if all before the count was heard; None when there is nothing to compare.

    Nothing is written here: a transaction that has written holds back the events of its database.
    """
    waiting = store.newest_whole(cur)
    if waiting is None or not store.has_heard(cur, LEDGER_OF, waiting.until) or not store.try_to_hold(cur):
        return None
    last = store.newest_check(cur)
    if _is_done(last, waiting):
        return None
    is_apart = store.is_settled_since(cur, waiting.told_at, hours=HOURS_APART)
    before = _sums(last.unsettled) if last is not None and is_apart else {}
    store.allow_long(cur)
    return Read(waiting, store.parts_told(cur, waiting.counted_at), own(cur), before, all_dropped(cur))


def held(what: Read) -> Found:
    """Compare what was read. Pure, and seconds of work where duties lie in hundreds of thousands of cells."""
    told, own = (
        {cell: found for cell, found in sums.items() if cell.checklist_id not in what.dropped}
        for sums in (store.sums_told(what.told), store.sums_of(what.own))
    )
    return compare(told, own, what.before)


def save(cur: Cursor, service: str, waiting: Waiting, found: Found, names: Names) -> bool:
    """Keep and tell what came of comparing with a count; False when another process was first."""
    if not store.try_to_hold(cur):
        return False
    last = store.newest_check(cur)
    if _is_done(last, waiting):
        return False
    known = names(cur, sorted({one.cell.item_id for one in found.wrong[:MOST_NAMED]}))
    wrong = [_described(one, known) for one in found.wrong[:MOST_NAMED]]
    # What was wrong and cannot be told tonight is wrong still.
    still = [one for one in (last.wrong if last else []) if one["item_id"] in found.unsettled]
    cells = len(found.wrong) + len(still)
    store.save_check(
        cur,
        waiting,
        items=found.items,
        cells=cells,
        wrong=(wrong + still)[:MOST_NAMED],
        unsettled=found.unsettled,
    )
    _tell(service, found.items - len(found.unsettled), cells, wrong + still)
    return True


def measure(cur: Cursor, service: str) -> None:
    """Show the newest comparison to monitoring, whichever process made it."""
    found = store.newest_check(cur)
    DIFFERING.labels(service).set(found.cells if found else 0)
    COMPARED.labels(service).set(found.checked_at.timestamp() if found else _begun)


def shown(found: Check | None) -> dict[str, Any]:
    """A LedgerCheck answer."""
    if found is None:
        return {"day": None, "checked_at": None, "items": 0, "unsettled": 0, "cells": 0, "wrong": []}
    return {
        "day": found.day.isoformat(),
        "checked_at": found.checked_at.isoformat(),
        "items": found.items,
        "unsettled": len(found.unsettled),
        "cells": found.cells,
        "wrong": [{name: one[name] for name in SHOWN} for one in found.wrong],
    }


SHOWN = ("checklist", "item", "due_on", "state", "told", "own")


def _is_done(last: Check | None, waiting: Waiting) -> bool:
    return last is not None and last.counted_at >= waiting.counted_at


def _sums(kept: Mapping[str, Sequence[int | str]]) -> dict[int, Sum]:
    return {
        int(item): Sum(int(duties), int(versions), int(digest)) for item, (duties, versions, digest) in kept.items()
    }


def _described(differs: Differs, known: Mapping[int, Named]) -> dict[str, int | str]:
    cell = differs.cell
    name = known.get(cell.item_id, Named(cell.item_id, "", ""))
    return {
        "item_id": cell.item_id,
        "checklist": name.checklist,
        "item": name.item,
        "due_on": cell.due_on.isoformat(),
        "state": cell.state,
        "told": differs.told,
        "own": differs.own,
    }


def _tell(service: str, items: int, cells: int, wrong: Sequence[Mapping[str, int | str]]) -> None:
    if not cells:
        log.info("duties agree with the ledger", extra={"service": service, "items": items})
        return
    named = [
        f"{one['checklist']} / {one['item']} ({one['item_id']}), {one['due_on']}, {one['state']}:"
        f" {one['own']} instead of {one['told']}"
        for one in wrong[:MOST_LOGGED]
    ]
    log.error("duties differ from the ledger", extra={"service": service, "cells": cells, "named": named})
