"""Use case: the checks that a workbook of a report asks by itself, while it is filled in without us."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from services.stats.checks import queries
from services.stats.checks.records import Check, CheckKind, CheckState, Strictness
from services.stats.checks.spreadsheet import expression_of
from services.stats.indicators import queries as indicator_queries
from services.stats.indicators.formulas import Formula, When, read
from services.stats.indicators.records import Indicator
from services.stats.reports import queries as report_queries
from shared.database import Cursor
from shared.text import Text

_CODES = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def checks_of(cur: Cursor, report_id: int) -> list[dict[str, Any]]:
    """Those that are on, hard, and compare nothing but what the form of the report shows."""
    ids = [line.indicator_id for line in report_queries.lines(cur, [report_id])]
    asked = {one.code: one for one in indicator_queries.indicators(cur, ids).values()}
    found = []
    for check in queries.checks_of(cur, report_id):
        if check.kind is not CheckKind.FORMULA or check.state is not CheckState.ON:
            continue
        formula = read(check.condition)
        expression = expression_of(formula, frozenset(asked))
        if expression is not None and check.strictness is Strictness.HARD:
            found.append(_as_dict(check, formula, expression, asked))
    return found


def _as_dict(check: Check, formula: Formula, expression: str, asked: Mapping[str, Indicator]) -> dict[str, Any]:
    named = _CODES.sub(lambda code: f"“{asked[code[0]].name}”" if code[0] in asked else code[0], check.condition)
    return {
        "check_id": check.id,
        "expression": expression,
        "codes": sorted(reference.code for reference in formula.references if reference.when is When.NOW),
        "text": Text(f"{check.name}：应满足 {named}", f"{check.name}: {named} must hold").as_dict(),
    }
