"""Tells the other services of rounds and of what is owed for them, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Sequence

from services.stats.reports import queries
from services.stats.reports.records import Report, Round
from shared.database import Cursor
from shared.delivery import outbox
from shared.figure_events import MOST_EXPECTED, ExpectedSubmission, ReportRoundOpened, SubmissionChanged


def announce_round(cur: Cursor, report: Report, round_id: int, *, correlation_id: str = "") -> None:
    """Tell the days of a round, and all that is owed for it."""
    opened = queries.rounds(cur, [round_id])[round_id]
    owed = [ExpectedSubmission(one.submission_id, one.unit_id) for one in queries.expected(cur, round_id)]
    chunks = [owed[start : start + MOST_EXPECTED] for start in range(0, max(1, len(owed)), MOST_EXPECTED)]
    outbox.add(cur, [_opened(report, opened, chunk) for chunk in chunks], correlation_id=correlation_id)


def announce_submissions(cur: Cursor, ids: Sequence[int], *, correlation_id: str = "") -> None:
    """Tell the whole state of each of the submissions."""
    found = queries.changed_submissions(cur, ids)
    outbox.add(cur, [SubmissionChanged(*one) for one in found], correlation_id=correlation_id)


def _opened(report: Report, opened: Round, owed: list[ExpectedSubmission]) -> ReportRoundOpened:
    return ReportRoundOpened(
        round_id=opened.id,
        report_id=report.id,
        table_number=report.table_number,
        report_name=report.name,
        period=opened.period,
        opens_on=opened.opens_on,
        due_on=opened.due_on,
        lock_on=opened.lock_on,
        version=opened.version,
        expected=owed,
    )
