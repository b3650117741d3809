"""Use cases: the lead bureau makes, changes, starts and stops a report, and sets from and until when it asks a unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from services.stats.audit import store as audit
from services.stats.audit.records import Act
from services.stats.indicators import queries as indicator_queries
from services.stats.reports import answers, queries, report_rules, store
from services.stats.reports.asking import follow_recipients, wanted_units
from services.stats.reports.records import Report, ReportState, ReportUnit
from services.stats.reports.report_rules import Wished
from services.stats.reports.rounds import announce_anew, follow_lines, follow_units, move_rounds, open_newest
from shared.calling.calls import Context
from shared.database import Cursor
from shared.errors import Conflict, Invalid, NotFound
from shared.text import Text

NO_REPORT = Text("没有这张报表，请返回列表刷新。", "There is no such report. Please go back to the list and reload it.")
CHANGED = Text(
    "这张报表刚被别人改过，请对照后再保存。",
    "Somebody else has just changed this report. Please compare and save again.",
)
NO_UNIT = Text("这张报表没有这个单位，请刷新页面。", "This report has no such unit. Please reload the page.")
UNIT_MOVED = Text(
    "这个单位的日期刚被改过，请看最新的再保存。",
    "These days have just been changed. Please look at them and save again.",
)
MEANWHILE = Text(
    "与这个单位在这张报表里的另一段日期重叠，请先改那一段。",
    "The unit is asked in these days by another row of this report. Please change that one first.",
)
IS_ACTIVE = Text("这张报表已经启用。", "This report is started already.")
IS_NOT_ACTIVE = Text("这张报表没有启用，不用停用。", "This report is not started, so there is nothing to stop.")
MOST_TWICE = 50


def save_report(cur: Cursor, context: Context, params: dict[str, Any], *, today: dt.date) -> dict[str, Any]:
    """Make a report or change one, with its lines and whom it names."""
    store.lock_starting(cur)
    before = None if params["report_id"] is None else _locked(cur, params["report_id"], params["version"])
    report = _wished(before, params)
    lines = [Wished(line["section"], line["indicator_id"]) for line in params["lines"]]
    _check(cur, report, lines)
    report_id = before.id if before else store.insert_report(cur, report)
    named_before = wanted_units(cur, report_id)
    if before:
        store.update_report(cur, report)
    store.set_lines(cur, report_id, [(line.section, line.indicator_id) for line in lines])
    store.set_recipients(cur, report_id, unit_ids=params["unit_ids"], group_ids=params["group_ids"])
    store.unfollow_others(cur, report_id)
    is_of_days = before is None or _days_of(before) != _days_of(report)
    _follow(cur, context, report_id, today=today, named_before=named_before, is_of_days=is_of_days)
    if before and (before.name, before.table_number) != (report.name, report.table_number):
        announce_anew(cur, report, today, correlation_id=context.correlation_id)
    return _saved(cur, context, report_id, today=today)


def start_report(cur: Cursor, context: Context, params: Mapping[str, Any], *, today: dt.date) -> dict[str, Any]:
    """Let a report open rounds: the newest one at once, those of the past that it lacks within the next ticks."""
    store.lock_starting(cur)
    before = _locked(cur, params["report_id"], params["version"])
    if before.state is ReportState.ACTIVE:
        raise Invalid(IS_ACTIVE)
    if not queries.lines(cur, [before.id]):
        raise Invalid(report_rules.NO_LINES)
    if not queries.recipients(cur, [before.id]):
        raise Invalid(report_rules.NO_RECIPIENTS)
    follow_recipients(cur, before.id, day=today, today=today, correlation_id=context.correlation_id)
    _check_double(cur, before.id)
    store.set_state(cur, before.id, ReportState.ACTIVE)
    open_newest(cur, queries.reports(cur, [before.id])[before.id], today)
    return _saved(cur, context, before.id, today=today)


def stop_report(cur: Cursor, context: Context, params: Mapping[str, Any], *, today: dt.date) -> dict[str, Any]:
    """Let a report open no more rounds; those that are open stay."""
    store.lock_starting(cur)
    before = _locked(cur, params["report_id"], params["version"])
    if before.state is not ReportState.ACTIVE:
        raise Invalid(IS_NOT_ACTIVE)
    store.set_state(cur, before.id, ReportState.STOPPED)
    store.unfollow_others(cur, before.id)
    return _saved(cur, context, before.id, today=today)


def save_report_unit(cur: Cursor, context: Context, params: Mapping[str, Any]) -> None:
    """Correct from and until when a report asks a unit; what is owed for its rounds follows."""
    store.lock_starting(cur)
    found = queries.report_unit(cur, params["report_unit_id"])
    if found is None:
        raise NotFound(NO_UNIT)
    store.lock_report(cur, found.report_id)
    found = queries.report_unit(cur, params["report_unit_id"])
    if found is None or (found.expected_from, found.expected_until) != (params["was_from"], params["was_until"]):
        raise Conflict(UNIT_MOVED)
    since, until = params["expected_from"], params["expected_until"]
    wrong = report_rules.complain_of_days(since, until)
    if wrong is None and queries.is_asked_meanwhile(cur, found, since=since, until=until):
        wrong = MEANWHILE
    if wrong:
        raise Invalid.of_fields({"expected_until": wrong})
    store.set_unit_days(cur, found.id, since=since, until=until)
    store.unfollow_others(cur, found.report_id)
    audit.record(cur, context, _days_act(found, since, until))
    report = queries.reports(cur, [found.report_id])[found.report_id]
    if report.state is ReportState.ACTIVE:
        _check_double(cur, report.id)
    follow_units(cur, report, today=None, correlation_id=context.correlation_id)


def _days_act(was: ReportUnit, since: dt.date, until: dt.date | None) -> Act:
    return Act(
        action="report_unit.saved",
        subject="",
        report_id=was.report_id,
        unit_id=was.unit_id,
        before=_days(was.expected_from, was.expected_until),
        after=_days(since, until),
    )


def _days(since: dt.date, until: dt.date | None) -> dict[str, str | None]:
    return {"expected_from": since.isoformat(), "expected_until": until.isoformat() if until else None}


def _locked(cur: Cursor, report_id: int, version: int | None) -> Report:
    store.lock_report(cur, report_id)
    report = queries.report(cur, report_id)
    if report is None:
        raise NotFound(NO_REPORT)
    if report.version != version:
        raise Conflict(CHANGED, {"current": answers.report_as_dict(cur, report)})
    return report


def _wished(before: Report | None, params: Mapping[str, Any]) -> Report:
    state = before.state if before else ReportState.DRAFT
    given = {name: params[name] for name in Report._fields if name in params and name != "version"}
    return Report(id=before.id if before else 0, state=state, version=before.version if before else 1, **given)


def _check(cur: Cursor, report: Report, lines: list[Wished]) -> None:
    indicators = indicator_queries.indicators(cur, [line.indicator_id for line in lines])
    opened = [one.period for one in queries.rounds_of(cur, report.id)]
    wrong = report_rules.complaints(report, lines, indicators, opened)
    if queries.report_with_number(cur, report.table_number) not in (None, report.id):
        wrong["table_number"] = Text(
            "这个表号已被另一张报表使用，请换一个。", "Another report has this number. Please choose another one."
        )
    if report.state is ReportState.ACTIVE and not lines:
        wrong["lines"] = report_rules.NO_LINES
    if wrong:
        raise Invalid.of_fields(wrong)


def _days_of(report: Report) -> tuple[Any, ...]:
    return report.due_rule, report.due_days, report.lock_rule, report.lock_days


def _follow(
    cur: Cursor, context: Context, report_id: int, *, today: dt.date, named_before: set[int], is_of_days: bool = False
) -> None:
    """What is not locked follows the new rules and the new recipients; whoever is asked twice by them is refused.

    Where nobody changed the rules of its days, `is_of_days`, a round keeps what the calendar gave it.
    """
    follow_recipients(
        cur, report_id, day=today, today=today, may_leave_out=named_before, correlation_id=context.correlation_id
    )
    report = queries.reports(cur, [report_id])[report_id]
    if report.state is ReportState.ACTIVE:
        _check_double(cur, report_id)
    follow_lines(cur, report, today, correlation_id=context.correlation_id)
    fair_on = None if is_of_days else today
    move_rounds(cur, report_id, today, fair_on=fair_on, correlation_id=context.correlation_id)


def _check_double(cur: Cursor, report_id: int) -> None:
    wrong = report_rules.complain_of_double(queries.asked_twice(cur, report_id, most=MOST_TWICE))
    if wrong:
        raise Invalid.of_fields({"lines": wrong})


def _saved(cur: Cursor, context: Context, report_id: int, *, today: dt.date) -> dict[str, Any]:
    report = queries.reports(cur, [report_id])[report_id]
    kept = answers.report_as_dict(cur, report)
    store.keep_version(cur, report, kept, who=context.signed_in.signature)
    return answers.report_answer(cur, report, today=today)
