"""How many units are through with each row: counted while somebody waits where that is quick, else by and by.

To say it each duty of the row has to be looked at. Of a large checklist a tick does that, a row at a time, and boards
read what it kept and say of when that is.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from services.stats.completion import queries, store
from services.stats.completion.completion import Group, When
from services.stats.completion.records import NOTHING_ASKED, KeptProgress, KeptUnits, Progress
from services.stats.completion.tree import Tree
from shared import clock
from shared.database import Cursor
from shared.errors import DatabaseAway, TryAgain

# As many are looked at in some 40 ms.
MOST_DUTIES = 10_000
# Where a tick counts, so many are looked at once all the same: in some 5 ms.
FEW_DUTIES = 1_000
# Of a past day the version that held then is looked up for each.
MOST_DUTIES_THEN = 25_000
# A row is counted anew after so many seconds at the earliest, and never for more than a twentieth of the time.
PAUSE_SECONDS = 10.0
PAUSES = 20
# Duties that change places within a row leave its counters as they are; whatever came meanwhile may be such a change.
UNSEEN_SECONDS = 300.0
# A turn that has taken so long leaves the rest to the next.
TURN_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Counted:
    """How far a row is; `counted_at` is None where it was counted just now."""

    progress: Progress
    counted_at: dt.datetime | None = None


def of_rows(
    cur: Cursor,
    checklist_id: int,
    groups: Mapping[int, Sequence[Group]],
    items_by_row: Mapping[int, Sequence[int]],
    when: When,
) -> dict[int, Counted]:
    """How far each row is, given the counters of the items; a row is not there as long as nobody has counted it."""
    duties = sum(group.duties for found in groups.values() for group in found)
    if when.is_over and duties > MOST_DUTIES_THEN:
        return {}
    if not when.is_over and duties > FEW_DUTIES:
        kept = queries.kept_progress(cur, checklist_id, list(items_by_row))
        if kept or duties > MOST_DUTIES:
            return {row.row_id: Counted(row.progress, row.counted_at) for row in kept}
    counted = queries.progress_by_row(cur, items_by_row, when)
    return {row_id: Counted(counted.get(row_id, NOTHING_ASKED)) for row_id in items_by_row}


@dataclass(frozen=True, slots=True)
class Due:
    """A row that is to be counted anew, and by what it is seen that it has changed."""

    checklist_id: int
    row_id: int
    item_ids: Sequence[int]
    stamp: str


def keep(transaction: Callable[[], AbstractContextManager[Cursor]], today: dt.date) -> int:
    """Count rows of large checklists anew for a moment, each in a transaction of its own; returns how many.

    May run on every replica at once: one of them counts.
    """
    begun, number = time.monotonic(), 0
    with transaction() as cur:
        large = queries.checklists_with_more(cur, MOST_DUTIES)
        store.forget_kept(cur, large)
        due = _due(cur, large, today, clock.now())
    failed: list[TryAgain] = []
    for checklist_id in large:
        with _going_on(failed), transaction() as cur:
            if store.try_to_count(cur):
                _count_units(cur, checklist_id)
    for row in due:
        with _going_on(failed), transaction() as cur:
            if not store.try_to_count(cur):
                break
            _count(cur, row, today)
            number += 1
        if time.monotonic() - begun > TURN_SECONDS:
            break
    if failed:
        raise failed[-1]
    return number


@contextmanager
def _going_on(failed: list[TryAgain]) -> Iterator[None]:
    """Let one row that cannot be counted hinder no other; it is told at the end."""
    try:
        yield
    except DatabaseAway:
        raise
    except TryAgain as error:
        failed.append(error)


def is_due(
    kept: KeptProgress | None, *, stamp: str, today: dt.date, newest: dt.datetime | None, now: dt.datetime
) -> bool:
    """Whether a row is to be counted anew: its counters or the day have changed, or some event may have moved duties.

    `newest` is the time of the newest event that is counted.
    """
    if kept is None:
        return True
    seconds = (now - kept.counted_at).total_seconds()
    if seconds < max(PAUSE_SECONDS, PAUSES * kept.seconds):
        return False
    # Of the release before, which does not count who has signed.
    is_half = kept.signed_at != kept.counted_at
    is_changed = is_half or kept.stamp != stamp or kept.day != today
    return is_changed or (newest is not None and newest > kept.counted_at and seconds > UNSEEN_SECONDS)


def stamp_of(groups: Mapping[int, Sequence[Group]], item_ids: Iterable[int]) -> str:
    """The same for the same counters of these items."""
    found = sorted((item, str(day), kind, number) for item in item_ids for day, kind, number in groups.get(item, ()))
    return hashlib.sha256(repr(found).encode()).hexdigest()[:16]


def _due(cur: Cursor, large: Sequence[int], today: dt.date, now: dt.datetime) -> list[Due]:
    """The rows to be counted, those first that never were, and then whose count is the oldest."""
    newest = queries.newest_event_at(cur)
    found = []
    for checklist_id in large:
        kept = {row.row_id: row for row in queries.kept_progress(cur, checklist_id)}
        for row in _rows(cur, checklist_id):
            known = kept.get(row.row_id)
            if is_due(known, stamp=row.stamp, today=today, newest=newest, now=now):
                found.append((known.counted_at.timestamp() if known else 0.0, row))
    return [row for _, row in sorted(found, key=lambda one: one[0])]


def _rows(cur: Cursor, checklist_id: int) -> Iterator[Due]:
    tree = Tree(queries.rows_of(cur, checklist_id))
    groups = queries.item_groups(cur, checklist_id, tree.items())
    for row in tree.all():
        items = tree.items(row.row_id)
        yield Due(checklist_id, row.row_id, items, stamp_of(groups, items))


def are_units_due(kept: Sequence[KeptUnits], *, duties: int, now: dt.datetime) -> bool:
    """Whether the units of a checklist are to be counted anew: it has other duties, or a unit another kind."""
    if not kept:
        return True
    last = kept[0]
    seconds = (now - last.counted_at).total_seconds()
    is_changed = duties != last.duties or any(one.units_signed is None for one in kept)
    return seconds >= max(PAUSE_SECONDS if is_changed else UNSEEN_SECONDS, PAUSES * last.seconds)


def _count_units(cur: Cursor, checklist_id: int) -> None:
    now, duties = clock.now(), queries.duties_of_checklist(cur, checklist_id)
    if not are_units_due(queries.kept_units(cur, checklist_id), duties=duties, now=now):
        return
    store.allow_long(cur)
    begun = time.monotonic()
    counted = queries.units_by_kind(cur, checklist_id)
    seconds = time.monotonic() - begun
    kept = [KeptUnits(*one, now, seconds, duties) for one in counted]
    store.keep_units(cur, checklist_id, kept)


def _count(cur: Cursor, row: Due, today: dt.date) -> None:
    store.allow_long(cur)
    begun, now = time.monotonic(), clock.now()
    counted = queries.progress_by_row(cur, {row.row_id: row.item_ids}, When(today))
    progress = counted.get(row.row_id, NOTHING_ASKED)
    seconds = time.monotonic() - begun
    store.keep_progress(
        cur, row.checklist_id, KeptProgress(row.row_id, today, now, seconds, row.stamp, *progress.fields(), now)
    )
