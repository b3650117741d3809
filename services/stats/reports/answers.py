"""How reports and their rounds are shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from services.stats.audit.contents import told
from services.stats.periods import Period, parse, period_of
from services.stats.reports import queries
from services.stats.reports.asking import left_out
from services.stats.reports.locking import is_locked
from services.stats.reports.records import CountedRound, Granted, Owing, Report, ReportState, ReportVersion, Round
from services.stats.reports.round_days import RoundDays, periods_to_open
from services.stats.reports.rounds import days_of, rounds_moved_by
from services.stats.reports.timing import Timing, due_time
from shared.database import Cursor
from shared.errors import NotFound
from shared.text import Text
from shared.workdays import YearTable

NO_ROUND = Text("没有这一期，请返回报表刷新。", "There is no such round. Please go back to the report and reload it.")
SHOWN_PAST = 12
SHOWN_AHEAD = 3
UNITS_OF_A_PAGE = 200
MOST_NAMED = 50


def report_as_dict(cur: Cursor, report: Report) -> dict[str, Any]:
    """A report as it is defined: its lines and whom it names."""
    named = queries.recipients(cur, [report.id])
    groups = queries.members(cur, [one.group_id for one in named if one.group_id is not None])
    units = queries.named_units(cur, [one.unit_id for one in named if one.unit_id is not None])
    return _head(report) | {
        "lines": [_without_report(line._asdict()) for line in queries.report_lines(cur, report.id)],
        "named_units": [unit._asdict() for unit in units],
        "named_groups": [
            {
                "group_id": one.group_id,
                "name": groups[one.group_id].name if one.group_id in groups else "",
                "members": len(groups[one.group_id].unit_ids) if one.group_id in groups else None,
            }
            for one in named
            if one.group_id is not None
        ],
    }


def moved_rounds(cur: Cursor, tables: Sequence[dict[str, Any]], *, today: dt.date) -> dict[str, Any]:
    """MovedRounds by another calendar."""
    years = [
        YearTable(one["year"], one["is_announced"], dict.fromkeys(one["off"], ""), dict.fromkeys(one["worked"], ""))
        for one in tables
    ]
    return {"rounds": [_as_moved(*one) for one in rounds_moved_by(cur, years, today)]}


def _as_moved(opened: Round, report: Report, days: RoundDays) -> dict[str, Any]:
    return {
        "round_id": opened.id,
        "report": report.name,
        "period": opened.period,
        "due_on": opened.due_on.isoformat(),
        "new_due_on": days.due_on.isoformat(),
        "lock_on": opened.lock_on.isoformat(),
        "new_lock_on": days.lock_on.isoformat(),
    }


def report_answer(cur: Cursor, report: Report, *, today: dt.date) -> dict[str, Any]:
    """A report with its rounds, its next days, whom it could not ask, and who changed it."""
    outside = left_out(cur, report, today) if report.state is ReportState.ACTIVE else []
    return report_as_dict(cur, report) | {
        "asked_units": queries.count_asked_units(cur, report.id),
        "next_days": [_days(report, period) for period in _ahead(report, today)],
        "past_days": [_past_days(report, period, today) for period in _past(cur, report, today)],
        "rounds": [_counted(one, today) for one in queries.counted_rounds(cur, report.id)],
        "left_out": [unit._asdict() for unit in queries.named_units(cur, outside)[:MOST_NAMED]],
        "versions": _versions(queries.report_versions(cur, report.id)),
    }


def _versions(found: Sequence[ReportVersion]) -> list[dict[str, Any]]:
    """Newest first, each with what it changed in the one before; the first one changed nothing."""
    shown = [
        {
            "version": one.version,
            "changed_at": one.changed_at.isoformat(),
            "person_post": one.person_post,
            "person_unit": one.person_unit,
            "changes": [] if before is None else told(before.content, one.content),
        }
        for before, one in zip([None, *found], found, strict=False)
    ]
    return shown[::-1]


def list_reports(cur: Cursor, *, today: dt.date) -> dict[str, Any]:
    """All reports with their newest rounds."""
    found = queries.all_reports(cur)
    newest = {one.report_id: one for one in queries.newest_rounds(cur)}
    return {
        "reports": [
            _head(report) | {"newest_round": _counted(newest[report.id], today) if report.id in newest else None}
            for report in found
        ]
    }


def asked_units_page(
    cur: Cursor, report_id: int, *, text: str, row_id: int | None, page: int, size: int
) -> dict[str, Any]:
    """One page of the units that a report asks or asked; a page after the last one is the last."""
    count = queries.count_asked_units(cur, report_id, text=text, row_id=row_id)
    pages = max(1, -(-count // size))
    page = min(page, pages)
    rows = queries.asked_units(cur, report_id, text=text, row_id=row_id, page=page, size=size)
    return {
        "page": page,
        "pages": pages,
        "count": count,
        "units": [
            {
                "report_unit_id": row.id,
                "unit_id": row.unit_id,
                "code": row.code,
                "unit": row.unit,
                "expected_from": row.expected_from.isoformat(),
                "expected_until": _iso(row.expected_until),
                "is_by_hand": row.is_by_hand,
            }
            for row in rows
        ],
    }


def round_board(
    cur: Cursor, round_id: int, *, today: dt.date, timing: Timing | None = None, text: str = "", page: int = 1
) -> dict[str, Any]:
    """Who is in and who is missing, unit by unit in the order of the directory, and how many of how many.

    `timing` and `text` choose among the units that are listed; the numbers are those of all.
    """
    opened = round_with_id(cur, round_id)
    report = queries.reports(cur, [opened.report_id])[opened.report_id]
    due = due_time(opened.due_on, today)
    counted = queries.count_owing(cur, round_id, due, timing=timing, text=text)
    pages = max(1, -(-counted.sought // UNITS_OF_A_PAGE))
    page = min(page, pages)
    offset = (page - 1) * UNITS_OF_A_PAGE
    shown = queries.owing(cur, round_id, due, timing=timing, text=text, limit=UNITS_OF_A_PAGE, offset=offset)
    missing = queries.missing_units(cur, round_id, limit=MOST_NAMED)
    return {
        "report": _head(report),
        "round": _round(opened, today) | {"is_announced": days_of(report, parse(opened.period)).is_announced},
        "expected": counted.expected,
        "reported": counted.reported,
        "on_time": counted.on_time,
        "page": page,
        "pages": pages,
        "units": [_owing(one) for one in shown],
        "missing": [{"unit_id": one.unit_id, "name": one.name} for one in missing],
        "exceptions": [_granted(one) for one in queries.granted(cur, round_id)],
    }


def round_with_id(cur: Cursor, round_id: int) -> Round:
    """The round. NotFound when there is none."""
    opened = queries.rounds(cur, [round_id]).get(round_id)
    if opened is None:
        raise NotFound(NO_ROUND)
    return opened


def _head(report: Report) -> dict[str, Any]:
    return {
        "report_id": report.id,
        **{name: found for name, found in report._asdict().items() if name != "id"},
        "basis_until": _iso(report.basis_until),
    }


def _ahead(report: Report, today: dt.date) -> list[Period]:
    """The periods of which the report's days come next, the one that is running first."""
    first = max(parse(report.first_period), period_of(today, report.period_kind))
    ahead = [first.moved(number) for number in range(SHOWN_AHEAD)]
    return [one for one in ahead if report.last_period is None or one.label <= report.last_period]


def _past(cur: Cursor, report: Report, today: dt.date) -> list[Period]:
    """The periods that are over and whose rounds starting the report opens at once, the newest first."""
    if report.state is ReportState.ACTIVE:
        return []
    opened = queries.opened_periods(cur, [report.id])[report.id]
    return periods_to_open(report.first_period, report.last_period, opened, today=today)[: -SHOWN_PAST - 1 : -1]


def _past_days(report: Report, period: Period, today: dt.date) -> dict[str, Any]:
    days = days_of(report, period)
    return _days(report, period) | {
        "is_overdue": days.due_on < today,
        "is_locked": is_locked(days.lock_on, today, None),
    }


def _days(report: Report, period: Period) -> dict[str, Any]:
    days = days_of(report, period)
    return {
        "period": period.label,
        "opens_on": days.opens_on.isoformat(),
        "due_on": days.due_on.isoformat(),
        "lock_on": days.lock_on.isoformat(),
        "is_announced": days.is_announced,
    }


def _round(opened: Round | CountedRound, today: dt.date) -> dict[str, Any]:
    return {
        "round_id": opened.id,
        "period": opened.period,
        "opens_on": opened.opens_on.isoformat(),
        "due_on": opened.due_on.isoformat(),
        "lock_on": opened.lock_on.isoformat(),
        "is_locked": is_locked(opened.lock_on, today, None),
        "version": opened.version,
    }


def _counted(opened: CountedRound, today: dt.date) -> dict[str, Any]:
    return _round(opened, today) | {"expected": opened.expected, "reported": opened.reported}


def _owing(one: Owing) -> dict[str, Any]:
    return {
        "submission_id": one.submission_id,
        "unit_id": one.unit_id,
        "code": one.code,
        "unit": one.unit,
        "state": one.state,
        "timing": one.timing.value,
        "first_submitted_at": _iso(one.first_submitted_at),
        "accepted_at": _iso(one.accepted_at),
        "until_on": _iso(one.until_on),
    }


def _granted(one: Granted) -> dict[str, Any]:
    return one._asdict() | {"until_on": one.until_on.isoformat(), "granted_at": one.granted_at.isoformat()}


def _iso(moment: dt.date | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _without_report(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: found for name, found in fields.items() if name != "report_id"}
