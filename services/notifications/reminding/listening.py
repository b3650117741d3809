"""What this service learns from a batch of events: people, items, and of each duty whether and when to speak of it.

Idempotent and indifferent to order, like every consumer: only newer versions change anything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter, itemgetter

from services.notifications.reminding import store
from services.notifications.reminding.policy import ONCE, Occasion, Stage
from services.notifications.reminding.store import (
    AskedRecord,
    ChecklistRecord,
    DutyRecord,
    ItemRecord,
    ReplyRecord,
    SpokenRecord,
)
from services.notifications.slips import store as slip_store
from shared import directory
from shared.clock import day_of
from shared.database import Cursor
from shared.dropping.store import dropped_among
from shared.events import (
    AmendedDuty,
    ChecklistChanged,
    DutiesAmended,
    DutiesIssued,
    DutiesRemarked,
    DutiesUrged,
    DutyBlocked,
    DutyBlockerAccepted,
    DutyBlockerAnswered,
    DutyDelegated,
    DutyExtended,
    DutyExtensionRefused,
    DutyReturned,
    DutyState,
    DutyWaiverRefused,
    DutyWithdrawn,
    Received,
    RelayTicked,
    RemarkAnswered,
    RowsIssued,
    UnitChanged,
)
from shared.light import ITEM_LEVEL, OPEN_STATES, State
from shared.newest import newest

TASKS = "tasks"
# What the lead bureau answers, and the word of the message that says so.
ANSWERS: dict[type, Stage] = {
    DutyBlockerAccepted: Stage.TAKEN_ON,
    DutyBlockerAnswered: Stage.ANSWERED,
    DutyWaiverRefused: Stage.REFUSED,
    DutyExtended: Stage.EXTENDED,
    DutyExtensionRefused: Stage.NOT_EXTENDED,
    DutyReturned: Stage.RETURNED,
    DutyWithdrawn: Stage.WITHDRAWN,
}


def apply(cur: Cursor, events: Sequence[Received]) -> None:
    """Take over what a batch of events tells, in the consumer's transaction; older versions change nothing."""
    directory.apply(cur, events)
    if closed := [event.data.unit_id for event in events if _is_closing(event)]:
        store.ask_lead_bureau(cur, closed)
    duties = _kept(cur, newest(_duties(events), key=attrgetter("duty_id"), version=attrgetter("version")))
    if checklists := newest(_checklists(events), key=attrgetter("checklist_id"), version=attrgetter("version")):
        store.save_checklists(cur, checklists)
        ended_on = max(day_of(event.time) for event in events)
        slip_store.settle_of_checklists(cur, [one.checklist_id for one in checklists], ended_on)
    if items := newest(_items(events), key=attrgetter("item_id"), version=attrgetter("revision")):
        store.save_items(cur, items)
    if duties:
        answers = _answers(events)
        store.save_duties(cur, [_with_answer(duty, answers) for duty in duties])
        day = max(day_of(event.time) for event in events)
        slip_store.settle_of_duties(cur, [duty.duty_id for duty in duties], day)
    for event in events:
        if isinstance(event.data, DutiesUrged | DutiesRemarked):
            store.speak_of(cur, list(_spoken(event.data, day_of(event.time))))
    store.save_replies(cur, list(_replies(events)))
    if first_days := dict(_first_days(events)):
        store.save_first_days(cur, first_days)
    if asked := newest(_asked(events), key=attrgetter("duty_id"), version=attrgetter("version")):
        store.save_asked(cur, asked)
    ticks = [event.data.ticked_at for event in events if _is_heartbeat(event)]
    if ticks:
        store.hear(cur, max(ticks))


def _kept(cur: Cursor, duties: Sequence[DutyRecord]) -> Sequence[DutyRecord]:
    """Those of checklists that were not dropped before: what comes late, or once more, of these brings nothing back."""
    dropped = dropped_among(cur, {duty.checklist_id for duty in duties}) if duties else ()
    return [duty for duty in duties if duty.checklist_id not in dropped]


def _first_days(events: Sequence[Received]) -> Iterator[tuple[int, dt.date]]:
    for event in events:
        if isinstance(event.data, DutyState) and event.data.first_due_on is not None:
            yield event.data.duty_id, event.data.first_due_on


def _spoken(said: DutiesUrged | DutiesRemarked, day: dt.date) -> Iterator[SpokenRecord]:
    stage = Stage.URGED if isinstance(said, DutiesUrged) else Stage.REMARKED
    for duty_id in sorted(set(said.duty_ids)):
        yield SpokenRecord(duty_id, stage, day, said.text or "")


def _replies(events: Sequence[Received]) -> Iterator[ReplyRecord]:
    for event in events:
        if isinstance(event.data, RemarkAnswered):
            said = event.data
            yield ReplyRecord(said.remark_id, said.duty_id, said.person_id, day_of(event.time), said.text)


def _asked(events: Sequence[Received]) -> Iterator[AskedRecord]:
    """Whom duties ask to help with their difficulties, or nobody any more; the lead bureau has a queue of its own."""
    for event in events:
        said, day = event.data, day_of(event.time)
        if isinstance(said, DutyBlocked):
            yield AskedRecord(said.duty_id, said.asked_unit_id, said.version, day, said.blocked_reason)
        elif isinstance(said, DutyBlockerAccepted | DutyBlockerAnswered):
            yield AskedRecord(said.duty_id, None, said.version, day)


def _is_closing(event: Received) -> bool:
    return isinstance(event.data, UnitChanged) and not event.data.is_active


def _is_heartbeat(event: Received) -> bool:
    return isinstance(event.data, RelayTicked) and event.data.database == TASKS


def _checklists(events: Sequence[Received]) -> Iterator[ChecklistRecord]:
    for event in events:
        if isinstance(event.data, ChecklistChanged):
            data = event.data
            ended_on = day_of(event.time) if data.state == "closed" else None
            yield ChecklistRecord(data.checklist_id, data.state, data.version, data.title, ended_on, data.dropped_on)


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
        for duty, stage in _answered(event):
            found[duty.duty_id] = max(
                found.get(duty.duty_id, (0, Occasion(stage, ONCE))),
                (duty.version, Occasion(stage, day_of(event.time))),
                key=itemgetter(0),
            )
    return {duty_id: occasion for duty_id, (_, occasion) in found.items()}


def _answered(event: Received) -> Iterator[tuple[DutyState | AmendedDuty, Stage]]:
    """The duties of which the event tells something that the lead bureau did, with the word for it."""
    data = event.data
    if isinstance(data, DutyState) and type(data) in ANSWERS:
        yield data, ANSWERS[type(data)]
    elif isinstance(data, DutyDelegated):
        # One that is new is told as such; that it is back is a word of its own, once more each time.
        if data.version > 1:
            yield data, Stage.AMENDED
    elif isinstance(data, DutiesAmended):
        for duty in data.duties:
            # What is done stays done, and needs no word.
            if duty.state is State.WITHDRAWN or duty.state in OPEN_STATES:
                yield duty, Stage.WITHDRAWN if duty.state is State.WITHDRAWN else Stage.AMENDED


def _with_answer(duty: DutyRecord, answers: Mapping[int, Occasion]) -> DutyRecord:
    is_told = duty.is_open or duty.state is State.WITHDRAWN
    return replace(duty, answer=answers.get(duty.duty_id)) if is_told else duty


def _duties_in(event: Received) -> Iterator[DutyRecord]:
    """The duties in `event`, each to be looked at on the day of the event: the next sweep then knows better."""
    day = day_of(event.time)
    data = event.data
    if isinstance(data, DutyWithdrawn):
        yield _told_once(_changed(data, data.checklist_id, data.unit_id, day), day)
    elif isinstance(data, DutyState):
        yield _changed(data, data.checklist_id, data.unit_id, day)
    elif isinstance(data, DutiesAmended):
        for amended in data.duties:
            yield _told_once(_changed(amended, data.checklist_id, data.unit_id, day), day)
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


def _told_once(duty: DutyRecord, day: dt.date) -> DutyRecord:
    """The duty to be looked at once more, where it is withdrawn: that is said, and then nothing."""
    return replace(duty, remind_on=day) if duty.state is State.WITHDRAWN else duty


def _changed(duty: DutyState | AmendedDuty, checklist_id: int, unit_id: int, day: dt.date) -> DutyRecord:
    is_open = duty.state in OPEN_STATES
    return DutyRecord(
        duty_id=duty.duty_id,
        checklist_id=checklist_id,
        item_id=duty.item_id,
        unit_id=unit_id,
        due_on=duty.due_on,
        remind_on=day if is_open else None,
        version=duty.version,
        state=duty.state,
        is_open=is_open,
        period=duty.period,
        is_paused=duty.paused_on is not None,
        parent_id=duty.parent_id,
        is_blocked=duty.is_blocked,
    )
