"""What this service learns from a batch of events: people, items, and of each duty whether and when to speak of it.

Idempotent and indifferent to order, like every consumer: only newer versions change anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.notifications.reminding import store
from services.notifications.reminding.store import ChecklistRecord, DutyRecord, ItemRecord
from shared import directory
from shared.clock import day_of
from shared.database import Cursor
from shared.events import ChecklistChanged, DutiesIssued, DutyState, Received, RelayTicked, RowsIssued
from shared.light import OPEN_STATES, State

ITEM_LEVEL = 4
TASKS = "tasks"


def apply(cur: Cursor, events: Sequence[Received]) -> None:
    directory.apply(cur, events)
    if checklists := _newest_checklists(events):
        store.save_checklists(cur, checklists)
    if items := _newest_items(events):
        store.save_items(cur, items)
    if duties := _newest_duties(events):
        store.save_duties(cur, duties)
    ticks = [event.data.ticked_at for event in events if _is_heartbeat(event)]
    if ticks:
        store.hear(cur, max(ticks))


def _is_heartbeat(event: Received) -> bool:
    return isinstance(event.data, RelayTicked) and event.data.database == TASKS


def _newest_checklists(events: Sequence[Received]) -> list[ChecklistRecord]:
    newest: dict[int, ChecklistRecord] = {}
    for event in events:
        if isinstance(event.data, ChecklistChanged):
            found = ChecklistRecord(event.data.checklist_id, event.data.state, event.data.version)
            known = newest.get(found.checklist_id)
            if known is None or known.version < found.version:
                newest[found.checklist_id] = found
    return [newest[checklist_id] for checklist_id in sorted(newest)]


def _newest_items(events: Sequence[Received]) -> list[ItemRecord]:
    newest: dict[int, ItemRecord] = {}
    for event in events:
        if isinstance(event.data, RowsIssued):
            for row in event.data.rows:
                known = newest.get(row.row_id)
                if row.level == ITEM_LEVEL and (known is None or known.revision < event.data.revision):
                    newest[row.row_id] = ItemRecord(row.row_id, event.data.checklist_id, row.title, event.data.revision)
    return [newest[item_id] for item_id in sorted(newest)]


def _newest_duties(events: Sequence[Received]) -> list[DutyRecord]:
    newest: dict[int, DutyRecord] = {}
    for event in events:
        for duty in _duties(event):
            known = newest.get(duty.duty_id)
            if known is None or known.version < duty.version:
                newest[duty.duty_id] = duty
    return [newest[duty_id] for duty_id in sorted(newest)]


def _duties(event: Received) -> Iterator[DutyRecord]:
    """The duties in `event`, each to be looked at on the day of the event: the next sweep then knows better."""
    day = day_of(event.time)
    data = event.data
    if isinstance(data, DutyState):
        is_open = data.state in OPEN_STATES
        yield DutyRecord(
            duty_id=data.duty_id,
            checklist_id=data.checklist_id,
            item_id=data.item_id,
            unit_id=data.unit_id,
            due_on=data.due_on,
            remind_on=day if is_open else None,
            version=data.version,
            state=data.state,
            is_open=is_open,
            period=data.period,
        )
    elif isinstance(data, DutiesIssued):
        for duty in data.duties:
            yield DutyRecord(
                duty_id=duty.duty_id,
                checklist_id=data.checklist_id,
                item_id=duty.item_id,
                unit_id=data.unit_id,
                due_on=duty.due_on,
                remind_on=day,
                version=1,
                state=State.ISSUED,
                is_open=True,
                period=duty.period,
            )
