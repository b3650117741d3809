"""What this service learns from a batch of events: people, items, and of each duty whether and when to speak of it.

Idempotent and indifferent to order, like every consumer: only newer versions change anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter, itemgetter

from services.notifications.reminding import store
from services.notifications.reminding.policy import ONCE, Occasion, Stage
from services.notifications.reminding.store import ChecklistRecord, DutyRecord, ItemRecord
from shared import directory
from shared.clock import day_of
from shared.database import Cursor
from shared.events import (
    ITEM_LEVEL,
    ChecklistChanged,
    DutiesIssued,
    DutyBlockerAnswered,
    DutyExtended,
    DutyExtensionRefused,
    DutyReturned,
    DutyState,
    DutyWaiverRefused,
    Received,
    RelayTicked,
    RowsIssued,
)
from shared.light import OPEN_STATES, State
from shared.newest import newest

TASKS = "tasks"
# What the lead bureau answers, and the word of the message that says so.
ANSWERS: dict[type, Stage] = {
    DutyBlockerAnswered: Stage.ANSWERED,
    DutyWaiverRefused: Stage.REFUSED,
    DutyExtended: Stage.EXTENDED,
    DutyExtensionRefused: Stage.NOT_EXTENDED,
    DutyReturned: Stage.RETURNED,
}


def apply(cur: Cursor, events: Sequence[Received]) -> None:
    """Take over what a batch of events tells, in the consumer's transaction; older versions change nothing."""
    directory.apply(cur, events)
    if checklists := newest(_checklists(events), key=attrgetter("checklist_id"), version=attrgetter("version")):
        store.save_checklists(cur, checklists)
    if items := newest(_items(events), key=attrgetter("item_id"), version=attrgetter("revision")):
        store.save_items(cur, items)
    if duties := newest(_duties(events), key=attrgetter("duty_id"), version=attrgetter("version")):
        answers = _answers(events)
        store.save_duties(cur, [_with_answer(duty, answers) for duty in duties])
    if extended := [event.data for event in events if isinstance(event.data, DutyExtended)]:
        store.save_first_days(cur, {duty.duty_id: duty.first_due_on for duty in extended})
    ticks = [event.data.ticked_at for event in events if _is_heartbeat(event)]
    if ticks:
        store.hear(cur, max(ticks))


def _is_heartbeat(event: Received) -> bool:
    return isinstance(event.data, RelayTicked) and event.data.database == TASKS


def _checklists(events: Sequence[Received]) -> Iterator[ChecklistRecord]:
    for event in events:
        if isinstance(event.data, ChecklistChanged):
            yield ChecklistRecord(event.data.checklist_id, event.data.state, event.data.version)


def _items(events: Sequence[Received]) -> Iterator[ItemRecord]:
    for event in events:
        if isinstance(event.data, RowsIssued):
            for row in event.data.rows:
                if row.level == ITEM_LEVEL:
                    yield ItemRecord(row.row_id, event.data.checklist_id, row.title, event.data.revision)


def _duties(events: Sequence[Received]) -> Iterator[DutyRecord]:
    for event in events:
        yield from _duties_in(event)


def _answers(events: Sequence[Received]) -> dict[int, Occasion]:
    """The lead bureau's newest answer to each duty: another event of the same batch may be newer and say nothing."""
    found: dict[int, tuple[int, Occasion]] = {}
    for event in events:
        stage = ANSWERS.get(type(event.data))
        if stage is not None and isinstance(event.data, DutyState):
            duty = event.data
            found[duty.duty_id] = max(
                found.get(duty.duty_id, (0, Occasion(stage, ONCE))),
                (duty.version, Occasion(stage, day_of(event.time))),
                key=itemgetter(0),
            )
    return {duty_id: occasion for duty_id, (_, occasion) in found.items()}


def _with_answer(duty: DutyRecord, answers: Mapping[int, Occasion]) -> DutyRecord:
    return replace(duty, answer=answers.get(duty.duty_id)) if duty.is_open else duty


def _duties_in(event: Received) -> Iterator[DutyRecord]:
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
