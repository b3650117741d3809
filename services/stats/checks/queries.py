"""All reads of checks and explanations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from services.stats.checks.records import Check, Explained, GivenExplanation, WholeExplanation
from services.stats.periods import PeriodKind
from shared.database import Cursor
from shared.rows import many, one, value_or_none, values

COLUMNS = ", ".join(Check._fields)
# How the labels of a kind's periods look; see services/stats/periods.py.
_LIKE = {
    PeriodKind.MONTH: "____-__",
    PeriodKind.QUARTER: "____-Q_",
    PeriodKind.HALF_YEAR: "____-H_",
    PeriodKind.YEAR: "____",
}


class NamedUnit(NamedTuple):
    """A unit; its name is empty as long as no event has told of it."""

    id: int
    name: str


def all_checks(cur: Cursor) -> list[Check]:
    """All checks by report, in the order in which they were made."""
    cur.execute(f"SELECT {COLUMNS} FROM check_rule ORDER BY report_id, id")
    return many(cur, Check)


def checks_of(cur: Cursor, report_id: int) -> list[Check]:
    """The checks of a report, in the order in which they were made."""
    cur.execute(f"SELECT {COLUMNS} FROM check_rule WHERE report_id = %s ORDER BY id", (report_id,))
    return many(cur, Check)


def check_with_id(cur: Cursor, check_id: int, *, for_update: bool = False) -> Check | None:
    """One check, locked if it is to be changed."""
    cur.execute(f"SELECT {COLUMNS} FROM check_rule WHERE id = %s{' FOR UPDATE' if for_update else ''}", (check_id,))
    return one(cur, Check)


def explanations(cur: Cursor, check_ids: Sequence[int], unit_id: int, period: str) -> list[Explained]:
    """What the unit said about the checks for this period, and what was accepted before and still holds in it.

    Labels of periods sort as time does; the newest comes last.
    """
    cur.execute(
        """
        SELECT check_id, unit_id, period, until_period, text, state, answer FROM explanation
        WHERE check_id = ANY (%(checks)s) AND unit_id = %(unit)s
            AND (period = %(period)s OR state = 'accepted' AND period < %(period)s AND until_period >= %(period)s)
        ORDER BY id
        """,
        {"checks": list(check_ids), "unit": unit_id, "period": period},
    )
    return many(cur, Explained)


def given_for(cur: Cursor, submission_ids: Sequence[int]) -> list[GivenExplanation]:
    """The explanations that the submissions came with."""
    cur.execute(
        """
        SELECT submission_id, check_id, name, text, explanation.state, until_period, answer
        FROM explanation JOIN check_rule ON check_rule.id = check_id
        WHERE submission_id = ANY (%s) ORDER BY submission_id, check_id
        """,
        (list(submission_ids),),
    )
    return many(cur, GivenExplanation)


def whole_explanations(cur: Cursor, submission_id: int) -> list[WholeExplanation]:
    """The explanations of a submission with all that their rows hold."""
    cur.execute(
        "SELECT to_jsonb(explanation) AS whole FROM explanation WHERE submission_id = %s ORDER BY id", (submission_id,)
    )
    return many(cur, WholeExplanation)


def explained(cur: Cursor, submission_ids: Sequence[int]) -> set[int]:
    """Those of the submissions that came with explanations."""
    cur.execute(
        "SELECT DISTINCT submission_id FROM explanation WHERE submission_id = ANY (%s)", (list(submission_ids),)
    )
    return set(values(cur, int))


def last_period(
    cur: Cursor, report_id: int, indicator_ids: Sequence[int], kind: PeriodKind, *, today: dt.date
) -> str | None:
    """The last period of a kind for which the indicators have figures, without the rounds that units still fill in."""
    # A quarter's label looks like a month's to LIKE, so the other marks are left out by name. From the newest period of
    # each indicator back, one step of the index each, and no further than the rounds that are open.
    newest = """
        SELECT period FROM fact WHERE indicator_id = asked.id AND period < asked.before
            AND period LIKE %(like)s AND (%(marked)s OR period !~ '[QH]')
        ORDER BY period DESC LIMIT 1
    """
    cur.execute(
        f"""
        WITH RECURSIVE unlocked AS (
            SELECT period FROM round WHERE report_id = %(report)s AND lock_on >= %(today)s
        ), step (id, before) AS (
            SELECT asked.id, ({newest})
            FROM (SELECT id, '9999' AS before FROM unnest(%(indicators)s::bigint[]) AS wanted (id)) AS asked
            UNION ALL
            SELECT asked.id, ({newest}) FROM step AS asked WHERE before IN (SELECT period FROM unlocked)
        )
        SELECT before AS period FROM step WHERE before IS NOT NULL
        ORDER BY before IN (SELECT period FROM unlocked), before DESC LIMIT 1
        """,
        {
            "report": report_id,
            "indicators": list(indicator_ids),
            "like": _LIKE[kind],
            "marked": kind in (PeriodKind.QUARTER, PeriodKind.HALF_YEAR),
            "today": today,
        },
    )
    return value_or_none(cur, str)


def units_with_facts(cur: Cursor, indicator_ids: Sequence[int], period: str) -> list[NamedUnit]:
    """The units that have figures of one of the indicators for a period, in directory order."""
    cur.execute(
        """
        SELECT reported.unit_id AS id, coalesce(unit.name, '') AS name
        FROM (SELECT DISTINCT unit_id FROM fact WHERE indicator_id = ANY (%s) AND period = %s) AS reported
        LEFT JOIN unit ON unit.id = reported.unit_id
        ORDER BY unit.code NULLS LAST, reported.unit_id
        """,
        (list(indicator_ids), period),
    )
    return many(cur, NamedUnit)
