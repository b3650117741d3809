"""Use case: once a night, say what the ledger of duties counts, to whoever keeps a picture of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from services.tasks.ledger import queries, store
from services.tasks.ledger.queries import Counted
from shared.database import Cursor
from shared.delivery import outbox
from shared.ledger_events import MOST_CELLS, LedgerCell, LedgerCounted
from shared.workdays import SHANGHAI

# After the backup and the recount of the boards, and before anybody works.
HOUR = 4
# Parts of a count in a transaction: a tenth of a second's work.
TOLD_AT_ONCE = 10


def is_due(cur: Cursor, now: dt.datetime) -> bool:
    """Whether the hour of the night has come, and no process has counted on this day or is about to."""
    local = now.astimezone(SHANGHAI)
    newest = queries.newest_day(cur)
    return local.hour >= HOUR and newest is not None and newest < local.date() and store.try_to_count(cur)


def count(cur: Cursor) -> Counted:
    """What the ledger counts at this moment; in a transaction that writes nothing, or all events would wait for it."""
    store.allow_long(cur)
    return queries.counted(cur)


def tell(transaction: Callable[[], AbstractContextManager[Cursor]], day: dt.date, found: Counted) -> bool:
    """Announce it as the count of a day, unless another process was first; return whether it was told.

    In short transactions: as long as one that has written is open, all other events of the database wait. Whoever dies
    in between has told a count that never becomes whole, and the next night's is compared.
    """
    parts = chunks(found.cells)
    with transaction() as cur:
        if not store.note_count(cur, day, cells=len(found.cells), parts=len(parts)):
            return False
    for start in range(0, len(parts), TOLD_AT_ONCE):
        numbered = enumerate(parts[start : start + TOLD_AT_ONCE], start + 1)
        events = [
            LedgerCounted(day, found.counted_at, list(found.until), number, len(parts), part)
            for number, part in numbered
        ]
        with transaction() as cur:
            outbox.add(cur, events)
    return True


def chunks(cells: Sequence[LedgerCell]) -> list[list[LedgerCell]]:
    """Parts of a message's size; one, which is empty, of an empty ledger."""
    return [list(cells[start : start + MOST_CELLS]) for start in range(0, max(len(cells), 1), MOST_CELLS)]
