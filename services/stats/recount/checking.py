"""The nightly recount: do the counters, the days and the sums say what a count of their parts gives? Once a day."""

from __future__ import annotations

import datetime as dt

from prometheus_client import Gauge

from services.stats.recount import queries, store
from shared.database import Cursor
from shared.workdays import SHANGHAI

WRONG = Gauge("qingdan_cells_wrong", "Counters, days and sums that the newest recount found to be wrong")
CHECKED = Gauge("qingdan_cells_checked_timestamp_seconds", "When all counters were counted again for the last time")

# When nobody works, and after the night's backup.
HOUR = 3
# As many are named as somebody reads; the number is that of all.
MOST_NAMED = 100


def is_due(cur: Cursor, now: dt.datetime) -> bool:
    """Whether no process has counted again on this day or is about to, and its hour has come."""
    local = now.astimezone(SHANGHAI)
    return local.hour >= HOUR and not queries.is_checked(cur, local.date()) and store.try_to_check(cur)


def check(cur: Cursor, day: dt.date) -> int:
    """Count everything again, beside the running work, and keep what differs; return how many cells are wrong."""
    store.allow_long(cur)
    wrong = queries.wrong_counters(cur) + queries.wrong_days(cur) + queries.wrong_sums(cur)
    store.save_check(cur, day, len(wrong), wrong[:MOST_NAMED])
    return len(wrong)


def measure(cur: Cursor) -> None:
    """Show the newest recount to monitoring, whichever process made it."""
    found = queries.newest_check(cur)
    if found is not None:
        WRONG.set(found.cells)
        CHECKED.set(found.checked_at.timestamp())
