"""Use cases: the lead bureau makes, changes and switches checks, and tries one on figures before it is on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from services.stats.audit import store as audit
from services.stats.audit.records import Act
from services.stats.checks import queries, store
from services.stats.checks.check import codes_in, complain_of
from services.stats.checks.records import Check, CheckKind, CheckState, Strictness
from services.stats.checks.running import run
from services.stats.checks.values import Form
from services.stats.figures import queries as figures
from services.stats.figures.queries import Cell
from services.stats.indicators import queries as indicator_queries
from services.stats.indicators.records import Indicator
from services.stats.periods import parse
from services.stats.reports import queries as report_queries
from services.stats.reports.records import Report
from shared.calling.calls import Context
from shared.database import Cursor
from shared.errors import Conflict, Invalid, NotFound
from shared.text import Text

NO_CHECK = Text("没有这条校验，请返回列表刷新。", "There is no such check. Please go back to the list and reload it.")
NO_REPORT = Text("没有这张报表，请返回列表刷新。", "There is no such report. Please go back to the list and reload it.")
CHANGED = Text(
    "这条校验已被别人改过，您的修改没有保存，请核对现在的内容。",
    "Somebody else changed this check. Nothing of yours was saved: please look at it as it is now.",
)
NOT_ASKED = Text("请选择这张报表里的一项指标。", "Please choose an indicator of this report.")
SOFT_ONLY = Text(
    "与往年比较的校验只能是“需要说明”：少见的数也可能是真的。",
    "A comparison with the past can only ask for an explanation: an unusual figure may well be true.",
)


def save_check(cur: Cursor, context: Context, params: Mapping[str, Any]) -> dict[str, Any]:
    """Make a check, as a draft, or change one. Invalid with a sentence per field; Conflict when it is stale."""
    check = _read(cur, params)
    who = context.signed_in.signature
    if params["check_id"] is None:
        made = _existing(cur, store.insert_check(cur, check, who=who))
        audit.record(cur, context, _act(cur, None, made))
        return as_dict(made)
    before = _existing(cur, params["check_id"], for_update=True)
    _refuse_stale(before, params["version"])
    if before.report_id != check.report_id:
        raise Invalid(NO_REPORT)
    store.update_check(cur, check._replace(id=before.id), who=who)
    after = _existing(cur, before.id)
    audit.record(cur, context, _act(cur, before, after))
    return as_dict(after)


def switch_check(cur: Cursor, context: Context, check_id: int, *, state: CheckState, version: int) -> dict[str, Any]:
    """Let a check be asked from now on, or no more."""
    before = _existing(cur, check_id, for_update=True)
    _refuse_stale(before, version)
    if before.state is not state:
        store.switch(cur, check_id, state, who=context.signed_in.signature)
        audit.record(
            cur,
            context,
            Act(
                action="check.switched",
                subject=before.name,
                report_id=before.report_id,
                before={"check_state": before.state.value},
                after={"check_state": state.value},
            ),
        )
    return as_dict(_existing(cur, check_id))


def try_check(cur: Cursor, params: Mapping[str, Any], *, today: dt.date) -> dict[str, Any]:
    """Whom the check, as it is written now, would have stopped in a period; without one, in the last that is over.

    It stores nothing. Invalid with a sentence per field when it cannot be asked.
    """
    check = _read(cur, params)
    report = _report(cur, check.report_id)
    asked = [line.indicator_id for line in report_queries.lines(cur, [report.id])]
    period = params["period"] or queries.last_period(cur, report.id, asked, report.period_kind, today=today)
    if period is None:
        return {"period": None, "units": 0, "stopped": []}
    units = queries.units_with_facts(cur, asked, period)
    known = figures.known(cur, [Cell(indicator, unit.id, period) for unit in units for indicator in asked])
    forms = [
        Form(
            unit.id,
            parse(period),
            {i: known[Cell(i, unit.id, period)].value for i in asked if Cell(i, unit.id, period) in known},
        )
        for unit in units
    ]
    (sentences,) = run(cur, [check], forms)
    stopped = [
        {"unit_id": unit.id, "unit": unit.name, "sentence": sentence.as_dict()}
        for unit, sentence in zip(units, sentences, strict=True)
        if sentence is not None
    ]
    return {"period": period, "units": len(units), "stopped": stopped}


def as_dict(check: Check) -> dict[str, Any]:
    """A check as it is answered."""
    return {
        "check_id": check.id,
        "report_id": check.report_id,
        "name": check.name,
        "kind": check.kind.value,
        "condition": check.condition,
        "indicator_id": check.indicator_id,
        "strictness": check.strictness.value,
        "sentence_zh": check.sentence_zh,
        "sentence_en": check.sentence_en,
        "state": check.state.value,
        "version": check.version,
    }


def get_check(cur: Cursor, check_id: int) -> dict[str, Any]:
    """One check. NotFound when there is none."""
    return as_dict(_existing(cur, check_id))


def _act(cur: Cursor, before: Check | None, after: Check) -> Act:
    """What the auditor reads: an indicator by its name."""
    named = indicator_queries.indicators(cur, [one.indicator_id for one in (before, after) if one and one.indicator_id])
    return Act(
        action="check.saved",
        subject=after.name,
        report_id=after.report_id,
        before=None if before is None else _audited(before, named),
        after=_audited(after, named),
    )


def _audited(check: Check, named: Mapping[int, Indicator]) -> dict[str, Any]:
    return {
        "name": check.name,
        "check_kind": check.kind.value,
        "condition": check.condition,
        "indicator": named[check.indicator_id].name if check.indicator_id else "",
        "strictness": check.strictness.value,
        "sentence_zh": check.sentence_zh,
        "sentence_en": check.sentence_en,
    }


def _existing(cur: Cursor, check_id: int, *, for_update: bool = False) -> Check:
    check = queries.check_with_id(cur, check_id, for_update=for_update)
    if check is None:
        raise NotFound(NO_CHECK)
    return check


def _report(cur: Cursor, report_id: int) -> Report:
    report = report_queries.reports(cur, [report_id]).get(report_id)
    if report is None:
        raise NotFound(NO_REPORT)
    return report


def _refuse_stale(check: Check, version: int | None) -> None:
    if version != check.version:
        raise Conflict(CHANGED, {"current": as_dict(check)})


def _read(cur: Cursor, params: Mapping[str, Any]) -> Check:
    """The check that the parameters describe; Invalid with a sentence per field when it cannot be asked."""
    check = Check(
        id=0,
        report_id=params["report_id"],
        name=params["name"],
        kind=params["kind"],
        condition=params["condition"] if params["kind"] is CheckKind.FORMULA else "",
        indicator_id=params["indicator_id"] if params["kind"] is CheckKind.OUTLIER else None,
        strictness=params["strictness"],
        sentence_zh=params["sentence_zh"],
        sentence_en=params["sentence_en"],
        state=CheckState.DRAFT,
        version=1,
    )
    _report(cur, check.report_id)
    ids = [line.indicator_id for line in report_queries.lines(cur, [check.report_id])]
    asked = indicator_queries.indicators(cur, ids)
    wrong = _complain_of_outlier(check, asked)
    named = indicator_queries.indicators_with_codes(cur, sorted(codes_in(check)))
    wrong |= complain_of(check, named, asked=frozenset(one.code for one in asked.values()))
    if wrong:
        raise Invalid.of_fields(wrong)
    return check


def _complain_of_outlier(check: Check, asked: Mapping[int, Indicator]) -> dict[str, Text]:
    if check.kind is not CheckKind.OUTLIER:
        if not check.sentence_zh:
            return {"sentence_zh": Text("请写明没通过时说什么。", "Please write what to say when it is not passed.")}
        return {}
    wrong = {}
    if check.indicator_id not in asked:
        wrong["indicator_id"] = NOT_ASKED
    if check.strictness is Strictness.HARD:
        wrong["strictness"] = SOFT_ONLY
    return wrong
