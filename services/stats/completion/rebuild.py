"""Makes the projection and the counters anew from an event log, for a changed rule of counting or a lost database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from services.stats.completion import counting, store
from services.stats.figures import store as figures
from services.stats.reports import store as reports
from services.stats.reports.asking import take_groups
from shared.database import Cursor
from shared.events import Received

# As many as a consumer takes at once.
BATCH = 500


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many events were read, and of how many duties the counters are made now."""

    events: int
    duties: int


def rebuild(cur: Cursor, log: Iterable[Received]) -> Rebuilt:
    """Empty the projection, fill it from `log` and count what is in it. The caller's commit shows it.

    `log` is read only after the tables are locked, so give an iterator that has not been started: then whatever a
    consumer counted before is in it, and what comes later is counted after the commit. Consumers and boards wait.
    Reports and figures are nobody's projection and stay; of groups the log says again who belongs to them.
    """
    # In the order in which everybody else takes them: news of groups, the tree, the clock of figures. The clock is held
    # because what is recorded meanwhile would be added up along a tree that is half there.
    reports.lock_groups(cur)
    store.empty_projection(cur)
    figures.hold_clock(cur)
    events = iter(log)
    read = 0
    newest: dt.datetime | None = None
    while batch := list(islice(events, BATCH)):
        # Not the counters: changed in each batch, each would leave a trail of old versions behind, which nothing clears
        # away before the commit and every further change has to pass.
        counting.project(cur, batch)
        take_groups(cur, batch)
        read += len(batch)
        newest = max(filter(None, (newest, counting.newest_time(batch))), default=None)
    if newest is not None:
        store.advance_as_of(cur, newest)
    figures.count_anew(cur)
    return Rebuilt(read, store.count_anew(cur))
