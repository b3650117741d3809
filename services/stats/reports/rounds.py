"""Use cases: rounds open by themselves, and what is owed for them follows whom their report asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.stats.periods import Period, parse
from services.stats.reports import queries, store
from services.stats.reports.announcing import announce_round, announce_submissions
from services.stats.reports.records import Report, ReportState, Round
from services.stats.reports.round_days import Counted, RoundDays, fair_days, periods_to_open, round_days
from services.stats.reports.store import RoundDay
from shared import workdays
from shared.database import Cursor
from shared.workdays import YearTable

# So that a report that begins years ago does not keep a tick for minutes.
MOST_AT_ONCE = 40


@dataclass(frozen=True, slots=True)
class DueRound:
    """A round that is to be opened."""

    report_id: int
    period: Period


def due_rounds(cur: Cursor, today: dt.date) -> list[DueRound]:
    """The rounds that are to be opened by `today`, oldest first, and not more than fit into one tick."""
    reports = queries.active_reports(cur)
    opened = queries.opened_periods(cur, [report.id for report in reports])
    due = [
        DueRound(report.id, period)
        for report in reports
        for period in periods_to_open(report.first_period, report.last_period, opened[report.id], today=today)
    ]
    due.sort(key=lambda one: (one.period.last_day, one.report_id))
    return due[:MOST_AT_ONCE]


def open_round(cur: Cursor, due: DueRound, today: dt.date) -> int | None:
    """Open a round with all that is owed for it, and announce it; None when another replica has, or nobody asks now."""
    store.lock_report(cur, due.report_id)
    report = queries.report(cur, due.report_id)
    if report is None or report.state is not ReportState.ACTIVE:
        return None
    if due.period not in periods_to_open(report.first_period, report.last_period, set(), today=today):
        return None
    round_id = store.insert_round(cur, report.id, due.period, days_of(report, due.period))
    if round_id is not None:
        opened = [RoundDay(round_id, due.period.last_day)]
        store.take_lines(cur, opened)
        store.expect(cur, opened)
        announce_round(cur, report, round_id)
    return round_id


def open_newest(cur: Cursor, report: Report, today: dt.date) -> None:
    """Open the newest round that a report lacks, if it lacks any: whoever starts it need not wait for the tick."""
    opened = queries.opened_periods(cur, [report.id])[report.id]
    periods = periods_to_open(report.first_period, report.last_period, opened, today=today)
    if periods:
        open_round(cur, DueRound(report.id, periods[-1]), today)


def days_of(report: Report, period: Period) -> RoundDays:
    """On which days the round of a period opens, is due and is locked, by the report's rules of now."""
    return round_days(period, Counted(report.due_rule, report.due_days), Counted(report.lock_rule, report.lock_days))


def moved_reports(cur: Cursor, today: dt.date) -> list[int]:
    """The reports with rounds that are not locked and whose days are other ones by now."""
    unlocked = queries.unlocked_rounds(cur, today)
    reports = queries.reports(cur, sorted({one.report_id for one in unlocked}))
    return sorted({one.report_id for one, _ in _moved(reports, unlocked, fair_on=today)})


def rounds_moved_by(cur: Cursor, tables: Sequence[YearTable], today: dt.date) -> list[tuple[Round, Report, RoundDays]]:
    """The rounds that would have other days by these tables of years, and which."""
    calendar = workdays.in_force()
    for table in tables:
        calendar = calendar.with_table(table)
    unlocked = queries.unlocked_rounds(cur, today)
    reports = queries.reports(cur, sorted({one.report_id for one in unlocked}))
    with workdays.by(calendar):
        return [(one, reports[one.report_id], days) for one, days in _moved(reports, unlocked, fair_on=today)]


def move_rounds(
    cur: Cursor, report_id: int, today: dt.date, *, fair_on: dt.date | None = None, correlation_id: str = ""
) -> None:
    """Let the rounds of a report that are not locked have the days that its rules and the calendar give them now.

    With `fair_on`, where the calendar alone moves them, none comes forward to that day or before it.
    """
    store.lock_report(cur, report_id)
    report = queries.report(cur, report_id)
    if report is None:
        return
    unlocked = [one for one in queries.rounds_of(cur, report_id) if one.lock_on >= today]
    for opened, days in _moved({report_id: report}, unlocked, fair_on=fair_on):
        store.move_round(cur, opened.id, days)
        announce_round(cur, report, opened.id, correlation_id=correlation_id)


def announce_anew(cur: Cursor, report: Report, today: dt.date, *, correlation_id: str = "") -> None:
    """Tell those who remind of its rounds what a report is called now, as long as there is something to remind of."""
    unlocked = [one.id for one in queries.rounds_of(cur, report.id) if one.lock_on >= today]
    store.count_rounds_up(cur, unlocked)
    for round_id in unlocked:
        announce_round(cur, report, round_id, correlation_id=correlation_id)


def follow_lines(cur: Cursor, report: Report, today: dt.date, *, correlation_id: str = "") -> None:
    """Let the open rounds that nobody has begun ask what the report asks now; the caller has locked the report.

    A form is never changed under those who fill it in, and what was asked of one unit is asked of all of them.
    """
    # Whoever is beginning one holds it: only when he has committed is it known whether it was begun.
    store.lock_open_rounds(cur, report.id, today)
    untouched = queries.rounds_nobody_began(cur, report.id, today)
    if untouched:
        store.take_lines(cur, _ends(untouched))
        # A round asks nobody as long as it asks nothing.
        follow_units(cur, report, today=today, correlation_id=correlation_id)


def follow_units(cur: Cursor, report: Report, *, today: dt.date | None, correlation_id: str = "") -> None:
    """Let what is owed for the report's rounds be what those who are asked owe; the caller has locked the report.

    What was handed in stays, and so does its round's expectation of it. With `today` the rounds that are locked stay as
    they are: what nobody could fill in any more is owed only where the lead bureau itself says so.
    """
    rounds = _ends([one for one in queries.rounds_of(cur, report.id) if today is None or one.lock_on >= today])
    new = store.expect(cur, rounds)
    changed = [*store.expect_again(cur, rounds), *store.stop_expecting(cur, rounds)]
    _announce_changed(cur, report, changed, new=new, correlation_id=correlation_id)


def ask_reopened(cur: Cursor, report_id: int, today: dt.date) -> None:
    """Expect of units that are open again what all others who are asked owe for the rounds that are not locked."""
    store.lock_report(cur, report_id)
    report = queries.report(cur, report_id)
    if report is not None:
        follow_units(cur, report, today=today)


def release_closed(cur: Cursor, report_id: int, today: dt.date) -> None:
    """Expect nothing more of closed units: nobody is left who could fill it in. Of locked rounds the past stays."""
    store.lock_report(cur, report_id)
    report = queries.report(cur, report_id)
    if report is None:
        return
    _announce_changed(cur, report, store.release_closed(cur, report_id, today))


def _announce_changed(
    cur: Cursor,
    report: Report,
    changed: Sequence[tuple[int, int]],
    *,
    new: Sequence[int] = (),
    correlation_id: str = "",
) -> None:
    """Tell of submissions (id, id of the round) that are expected now or no more, and of `new` ones by their rounds."""
    touched = sorted({*new, *(round_id for _, round_id in changed)})
    store.count_rounds_up(cur, touched)
    for round_id in touched:
        announce_round(cur, report, round_id, correlation_id=correlation_id)
    announce_submissions(cur, [submission_id for submission_id, _ in changed], correlation_id=correlation_id)


def _ends(rounds: Sequence[Round]) -> list[RoundDay]:
    return [RoundDay(one.id, parse(one.period).last_day) for one in rounds]


def _moved(
    reports: dict[int, Report], rounds: Sequence[Round], *, fair_on: dt.date | None
) -> Iterator[tuple[Round, RoundDays]]:
    for opened in rounds:
        days = days_of(reports[opened.report_id], parse(opened.period))
        if fair_on is not None:
            days = fair_days(days, opened.due_on, opened.lock_on, today=fair_on)
        if (days.due_on, days.lock_on) != (opened.due_on, opened.lock_on):
            yield opened, days
