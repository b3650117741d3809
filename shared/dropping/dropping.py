"""Lets the duties of dropped checklists go: whole years where nothing else is in them, else a few at a time."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from shared.database import Cursor
from shared.dropping import store
from shared.errors import TryAgain

log = logging.getLogger(__name__)

# Of a transaction: a tenth of a second's work, for which consumers wait at most.
DUTIES_AT_ONCE = 2000
# A tick begins nothing more after so long; the next one goes on.
SECONDS_A_TICK = 10.0

Transaction = Callable[[], AbstractContextManager[Cursor]]


def let_go(transaction: Transaction, tables: Sequence[str]) -> int:
    """Let duties go for a while, with what `tables` say of them by their ids; return how many went.

    May run on every replica: one of them does it. What it began, whoever comes next goes on with. A checklist is gone
    when no partition that holds nothing is left of a year that is over, either.
    """
    until = time.monotonic() + SECONDS_A_TICK
    with transaction() as cur:
        checklists = store.waiting(cur)
        years = store.years_over(cur) if checklists else []
    if not checklists:
        return 0
    dropped = [_drop_year(transaction, year, tables) for year in years]
    went, after = sum(filter(None, dropped)), 0
    while time.monotonic() < until:
        with transaction() as cur:
            duties = _next(cur, checklists, after)
            if duties:
                store.forget_duties(cur, duties, tables)
            elif duties is not None and None not in dropped:
                store.note_gone(cur, checklists)
                log.info("dropped checklists have gone", extra={"checklists": checklists})
        if not duties:
            break
        went, after = went + len(duties), duties[-1]
    return went


def _next(cur: Cursor, checklists: Sequence[int], after: int) -> list[int] | None:
    """The next duties that are to go; None where another process lets them go."""
    if not store.try_to_drop(cur):
        return None
    store.allow_long(cur)
    return store.next_duties(cur, checklists, after, limit=DUTIES_AT_ONCE)


def _drop_year(transaction: Transaction, year: int, tables: Sequence[str]) -> int | None:
    """Let the whole of a year go where nothing else is in it; how many duties that were, None where it is in use."""
    try:
        with transaction() as cur:
            if not store.try_to_drop(cur):
                return None
            store.allow_long(cur)
            # Another process may have been quicker.
            if year not in store.years_over(cur) or store.has_others(cur, year):
                return 0
            number = store.count_of_year(cur, year)
            for table in tables:
                store.forget_year_of(cur, table, year)
            store.drop_year(cur, year)
    except TryAgain:
        # Somebody reads it for long: its rows go all the same, and the next tick finds it empty.
        log.info("a year of duties is in use", extra={"year": year})
        return None
    log.info("a year of duties has gone", extra={"year": year, "duties": number})
    return number
