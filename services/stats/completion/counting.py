"""What the stats consumer does with a batch of events: projection and counters, in a handful of statements.

Idempotent and indifferent to order: a duty counts where its newest version says, whichever way its events came. Old
places come off and new ones go on the counters as differences, which is why two consumers may do this at once.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter, itemgetter

from services.stats.completion import store
from services.stats.completion.completion import Bucket, bucket_of, counts_as_due_on
from services.stats.completion.store import CounterKey, DutyRecord, Recount
from services.stats.figures.moving import sums_follow
from shared import directory
from shared.database import Cursor
from shared.events import (
    AmendedDuty,
    ChecklistChanged,
    DutiesAmended,
    DutiesIssued,
    DutyState,
    IssuedRow,
    Received,
    RelayTicked,
    RowsIssued,
)
from shared.light import State
from shared.newest import newest

TASKS = "tasks"
VERSION = attrgetter("version")


def apply(cur: Cursor, events: Sequence[Received]) -> None:
    """Take `events` into the projection and the counters; those already known, or older, change nothing."""
    with sums_follow(cur, events):
        recounts = project(cur, events)
    _count(cur, recounts)
    # Last, because every batch of every consumer wants this one row.
    if time := newest_time(events):
        store.advance_as_of(cur, time)


def project(cur: Cursor, events: Sequence[Received]) -> list[Recount]:
    """Take `events` into the projection alone; return the duties that changed, with where they count and did before."""
    directory.apply(cur, events)
    if checklists := newest(_checklists(events), key=attrgetter("checklist_id"), version=VERSION):
        store.save_checklists(cur, checklists)
    if rows := newest(_rows(events), key=lambda found: found[2].row_id, version=itemgetter(1)):
        store.save_rows(cur, rows)
    duties = newest(_duties(events), key=attrgetter("duty_id"), version=VERSION)
    return store.save_duties(cur, duties) if duties else []


def newest_time(events: Sequence[Received]) -> dt.datetime | None:
    """As of when the boards are, once `events` are in effect; None when they say nothing of it."""
    return max((event.time for event in events if _tells_time(event)), default=None)


def _count(cur: Cursor, recounts: Iterable[Recount]) -> None:
    items: defaultdict[CounterKey, int] = defaultdict(int)
    units: defaultdict[CounterKey, int] = defaultdict(int)
    for duty in recounts:
        if duty.was_due_on is not None and duty.was_bucket is not None:
            items[duty.checklist_id, duty.item_id, duty.was_due_on, duty.was_bucket] -= 1
            units[duty.checklist_id, duty.unit_id, duty.was_due_on, duty.was_bucket] -= 1
        items[duty.checklist_id, duty.item_id, duty.due_on, duty.bucket] += 1
        units[duty.checklist_id, duty.unit_id, duty.due_on, duty.bucket] += 1
    if deltas := _sorted_changes(items):
        store.add_to_item_counts(cur, deltas)
    if deltas := _sorted_changes(units):
        store.add_to_unit_counts(cur, deltas)


def _sorted_changes(deltas: dict[CounterKey, int]) -> list[tuple[CounterKey, int]]:
    return sorted((key, delta) for key, delta in deltas.items() if delta)


def _duties(events: Sequence[Received]) -> Iterator[DutyRecord]:
    for event in events:
        if isinstance(event.data, DutyState):
            yield _changed(event.data, event.data.checklist_id, event.data.unit_id)
        elif isinstance(event.data, DutiesIssued):
            yield from _issued(event.data)
        elif isinstance(event.data, DutiesAmended):
            for duty in event.data.duties:
                yield _changed(duty, event.data.checklist_id, event.data.unit_id)


def _changed(duty: DutyState | AmendedDuty, checklist_id: int, unit_id: int) -> DutyRecord:
    return DutyRecord(
        duty_id=duty.duty_id,
        checklist_id=checklist_id,
        item_id=duty.item_id,
        unit_id=unit_id,
        due_on=counts_as_due_on(duty.state, duty.due_on, paused_on=duty.paused_on),
        done_on=duty.done_on,
        version=duty.version,
        is_blocked=duty.is_blocked,
        state=duty.state.value,
        bucket=bucket_of(
            duty.state,
            duty.due_on,
            done_on=duty.done_on,
            is_blocked=duty.is_blocked,
            is_part=duty.parent_id is not None,
        ),
        period=duty.period,
        told_due_on=duty.due_on,
        paused_on=duty.paused_on,
        parent_id=duty.parent_id,
    )


def _issued(chunk: DutiesIssued) -> Iterator[DutyRecord]:
    for duty in chunk.duties:
        yield DutyRecord(
            duty_id=duty.duty_id,
            checklist_id=chunk.checklist_id,
            item_id=duty.item_id,
            unit_id=chunk.unit_id,
            due_on=duty.due_on,
            done_on=None,
            version=1,
            is_blocked=False,
            state=State.ISSUED.value,
            bucket=Bucket.OPEN,
            period=duty.period,
            told_due_on=duty.due_on,
            paused_on=None,
            parent_id=None,
        )


def _checklists(events: Sequence[Received]) -> Iterator[ChecklistChanged]:
    return (event.data for event in events if isinstance(event.data, ChecklistChanged))


def _rows(events: Sequence[Received]) -> Iterator[tuple[int, int, IssuedRow]]:
    """Each row with its checklist and its revision."""
    for event in events:
        if isinstance(event.data, RowsIssued):
            for row in event.data.rows:
                yield event.data.checklist_id, event.data.revision, row


def _tells_time(event: Received) -> bool:
    """Whether the boards are as new as this event; the heartbeats of other databases say nothing about duties."""
    return not isinstance(event.data, RelayTicked) or event.data.database == TASKS
