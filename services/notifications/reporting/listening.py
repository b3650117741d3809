"""What this service learns of reports from a batch of events: rounds with their days, and whose turn a submission is.

Idempotent and indifferent to order: only newer versions change anything. A round that opens brings its submissions in
their first version; what became of one since is in an event of its own, which may come first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter

from services.notifications.reminding import store as heartbeats
from services.notifications.reporting import store
from services.notifications.reporting.store import RoundRecord, SubmissionRecord
from services.notifications.slips import store as slip_store
from shared.clock import day_of
from shared.database import Cursor
from shared.events import Received, RelayTicked
from shared.figure_events import ReportRoundOpened, SubmissionChanged
from shared.newest import newest

STATS = "stats"
RETURNED = "returned"
# The states in which it is the unit's turn; docs/states.md has them all.
UNITS_TURN = frozenset({"open", "draft", RETURNED})


def apply(cur: Cursor, events: Sequence[Received]) -> None:
    """Take over what a batch of events tells of reports, in the consumer's transaction."""
    opened = [event for event in events if isinstance(event.data, ReportRoundOpened)]
    submissions = newest(_submissions(events), key=attrgetter("submission_id"), version=attrgetter("version"))
    if submissions:
        store.save_submissions(cur, submissions)
    if opened:
        rounds = newest(map(_round, opened), key=attrgetter("round_id"), version=attrgetter("version"))
        store.save_rounds(cur, rounds, day=max(day_of(event.time) for event in opened))
    if submissions or opened:
        moved = [event.data.round_id for event in opened]
        day = max(day_of(event.time) for event in events)
        slip_store.settle_of_submissions(cur, [one.submission_id for one in submissions], moved, day)
    ticks = [e.data.ticked_at for e in events if isinstance(e.data, RelayTicked) and e.data.database == STATS]
    if ticks:
        heartbeats.hear(cur, max(ticks), table="stats_heartbeat")


def _round(event: Received) -> RoundRecord:
    data: ReportRoundOpened = event.data
    days = (data.due_on, data.lock_on)
    return RoundRecord(data.round_id, data.report_name, data.period, *days, data.version, data.report_id)


def _submissions(events: Sequence[Received]) -> Iterator[SubmissionRecord]:
    for event in events:
        if isinstance(event.data, ReportRoundOpened):
            yield from _expected(event)
        elif isinstance(event.data, SubmissionChanged):
            yield _changed(event)


def _expected(event: Received) -> Iterator[SubmissionRecord]:
    data: ReportRoundOpened = event.data
    for expected in data.expected:
        yield SubmissionRecord(
            submission_id=expected.submission_id,
            round_id=data.round_id,
            unit_id=expected.unit_id,
            report_name=data.report_name,
            period=data.period,
            due_on=data.due_on,
            lock_on=data.lock_on,
            state="open",
            is_open=True,
            is_correction=False,
            returned_on=None,
            remind_on=day_of(event.time),
            version=1,
            report_id=data.report_id,
        )


def _changed(event: Received) -> SubmissionRecord:
    data: SubmissionChanged = event.data
    is_open = data.is_expected and data.state in UNITS_TURN
    return SubmissionRecord(
        submission_id=data.submission_id,
        round_id=data.round_id,
        unit_id=data.unit_id,
        report_name=data.report_name,
        period=data.period,
        due_on=data.due_on,
        lock_on=data.lock_on,
        state=data.state,
        is_open=is_open,
        is_correction=data.is_correction,
        returned_on=day_of(event.time) if data.state == RETURNED else None,
        remind_on=day_of(event.time) if is_open else None,
        version=data.version,
        report_id=data.report_id,
    )
