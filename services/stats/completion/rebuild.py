"""Makes the projection and the counters anew from an event log, for a changed rule of counting or a lost database."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from services.stats.completion import counting, store
from shared.database import Cursor
from shared.events import Received

# As many as a consumer takes at once.
BATCH = 500


def rebuild(cur: Cursor, log: Iterable[Received]) -> int:
    """Empty the projection and fill it from `log`; return how many events were read. The caller's commit shows it.

    `log` is read only after the tables are locked, so give an iterator that has not been started: then whatever a
    consumer counted before is in it, and what comes later is counted after the commit. Consumers and boards wait.
    """
    store.empty_projection(cur)
    events = iter(log)
    read = 0
    while batch := list(islice(events, BATCH)):
        counting.apply(cur, batch)
        read += len(batch)
    return read
