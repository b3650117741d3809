"""What the stats consumer does with a batch of events: projection and counters, in a handful of statements.

Idempotent and indifferent to order: a duty counts where its newest version says, whichever way its events came. Old
places come off and new ones go on the counters as differences, which is why two consumers may do this at once.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter, itemgetter
from typing import NamedTuple, TypeVar

from services.stats.completion import store
from services.stats.completion.completion import Bucket, bucket_of, counts_as_due_on
from services.stats.completion.store import CounterKey, DutyRecord, Recount
from services.stats.figures.moving import sums_follow
from services.stats.history import store as history
from services.stats.history.queries import versions_of
from services.stats.history.records import DayKey
from services.stats.history.timeline import Step, Version, by_duty, placed
from shared import clock, directory
from shared.database import Cursor
from shared.dropping.store import dropped_among
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

Key = TypeVar("Key", CounterKey, DayKey)


class Projected(NamedTuple):
    """What a batch changed in the projection: duties, what earlier versions of them say of which day, and the tree."""

    recounts: list[Recount]
    late: list[tuple[DutyRecord, Step, int]]
    restructured: list[int]


def apply(cur: Cursor, events: Sequence[Received]) -> None:
    """Take `events` into the projection and the counters; those already known, or older, change nothing."""
    with sums_follow(cur, events):
        projected = project(cur, events)
    _count(cur, projected.recounts)
    changed_since = _count_days(cur, projected)
    # Nearly last, because every batch of every consumer wants this one row.
    if time := newest_time(events):
        store.advance_as_of(cur, time)
    # Behind that row: whoever keeps a day holds it, and has either seen this batch or is seen here.
    if changed_since:
        history.forget_days(cur, changed_since)


def project(cur: Cursor, events: Sequence[Received]) -> Projected:
    """Take `events` into the projection alone; return what changed in it."""
    directory.apply(cur, events)
    duties = _kept(cur, list(_duties(events)))
    if checklists := newest(_checklists(events), key=attrgetter("checklist_id"), version=VERSION):
        store.save_checklists(cur, checklists)
    restructured: list[int] = []
    if rows := newest(_rows(events), key=lambda found: found[2].row_id, version=itemgetter(1)):
        store.save_rows(cur, rows)
        restructured = sorted({checklist_id for checklist_id, _, _ in rows})
    if not duties:
        return Projected([], [], restructured)
    recounts = store.save_duties(cur, newest(duties, key=attrgetter("duty_id"), version=VERSION))
    stored = {(duty.duty_id, duty.version) for duty in recounts}
    return Projected(
        recounts, _take_late(cur, [duty for duty in duties if (duty.duty_id, duty.version) not in stored]), restructured
    )


def _kept(cur: Cursor, duties: Sequence[DutyRecord]) -> list[DutyRecord]:
    """Those of checklists that were not dropped before: what comes late, or once more, of these brings nothing back."""
    dropped = dropped_among(cur, {duty.checklist_id for duty in duties}) if duties else ()
    return [duty for duty in duties if duty.checklist_id not in dropped]


def _take_late(cur: Cursor, duties: Sequence[DutyRecord]) -> list[tuple[DutyRecord, Step, int]]:
    """Keep versions that are older than the newest, where they were not known; return what they change on which day."""
    if not duties:
        return []
    known = by_duty(versions_of(cur, sorted({duty.duty_id for duty in duties})))
    missing: list[Version] = []
    changed: list[tuple[DutyRecord, Step, int]] = []
    for duty_id, late in _grouped(duties).items():
        found, steps = placed(known[duty_id], [_version(duty) for duty in late])
        missing += found
        changed += [(late[0], step, number) for step, number in steps.items()]
    if missing:
        history.keep(cur, missing)
    return changed


def _grouped(duties: Iterable[DutyRecord]) -> dict[int, list[DutyRecord]]:
    found: defaultdict[int, list[DutyRecord]] = defaultdict(list)
    for duty in duties:
        found[duty.duty_id].append(duty)
    return found


def _version(duty: DutyRecord) -> Version:
    return Version(
        duty_id=duty.duty_id,
        version=duty.version,
        since_day=duty.since_day,
        due_on=duty.due_on,
        told_due_on=duty.told_due_on if duty.told_due_on != duty.due_on else None,
        done_on=duty.done_on,
        paused_on=duty.paused_on,
        is_blocked=duty.is_blocked,
        state=duty.state,
        bucket=duty.bucket.value,
    )


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


def _count_days(cur: Cursor, projected: Projected) -> dict[int, dt.date | None]:
    """Add to what the days changed; return of each checklist since when its days look otherwise, None for ever."""
    items: defaultdict[DayKey, int] = defaultdict(int)
    units: defaultdict[DayKey, int] = defaultdict(int)

    def add(place: Recount | DutyRecord, day: dt.date, due_on: dt.date, bucket: str, number: int) -> None:
        items[DayKey(place.checklist_id, place.item_id, day, due_on, bucket)] += number
        units[DayKey(place.checklist_id, place.unit_id, day, due_on, bucket)] += number

    for duty in projected.recounts:
        add(duty, duty.since_day, duty.due_on, duty.bucket, 1)
        if duty.was_due_on is not None and duty.was_bucket is not None:
            add(duty, duty.since_day, duty.was_due_on, duty.was_bucket, -1)
    for record, (day, due_on, bucket), number in projected.late:
        add(record, day, due_on, bucket, number)
    if deltas := _sorted_changes(items):
        history.add_to_item_days(cur, deltas)
    if unit_deltas := _sorted_changes(units):
        history.add_to_unit_days(cur, unit_deltas)
    since: dict[int, dt.date | None] = {}
    for key, _ in deltas:
        since[key.checklist_id] = min(since.get(key.checklist_id) or key.day, key.day)
    return since | dict.fromkeys(projected.restructured)


def _sorted_changes(deltas: dict[Key, int]) -> list[tuple[Key, int]]:
    return sorted((key, delta) for key, delta in deltas.items() if delta)


def _duties(events: Sequence[Received]) -> Iterator[DutyRecord]:
    for event in events:
        if isinstance(event.data, DutyState):
            yield _changed(event.data, event.data.checklist_id, event.data.unit_id, clock.day_of(event.time))
        elif isinstance(event.data, DutiesIssued):
            yield from _issued(event.data, clock.day_of(event.time))
        elif isinstance(event.data, DutiesAmended):
            for duty in event.data.duties:
                yield _changed(duty, event.data.checklist_id, event.data.unit_id, clock.day_of(event.time))


def _changed(duty: DutyState | AmendedDuty, checklist_id: int, unit_id: int, day: dt.date) -> DutyRecord:
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
        since_day=day,
    )


def _issued(chunk: DutiesIssued, day: dt.date) -> Iterator[DutyRecord]:
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
            since_day=day,
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
