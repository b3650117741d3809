"""Reports with their rounds and submissions on the stats database of a test, and what units do with them.

`a_round` makes a report with lines, a round, and one submission for each unit; the functions below it make the calls.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any

import psycopg2.extensions
import pytest

from services.stats.figures.recording import NewFact, Origin, record
from services.stats.service import StatsService
from services.stats.submissions import announcing
from shared.actor import Signature
from shared.database import Cursor, Database
from tests.support.checklists import fetch, run
from tests.support.figures import an_indicator, ask_lines
from tests.support.stats import HUICHENG, SHENDU, TODAY, call

PERIOD = "2026-05"
OPENS, DUE, LOCK = dt.date(2026, 6, 1), dt.date(2026, 6, 12), dt.date(2026, 6, 20)
# By code: the type and what else is odd about it.
LINES: Mapping[str, Mapping[str, Any]] = {
    "JOBS": {"type": "flow", "decimals": 0, "may_be_negative": False},
    "LOANS": {"type": "flow", "decimals": 2, "unit_of_measure": "万元", "may_be_negative": False},
    "POSTS": {"type": "stock", "decimals": 0, "may_be_negative": False},
}

__all__ = ["TODAY"]

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Made:
    """A round with its ids: indicators by code, submissions by unit."""

    report_id: int
    round_id: int
    period: str
    indicators: dict[str, int]
    submissions: dict[int, int]


def a_round(
    database: Database,
    *unit_ids: int,
    lines: Mapping[str, Mapping[str, Any]] = LINES,
    period: str = PERIOD,
    opens_on: dt.date = OPENS,
    due_on: dt.date = DUE,
    lock_on: dt.date = LOCK,
    is_invented: bool = False,
    report_name: str = "就业情况月报",
) -> Made:
    """A monthly report that is asked of the units (徽城镇 and 深渡镇 when none are named), with an open round."""
    number = next(_numbers)
    ids = {code: an_indicator(database, f"{code}{number}", **about) for code, about in lines.items()}
    with database.transaction() as cur:
        cur.execute(
            """
            INSERT INTO report (table_number, name, period_kind, due_rule, due_days, lock_rule, lock_days, first_period,
                state, contact, is_invented)
            VALUES (%s, %s, 'month', 'workdays', 8, 'workdays', 13, '2024-01', 'active', '就业股 0559-6512345', %s)
            RETURNING id
            """,
            (f"R{number}", report_name, is_invented),
        )
        report_id = cur.fetchone()[0]
        for position, indicator_id in enumerate(ids.values(), start=1):
            cur.execute(
                "INSERT INTO report_line (report_id, position, section, indicator_id) VALUES (%s, %s, '就业', %s)",
                (report_id, position, indicator_id),
            )
    return open_round(
        database,
        Made(report_id, 0, period, ids, {}),
        unit_ids or (HUICHENG, SHENDU),
        period=period,
        days=(opens_on, due_on, lock_on),
    )


def open_round(
    database: Database,
    made: Made,
    unit_ids: Sequence[int],
    *,
    period: str,
    days: tuple[dt.date, dt.date, dt.date] = (OPENS, DUE, LOCK),
) -> Made:
    """Another round of the same report."""
    with database.transaction() as cur:
        cur.execute(
            """
            INSERT INTO round (report_id, period, opens_on, due_on, lock_on) VALUES (%s, %s, %s, %s, %s) RETURNING id
            """,
            (made.report_id, period, *days),
        )
        round_id = cur.fetchone()[0]
        ask_lines(cur, round_id)
        submissions = {}
        for unit_id in unit_ids:
            cur.execute(
                "INSERT INTO submission (round_id, report_id, unit_id, period) VALUES (%s, %s, %s, %s) RETURNING id",
                (round_id, made.report_id, unit_id, period),
            )
            submissions[unit_id] = cur.fetchone()[0]
    return Made(made.report_id, round_id, period, made.indicators, submissions)


def known_before(database: Database, made: Made, unit_id: int, figures: Mapping[str, Mapping[str, str | None]]) -> None:
    """Facts of periods before: by period and code the value, None for no figure."""
    facts = [
        NewFact(
            indicator_id=made.indicators[code],
            unit_id=unit_id,
            period=period,
            value=None if value is None else Decimal(value),
            no_figure="" if value is not None else "本期没有发生",
            origin=Origin.IMPORT,
        )
        for period, values in figures.items()
        for code, value in values.items()
    ]
    with database.transaction() as cur:
        record(cur, facts, who=Signature(None), correlation_id="test")


def want_head(database: Database, unit_id: int) -> None:
    """The unit's head has to agree to what its staff submits."""
    run(database, "INSERT INTO unit_setting (unit_id, needs_head) VALUES (%s, true)", (unit_id,))


def unlock(database: Database, made: Made, unit_id: int, until: dt.date) -> None:
    """An exception from the lock day."""
    run(
        database,
        "INSERT INTO lock_exception (round_id, unit_id, reason, until_on) VALUES (%s, %s, '补报', %s)",
        (made.round_id, unit_id, until),
    )


def a_check(
    database: Database, made: Made, condition: str, *, strictness: str = "soft", sentence: str = "数字不合常理"
) -> int:
    """A check of the report that is on; `condition` names the indicators by the codes of `made`."""
    for code, number in made.indicators.items():
        (row,) = fetch(database, f"SELECT code FROM indicator WHERE id = {number}")
        condition = condition.replace(code, row.code)
    with database.transaction() as cur:
        cur.execute(
            """
            INSERT INTO check_rule (report_id, name, kind, condition, strictness, sentence_zh, sentence_en, state)
            VALUES (%s, '合理性', 'formula', %s, %s, %s, '', 'on') RETURNING id
            """,
            (made.report_id, condition, strictness, sentence),
        )
        return int(cur.fetchone()[0])


def the_form(service: StatsService, made: Made, unit_id: int = HUICHENG, *, as_: str | int = "staff") -> dict[str, Any]:
    return call(service, "get_form", {"submission_id": made.submissions[unit_id]}, as_=as_)


def line(form: Mapping[str, Any], made: Made, code: str) -> dict[str, Any]:
    """The line of an indicator."""
    return next(one for one in form["lines"] if one["indicator_id"] == made.indicators[code])


def cells(form: Mapping[str, Any], made: Made, **typed: Any) -> list[dict[str, Any]]:
    """Cells as a page sends them: by code a value, or a dict of fields; all others as the form showed them."""
    found = []
    for one in form["lines"]:
        code = next(name for name, indicator_id in made.indicators.items() if indicator_id == one["indicator_id"])
        was = {name: one[name] for name in ("typed", "typed_total", "no_figure")}
        given = typed.get(code, {})
        now = was | (given if isinstance(given, dict) else {"typed": str(given)})
        found.append({"indicator_id": one["indicator_id"], **now, "was": was})
    return found


def save(service: StatsService, form: Mapping[str, Any], made: Made, *, as_: str | int = "staff", **typed: Any) -> Any:
    return call(service, "save_submission", _sent(form, made, typed), as_=as_)


def submit(
    service: StatsService,
    made: Made,
    unit_id: int = HUICHENG,
    *,
    as_: str | int = "staff",
    explanations: Mapping[int, str] | None = None,
    form: Mapping[str, Any] | None = None,
    **typed: Any,
) -> Any:
    """Submit the form as it is now, or `form` as it was opened, with these figures; all three of `LINES` if none."""
    opened = form or the_form(service, made, unit_id, as_=as_)
    figures = typed or {"JOBS": "12", "LOANS": "30.50", "POSTS": "7"}
    said = [{"check_id": check_id, "text": text} for check_id, text in (explanations or {}).items()]
    return call(service, "submit_submission", _sent(opened, made, figures) | {"explanations": said}, as_=as_)


def accept(service: StatsService, made: Made, *unit_ids: int, as_: str | int = "lead") -> list[dict[str, Any]]:
    """Accept the submissions of the units as they are now; what became of each."""
    rows = fetch(service.database, f"SELECT id, version, unit_id FROM submission WHERE round_id = {made.round_id}")
    wanted = [{"submission_id": row.id, "version": row.version} for row in rows if row.unit_id in unit_ids]
    return call(service, "accept_submissions", {"submissions": wanted}, as_=as_)["results"]


def act(
    service: StatsService, operation: str, made: Made, unit_id: int = HUICHENG, *, as_: str | int, **more: Any
) -> Any:
    """A step with a submission on its present version."""
    submission_id = made.submissions[unit_id]
    (row,) = fetch(service.database, f"SELECT version FROM submission WHERE id = {submission_id}")
    return call(service, operation, {"submission_id": submission_id, "version": row.version, **more}, as_=as_)


def state(database: Database, made: Made, unit_id: int = HUICHENG) -> str:
    (row,) = fetch(database, f"SELECT state FROM submission WHERE id = {made.submissions[unit_id]}")
    return str(row.state)


def facts(database: Database) -> list[tuple[Any, ...]]:
    """All facts but the imported ones: (unit, period, value, no figure, origin, reason), oldest first."""
    rows = fetch(
        database,
        """
        SELECT unit_id, period, value, no_figure, origin, reason FROM fact
        WHERE origin <> 'import' ORDER BY id
        """,
    )
    return [tuple(row) for row in rows]


def announce(database: Database, made: Made) -> None:
    """Tell of the submissions, as the opening of a round does not."""
    with database.transaction() as cur:
        announcing.announce(cur, list(made.submissions.values()), "test")


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """The statements that are carried out meanwhile, each by its beginning."""
    found: list[str] = []
    plain = psycopg2.extensions.cursor.execute

    def execute(cur: Cursor, statement: str | bytes, values: Any = None) -> None:
        text = statement.decode() if isinstance(statement, bytes) else statement
        found.append(" ".join(text.split())[:80])
        plain(cur, statement, values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Cursor, "execute", execute)
        yield found


def _sent(form: Mapping[str, Any], made: Made, typed: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "submission_id": form["submission_id"],
        "version": form["version"],
        "definition": form["definition"],
        "cells": cells(form, made, **typed),
    }


def by_code(database: Database, made: Made, unit_id: int) -> dict[str, str]:
    """What is typed as the value in each cell of a unit's form."""
    rows = fetch(
        database,
        f"SELECT indicator_id, typed FROM submission_cell WHERE submission_id = {made.submissions[unit_id]}",
    )
    typed = {row.indicator_id: row.typed for row in rows}
    return {code: typed.get(indicator_id, "") for code, indicator_id in made.indicators.items()}
