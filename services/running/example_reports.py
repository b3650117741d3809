"""The She County example's figures: indicators, reports and checks, three invented years, and a round half done.

Each step is a command whose id is derived from its name, as in `services/running/example.py`. Everything is marked as
invented, which every page with it says.
"""

from __future__ import annotations

import calendar
import datetime as dt
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from services.running.example_economy import economy
from services.running.example_figures import Figure, history, months_until, rows
from shared.errors import Forbidden, TryAgain
from shared.text import Text
from shared.workdays import workdays_between

BASIS = {"basis_by": "歙县人社局（示例）", "basis_number": "示例〔2026〕1号"}
SOURCE = "示例：按固定种子随机生成，不是真实数据"
VALID_FROM = "2020-01-01"
# Of the notice's targets.
FIRST_YEAR, LAST_YEAR = "2025", "2027"
CELLS_A_CALL = 2000
WAIT_SECONDS = 60
NOT_YET = Text(
    "示例的单位还没有到数据服务，请稍后。", "The example's units have not reached the service of figures yet."
)
TOWNSHIP = "township"
ECONOMY = {
    "gdp": "WB02",
    "gdp_growth": "WB04",
    "industry": "WB05",
    "investment": "WB06",
    "retail": "WB07",
    # The firms are those that units report: the same number is not collected twice.
    "revenue": "WB08",
    "firms": "QY01",
    "new_jobs": "JY01",
    "employed": "WB09",
    "insured": "SB01",
    "benefits": "WB10",
    "covered": "WB11",
}
WORKDAYS = "workdays"
# Whoever opens the example shall find something that is not late yet.
DAYS_LEFT = 4
MONTHS_OF_QUARTER = 3
EXPLAINED = "本期集中开展了招聘和培训，数据属实。"
# Of the townships' reports: how many are accepted, and wait for the lead bureau; the rest has not begun.
ACCEPTED, SUBMITTED = 18, 4
NOT_BEGUN = ("341021100", "341021213")
RETURNED = "341021101"


class Author(Protocol):
    """Somebody in whose name steps are carried out."""

    def do(self, operation: str, params: dict[str, Any]) -> dict[str, Any]: ...

    def ask(self, operation: str, params: dict[str, Any]) -> dict[str, Any]: ...


def define(lead: Author, data: Path, units: Mapping[str, int], groups: Mapping[str, int], *, day: dt.date) -> None:
    """Make the indicators, reports and checks; `units` and `groups` are ids by name."""
    _wait(lambda: lead.ask("list_reports", {}))
    for row in rows(data / "indicators.csv"):
        lead.do("save_indicator", _indicator(row))
    indicators = {one["code"]: one["indicator_id"] for one in _indicators(lead)}
    reports = {}
    for table_number, lines in groupby(rows(data / "reports.csv"), key=lambda row: row["table_number"]):
        several = list(lines)
        params = _report(table_number, several, indicators, units, groups, day=day)
        reports[table_number] = lead.do("save_report", params)["report_id"]
    for row in rows(data / "checks.csv"):
        made = lead.do("save_check", _check(row, reports, indicators))
        lead.do("switch_check", {"check_id": made["check_id"], "version": made["version"], "state": "on"})


def import_history(lead: Author, data: Path, *, day: dt.date) -> None:
    """Take over the invented years up to the periods that are still to be reported."""
    every = [*_figures(data, day), *economy(_townships(data), day.year)]
    figures = [figure for figure in every if figure.period < first_period(kind_of(figure.period), day)]
    run_id = lead.do("begin_import", {"source": SOURCE, "is_invented": True})["run_id"]
    for first in range(0, len(figures), CELLS_A_CALL):
        lines = "\n".join(
            "\t".join((str(first + place), figure.indicator, figure.unit_code, figure.period, figure.value))
            for place, figure in enumerate(figures[first : first + CELLS_A_CALL], start=1)
        )
        lead.do("add_import_cells", {"run_id": run_id, "first": first + 1, "lines": lines})
    state = lead.do("check_import", {"run_id": run_id})
    while state["state"] != "applied":
        state = lead.do("apply_import", {"run_id": run_id})
    published = (("5.6", "251.50", "25.4"), ("5.5", "263.20", "26.9"), ("5.4", "276.40", "27.8"))
    for year, values in enumerate(published, start=day.year - len(published)):
        for code, value in zip(("WB01", "WB02", "WB03"), values, strict=True):
            _record_external(lead, code, str(year), value)


def set_targets(lead: Author, data: Path) -> None:
    """The notice's targets to 2027, each about an invented indicator; a split is as many shares as there are years."""
    indicators = {one["code"]: one["indicator_id"] for one in _indicators(lead)}
    _wait(lambda: lead.ask("list_targets", {})["unit"])
    made: dict[str, int] = {}
    for row in rows(data / "targets.csv"):
        params: dict[str, Any] = {name: row[name] for name in ("unit", "comparator", "course", "words")}
        params |= {name: row[name] or None for name in ("value", "baseline", "tolerance")}
        params |= {"indicator_id": indicators[row["indicator"]], "whole_id": made.get(row["whole"])}
        kept = lead.do("save_target", {**params, "first_month": FIRST_YEAR, "last_month": LAST_YEAR})
        made[row["indicator"]] = kept["target_id"]
        if row["split"]:
            lead.do("split_target", {**kept, "split": row["split"].replace(";", "\n")})


def set_economy(lead: Author) -> None:
    """Which indicator plays which part on the page of economy and employment."""
    indicators = {one["code"]: one["indicator_id"] for one in _indicators(lead)}
    chosen = [{"role": role, "indicator_id": indicators[code]} for role, code in ECONOMY.items()]
    lead.do("set_economy_roles", {"version": 0, "roles": chosen})


def start_reports(lead: Author) -> None:
    """Let the reports open their rounds."""
    for report in lead.ask("list_reports", {})["reports"]:
        if report["state"] == "draft":
            _wait(lambda: lead.ask("get_report", {"report_id": report["report_id"]})["asked_units"])  # noqa: B023
            lead.do("start_report", {"report_id": report["report_id"], "version": report["version"]})


def tell_story(lead: Author, staff: Mapping[str, Author], data: Path, *, day: dt.date) -> None:
    """The townships' round as it stands: most are accepted, some wait, one was returned, two have not begun.

    `staff` are the people of the townships by the codes of their units.
    """
    period = first_period("month", day)
    typed: dict[str, dict[str, str]] = {}
    for figure in _figures(data, day):
        if figure.period == period:
            typed.setdefault(figure.unit_code, {})[figure.indicator] = figure.value
    done = [code for code in typed if code not in (*NOT_BEGUN, RETURNED)]
    sent = {code: _submit(staff[code], typed[code]) for code in (RETURNED, *done[: ACCEPTED + SUBMITTED])}
    _accept(lead, [sent[code] for code in done[:ACCEPTED]])
    returned = sent[RETURNED]
    form = lead.ask("get_form", {"submission_id": returned["submission_id"]})
    trained = next(line["indicator_id"] for line in form["lines"] if line["code"] == "PX01")
    lead.do(
        "return_submission",
        {**returned, "reason": "培训人次请与培训台账核对。", "cells": [{"indicator_id": trained, "reason": ""}]},
    )


def _wait(asked: Callable[[], object]) -> None:
    """Units, groups and people reach the service of figures by events, a moment after they were made."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        with suppress(Forbidden):
            if asked():
                return
        time.sleep(0.1)
    raise TryAgain(NOT_YET)


def _indicators(lead: Author) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = lead.ask("list_indicators", {"is_whole": True})["indicators"]
    return found


def _indicator(row: Mapping[str, str]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("code", "name", "definition", "unit_of_measure", "period_kind", "type")},
        **{name: row[name] for name in ("numerator", "denominator", "formula", "source", "owner")},
        **BASIS,
        "decimals": int(row["decimals"]),
        "bound": row["bound"] or None,
        "may_be_negative": row["may_be_negative"] == "yes",
        "valid_from": VALID_FROM,
        "is_invented": True,
    }


def _report(
    table_number: str,
    several: Sequence[Mapping[str, str]],
    indicators: Mapping[str, int],
    units: Mapping[str, int],
    groups: Mapping[str, int],
    *,
    day: dt.date,
) -> dict[str, Any]:
    head = several[0]
    named = head["recipients"].split("、")
    return {
        "table_number": table_number,
        "name": head["name"],
        **_days(head, day),
        **BASIS,
        "contact": "县人社局就业股（示例）",
        "is_invented": True,
        "lines": [
            {"section": row["section"], "indicator_id": indicators[code]}
            for row in several
            for code in row["indicators"].split()
        ],
        "unit_ids": [units[name] for name in named if name in units],
        "group_ids": [groups[name] for name in named if name in groups],
    }


def _days(head: Mapping[str, str], day: dt.date) -> dict[str, Any]:
    """Period and days: a month and a quarter are still open on `day`, the longer ones have their next round ahead."""
    kind = head["period_kind"]
    first = first_period(kind, day)
    rules = {name: head[name] for name in ("due_rule", "lock_rule")}
    due, lock = int(head["due_days"]), int(head["lock_days"])
    if head["due_rule"] == WORKDAYS:
        so_far = workdays_between(last_day(first), day)
        due, lock = max(due, so_far + DAYS_LEFT), max(lock, so_far + 4 * DAYS_LEFT)
    return {"period_kind": kind, "first_period": first, **rules, "due_days": due, "lock_days": lock}


def _check(row: Mapping[str, str], reports: Mapping[str, int], indicators: Mapping[str, int]) -> dict[str, Any]:
    return {
        "report_id": reports[row["table_number"]],
        **{name: row[name] for name in ("name", "kind", "condition", "strictness", "sentence_zh", "sentence_en")},
        "indicator_id": indicators[row["indicator"]] if row["indicator"] else None,
    }


def _record_external(lead: Author, code: str, year: str, value: str) -> None:
    indicator = next(one for one in _indicators(lead) if one["code"] == code)
    figure = {"indicator_id": indicator["indicator_id"], "period": year, "typed": value, "source": indicator["source"]}
    # With a reason, or the figure that a start before this one had entered could not be entered again.
    lead.do("record_external", figure | {"reason": "示例数据"})


def _submit(author: Author, typed: Mapping[str, str]) -> dict[str, Any]:
    owed = author.ask("owed_submissions", {})["owed"]
    form = author.ask("get_form", {"submission_id": owed[0]["submission_id"]})
    key = {"submission_id": form["submission_id"], "version": form["version"]}
    cells = [
        {"indicator_id": line["indicator_id"], "typed": typed[line["code"]], "typed_total": "", "no_figure": ""}
        for line in form["lines"]
    ]
    params = {**key, "definition": form["definition"], "cells": cells}
    outcome = author.do("submit_submission", params)
    if outcome["failures"]:
        said = [{"check_id": one["check_id"], "text": EXPLAINED} for one in outcome["failures"]]
        outcome = author.do("submit_submission", {**params, "version": outcome["version"], "explanations": said})
    return {"submission_id": outcome["submission_id"], "version": outcome["version"]}


def _accept(lead: Author, submissions: Sequence[dict[str, Any]]) -> None:
    lead.do("accept_submissions", {"submissions": list(submissions)})


def _figures(data: Path, day: dt.date) -> Iterator[Figure]:
    year, month = last_month(day)
    return history(_townships(data), months_until(year, month))


def _townships(data: Path) -> list[str]:
    return [row["code"] for row in rows(data / "units.csv") if row["kind"] == TOWNSHIP]


def last_month(day: dt.date) -> tuple[int, int]:
    """Year and number of the month before the one of `day`."""
    last = day.replace(day=1) - dt.timedelta(days=1)
    return last.year, last.month


def first_period(kind: str, day: dt.date) -> str:
    """The period that is still to be reported: of months and quarters the last that is over, else the running one."""
    year, month = last_month(day)
    if kind == "month":
        return f"{year}-{month:02}"
    if kind == "quarter":
        return f"{year}-Q{month // 3}" if month >= MONTHS_OF_QUARTER else f"{year - 1}-Q4"
    return f"{day.year}-H{(day.month + 5) // 6}" if kind == "half_year" else f"{day.year}"


def last_day(period: str) -> dt.date:
    """Of a month or a quarter."""
    year, part = int(period[:4]), period[5:]
    month = int(part[1:]) * MONTHS_OF_QUARTER if part.startswith("Q") else int(part)
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def kind_of(period: str) -> str:
    """Which kind of period a label is of."""
    if "Q" in period:
        return "quarter"
    if "H" in period:
        return "half_year"
    return "month" if "-" in period else "year"
