"""Indicators, reports and groups for tests of stats: straight into the tables, or as events tell them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from services.stats.service import StatsService
from shared.database import Database
from shared.events import Received
from shared.figure_events import GroupChanged
from shared.rows import value
from tests.support.stats import HUICHENG, NOON, SHENDU, SHIMEN, call, received

TOWNSHIPS = (HUICHENG, SHENDU, SHIMEN)
GROUP = 7


def an_indicator(
    database: Database,
    code: str = "new_jobs",
    *,
    name: str = "城镇新增就业人数",
    kind: str = "month",
    type_: str = "flow",
) -> int:
    """Make an indicator of persons, and return its id."""
    with database.transaction() as cur:
        cur.execute(
            """
            INSERT INTO indicator (code, name, definition, unit_of_measure, decimals, period_kind, type, valid_from)
            VALUES (%s, %s, '报告期内新就业的人数', '人', 0, %s, %s, '2020-01-01') RETURNING id
            """,
            (code, name, kind, type_),
        )
        return value(cur, int)


def a_group(
    version: int = 1,
    unit_ids: Sequence[int] = TOWNSHIPS,
    *,
    part: int = 1,
    parts: int = 1,
    group_id: int = GROUP,
    name: str = "各乡镇",
    at: dt.datetime = NOON,
) -> Received:
    """News of a group, or of one part of it."""
    return received(GroupChanged(group_id, name, version, part, parts, list(unit_ids)), at=at)


def wished(indicator_ids: Sequence[int], **fields: Any) -> dict[str, Any]:
    """The parameters of `save_report`: a monthly report to the townships from March 2026 on, as `fields` change it."""
    return {
        "report_id": None,
        "version": None,
        "table_number": "歙就统1表",
        "name": "就业月报",
        "period_kind": "month",
        "due_rule": "workdays",
        "due_days": 5,
        "lock_rule": "workdays",
        "lock_days": 10,
        "first_period": "2026-03",
        "last_period": None,
        "lines": [{"section": "一、就业", "indicator_id": indicator_id} for indicator_id in indicator_ids],
        "unit_ids": list(TOWNSHIPS),
        "group_ids": [],
    } | fields


def again(report: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The parameters that save a report as it is, but for `fields`."""
    kept = wished([]).keys() | {"basis_by", "basis_number", "basis_until", "contact", "is_invented"}
    return {
        **{name: found for name, found in report.items() if name in kept},
        "lines": [{"section": line["section"], "indicator_id": line["indicator_id"]} for line in report["lines"]],
        "unit_ids": [unit["unit_id"] for unit in report["named_units"]],
        "group_ids": [group["group_id"] for group in report["named_groups"]],
    } | fields


def a_started_report(service: StatsService, indicator_ids: Sequence[int], **fields: Any) -> dict[str, Any]:
    """Make a report, start it and return it; no round is open yet."""
    made = call(service, "save_report", wished(indicator_ids, **fields), as_="lead")
    return start(service, made)


def start(service: StatsService, report: dict[str, Any]) -> Any:
    versioned = {"report_id": report["report_id"], "version": report["version"]}
    return call(service, "start_report", versioned, as_="lead")


def get(service: StatsService, report: dict[str, Any]) -> Any:
    return call(service, "get_report", {"report_id": report["report_id"]}, as_="lead")
