"""What the stats consumer does with a batch of events: projection and counters, in a handful of statements.

Idempotent and indifferent to order: a duty counts where its newest version says, whichever way its events came. Old
places come off and new ones go on the counters as differences, which is why two consumers may do this at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from services.stats.completion import store
from services.stats.completion.completion import Bucket, bucket_of
from services.stats.completion.store import CounterKey, DutyRecord, Recount
from shared import directory
from shared.database import Cursor
from shared.events import ChecklistChanged, DutiesIssued, DutyState, IssuedRow, Received, RelayTicked, RowsIssued
from shared.light import State

TASKS = "tasks"


def apply(cur: Cursor, events: Sequence[Received]) -> None:
    """Take `events` into the projection and the counters; those already known, or older, change nothing."""
    directory.apply(cur, events)
    if checklists := _newest_checklists(events):
        store.save_checklists(cur, checklists)
    if rows := _newest_rows(events):
        store.save_rows(cur, rows)
    if duties := _newest_duties(events):
        _count(cur, store.save_duties(cur, duties))
    # Last, because every batch of every consumer wants this one row.
    if times := [event.time for event in events if _tells_time(event)]:
        store.advance_as_of(cur, max(times))


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


def _newest_duties(events: Sequence[Received]) -> list[DutyRecord]:
    newest: dict[int, DutyRecord] = {}
    for duty in _duties(events):
        known = newest.get(duty.duty_id)
        if known is None or known.version < duty.version:
            newest[duty.duty_id] = duty
    return [newest[duty_id] for duty_id in sorted(newest)]


def _duties(events: Sequence[Received]) -> Iterator[DutyRecord]:
    for event in events:
        if isinstance(event.data, DutyState):
            yield _changed(event.data)
        elif isinstance(event.data, DutiesIssued):
            yield from _issued(event.data)


def _changed(duty: DutyState) -> DutyRecord:
    return DutyRecord(
        duty_id=duty.duty_id,
        checklist_id=duty.checklist_id,
        item_id=duty.item_id,
        unit_id=duty.unit_id,
        due_on=duty.due_on,
        done_on=duty.done_on,
        version=duty.version,
        is_blocked=duty.is_blocked,
        state=duty.state.value,
        bucket=bucket_of(duty.state, duty.due_on, done_on=duty.done_on, is_blocked=duty.is_blocked),
        period=duty.period,
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
        )


def _newest_checklists(events: Sequence[Received]) -> list[ChecklistChanged]:
    newest: dict[int, ChecklistChanged] = {}
    for event in events:
        if isinstance(event.data, ChecklistChanged):
            known = newest.get(event.data.checklist_id)
            if known is None or known.version < event.data.version:
                newest[event.data.checklist_id] = event.data
    return [newest[checklist_id] for checklist_id in sorted(newest)]


def _newest_rows(events: Sequence[Received]) -> list[tuple[int, int, IssuedRow]]:
    newest: dict[int, tuple[int, int, IssuedRow]] = {}
    for event in events:
        if isinstance(event.data, RowsIssued):
            for row in event.data.rows:
                if row.row_id not in newest or newest[row.row_id][1] < event.data.revision:
                    newest[row.row_id] = (event.data.checklist_id, event.data.revision, row)
    return [newest[row_id] for row_id in sorted(newest)]


def _tells_time(event: Received) -> bool:
    """Whether the boards are as new as this event; the heartbeats of other databases say nothing about duties."""
    return not isinstance(event.data, RelayTicked) or event.data.database == TASKS


__all__ = ["apply"]
