"""How the others hear of a submission: its whole state, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Sequence

from services.stats.submissions import queries
from shared.database import Cursor
from shared.delivery import outbox
from shared.figure_events import SubmissionChanged


def announce(cur: Cursor, submission_ids: Sequence[int], correlation_id: str) -> None:
    """Write submission.changed.v1 for each of the submissions, as they are now."""
    found = queries.submissions(cur, submission_ids)
    if not found:
        return
    events = [
        SubmissionChanged(
            submission_id=one.id,
            round_id=one.round_id,
            report_id=one.report_id,
            report_name=one.report_name,
            unit_id=one.unit_id,
            period=one.period,
            due_on=one.due_on,
            lock_on=one.lock_on,
            state=one.state.value,
            is_expected=one.is_expected,
            is_correction=one.is_correction,
            waits_for=one.waits_for,
            first_submitted_at=one.first_submitted_at,
            accepted_at=one.accepted_at,
            version=one.version,
        )
        for one in found
    ]
    outbox.add(cur, events, correlation_id=correlation_id)
