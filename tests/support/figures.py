"""Indicators and figures on the stats database of a test, written as the services write them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from services.stats.figures.recording import NewFact, Origin, record
from shared.actor import Signature
from shared.database import Cursor, Database
from tests.support.checklists import fetch

WHO = Signature(2, None, "科员", "县人社局")


def an_indicator(
    database: Database,
    code: str,
    *,
    type: str = "flow",  # noqa: A002
    decimals: int = 2,
    period_kind: str = "month",
    formula: str = "",
    numerator_id: int | None = None,
    denominator_id: int | None = None,
    unit_of_measure: str = "人",
    may_be_negative: bool = True,
    source: str = "",
    is_invented: bool = False,
) -> int:
    """An indicator by its row alone; returns its id."""
    with database.transaction() as cur:
        cur.execute(
            """
            INSERT INTO indicator (code, name, definition, unit_of_measure, decimals, period_kind, type, formula,
                numerator_id, denominator_id, may_be_negative, source, is_invented, valid_from)
            VALUES (%s, %s, '口径', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '2020-01-01') RETURNING id
            """,
            (
                code,
                f"指标{code}",
                unit_of_measure,
                decimals,
                period_kind,
                type,
                formula,
                numerator_id,
                denominator_id,
                may_be_negative,
                source,
                is_invented,
            ),
        )
        return int(cur.fetchone()[0])


def a_fact(indicator_id: int, unit_id: int, period: str, value: str | None, **more: Any) -> NewFact:
    """A figure; without a value it is "no figure"."""
    without = {} if value is not None else {"no_figure": "本期没有"}
    return NewFact(
        **{
            "indicator_id": indicator_id,
            "unit_id": unit_id,
            "period": period,
            "value": None if value is None else Decimal(value),
            "origin": Origin.REPORT,
            **without,
            **more,
        }
    )


def recorded(database: Database, *facts: NewFact, who: Signature = WHO) -> dt.datetime:
    """Record the facts in a transaction of their own; returns since when they are known."""
    with database.transaction() as cur:
        return record(cur, facts, who=who, correlation_id="test")


def figures(source: Database | Cursor) -> list[tuple[Any, ...]]:
    """The rows of table figure, sorted by their keys."""
    statement = """
        SELECT indicator_id, period, unit_id, own, own_fact_id, total, adjusted, reporting, without
        FROM figure ORDER BY 1, 2, 3
    """
    if isinstance(source, Database):
        return [tuple(row) for row in fetch(source, statement)]
    source.execute(statement)
    return source.fetchall()


def own_and_sums(database: Database, indicator_id: int, period: str) -> dict[int, tuple[Any, ...]]:
    """By unit: its own value, the total, how many report and how many have no figure."""
    return {
        row[2]: (row[3], row[5], row[7], row[8])
        for row in figures(database)
        if row[0] == indicator_id and row[1] == period
    }


def a_round(
    database: Database, indicator_ids: list[int], period: str, unit_ids: list[int], *, table: str = "表1"
) -> int:
    """A report with these lines, and a round of it in which the units are expected; returns the report's id.

    The report of a table number that there is already gets one more round.
    """
    with database.transaction() as cur:
        cur.execute(
            """
            INSERT INTO report (table_number, name, period_kind, due_rule, due_days, lock_rule, lock_days, first_period)
            VALUES (%s, '就业情况月报', 'month', 'day', 5, 'day', 10, '2025-01')
            ON CONFLICT (table_number) DO UPDATE SET name = excluded.name RETURNING id
            """,
            (table,),
        )
        report_id = int(cur.fetchone()[0])
        for position, indicator_id in enumerate(indicator_ids, start=1):
            cur.execute(
                "INSERT INTO report_line VALUES (%s, %s, '', %s) ON CONFLICT DO NOTHING",
                (report_id, position, indicator_id),
            )
        cur.execute(
            """
            INSERT INTO round (report_id, period, opens_on, due_on, lock_on)
            VALUES (%s, %s, '2026-06-01', '2026-06-05', '2026-06-10') RETURNING id
            """,
            (report_id, period),
        )
        round_id = cur.fetchone()[0]
        ask_lines(cur, round_id)
        for unit_id in unit_ids:
            cur.execute(
                "INSERT INTO submission (round_id, report_id, unit_id, period) VALUES (%s, %s, %s, %s)",
                (round_id, report_id, unit_id, period),
            )
    return report_id


def ask_lines(cur: Cursor, round_id: int) -> None:
    """Let a round that was made by its row alone ask what its report asks."""
    cur.execute(
        """
        INSERT INTO round_line (round_id, position, section, indicator_id)
        SELECT round.id, position, section, indicator_id FROM round JOIN report_line USING (report_id)
        WHERE round.id = %s
        """,
        (round_id,),
    )
