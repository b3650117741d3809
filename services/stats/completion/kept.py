"""How far a checklist was at the end of each day: kept once the day is over, so that a trend needs no count.

What is kept can be made again from the changes of the days at any time. A late event, or a changed tree, has the days
that it concerns forgotten, and they are kept anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.stats.completion import pace, queries
from services.stats.completion.completion import ONE_DAY, Bucket, Counts, Group, count, cutoffs_on
from services.stats.completion.pace import Pace
from services.stats.completion.tree import Row, Tree
from services.stats.history import queries as history
from services.stats.history import store
from services.stats.history.records import DayCounts
from shared import calendars, clock, light_rules, light_tables
from shared.database import Cursor
from shared.events import Received

# The whole checklist among its areas and measures.
WHOLE = 0
# Of a country's checklist as many days take half a second, for which consumers wait.
DAYS_AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class Kept:
    """How far a row was at the end of a day."""

    row_id: int
    pace: Pace
    counts: Counts


def of_day(cur: Cursor, checklist_id: int, day: dt.date) -> dict[int, Kept]:
    """The rows of a day by id, `WHOLE` among them; empty for a day that is not kept."""
    return {row.row_id: _kept(row) for row in history.kept_on(cur, checklist_id, day)}


def of_row(cur: Cursor, checklist_id: int, row_id: int, days: Iterable[dt.date]) -> list[tuple[dt.date, Pace]]:
    """The pace of a row, or of the `WHOLE`, at the end of those days that are kept, in order."""
    return [(row.day, Pace(row.due, row.due_done)) for row in history.kept_of(cur, checklist_id, row_id, list(days))]


def keep_days(cur: Cursor, today: dt.date) -> int:
    """Keep days that are over and not kept yet, the newest first, a few of one checklist; return how many.

    A day is over when an event of a later one has been counted. May run on every replica at once: consumers and other
    turns wait for the row of the newest event, so none of them sees half.
    """
    newest = queries.lock_newest_event(cur)
    if newest is None:
        return 0
    over = min(today, clock.day_of(newest)) - ONE_DAY
    waiting: list[tuple[list[dt.date], int]] = []
    for checklist_id, first, last in history.recorded_checklists(cur):
        known = history.kept_days(cur, checklist_id)
        if missing := [day for day in _back(min(over, last or over), first) if day not in known][:DAYS_AT_ONCE]:
            waiting.append((missing, checklist_id))
    if not waiting:
        return 0
    # Yesterday of one checklist before last year of another.
    days, checklist_id = max(waiting)
    # By the rules of now: whoever was waited for may have brought others.
    with calendars.begin(cur):
        store.keep_days(cur, list(counted(cur, checklist_id, days)))
    return len(days)


def follow_lights(cur: Cursor, events: Sequence[Received], today: dt.date) -> None:
    """Take over the rules of lights among `events`; the last that is done with these.

    A rule holds from the day on which it is saved, at the earliest. Of one that comes later than that, the days that
    are over since then are kept anew; those before stay.
    """
    taken = light_tables.apply(cur, events)
    changed = light_rules.changed_days(*taken) if taken else []
    if changed and changed[0] < today:
        # Whoever keeps days just now does so by the rules of before.
        queries.lock_newest_event(cur)
        store.forget_days(cur, {one: changed[0] for one, _first, _last in history.recorded_checklists(cur)})


def counted(cur: Cursor, checklist_id: int, days: Sequence[dt.date]) -> Iterator[DayCounts]:
    """Count a checklist, its areas and measures as of the ends of these days, which come the newest first."""
    tree = Tree(queries.rows_of_all_revisions(cur, checklist_id))
    rows = [WHOLE, *(row.row_id for row in _upper(tree))]
    rows_of = _rows_of_items(tree)
    held: dict[tuple[int, dt.date, Bucket], int] = {}

    def add(item_id: int, due_on: dt.date, bucket: Bucket, duties: int) -> None:
        for row_id in rows_of.get(item_id, ()):
            key = (row_id, due_on, bucket)
            held[key] = held.get(key, 0) + duties

    for item_id, groups in queries.item_groups(cur, checklist_id, list(rows_of)).items():
        for group in groups:
            add(item_id, *group)
    waiting = iter(queries.changes_since(cur, checklist_id, days[-1]))
    change = next(waiting, None)
    for day in days:
        while change is not None and change.day > day:
            add(change.item_id, change.due_on, change.bucket, -change.duties)
            change = next(waiting, None)
        for row_id in rows:
            groups_then = [
                Group(due_on, bucket, duties) for (of, due_on, bucket), duties in held.items() if of == row_id
            ]
            yield _counts_of(checklist_id, day, row_id, groups_then)


def _counts_of(checklist_id: int, day: dt.date, row_id: int, groups: Sequence[Group]) -> DayCounts:
    so_far, counts = pace.due_so_far(groups, day), count(groups, cutoffs_on(day))
    lights = counts.as_dict()
    del lights["total"]
    return DayCounts(checklist_id, day, row_id, so_far.due, so_far.done, **lights)


def _upper(tree: Tree) -> Iterator[Row]:
    for area in tree.children(None):
        yield area
        yield from tree.children(area.row_id)


def _rows_of_items(tree: Tree) -> Mapping[int, list[int]]:
    """For each item the whole, its area and its measure."""
    found = {item_id: [WHOLE] for item_id in tree.items()}
    for row in _upper(tree):
        for item_id in tree.items(row.row_id):
            found[item_id].append(row.row_id)
    return found


def _back(last: dt.date, first: dt.date) -> Iterator[dt.date]:
    while last >= first:
        yield last
        last -= ONE_DAY


def _kept(row: DayCounts) -> Kept:
    lights = row._asdict()
    for name in ("checklist_id", "row_id", "day", "due", "due_done"):
        del lights[name]
    return Kept(row.row_id, Pace(row.due, row.due_done), Counts(**lights))
