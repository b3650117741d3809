"""A hundred clerks submit a report of 20 figures over HTTP, in the embedded mode.

Each clerk of a unit of its own is signed in and has its form open before the clock runs. Their requests are sent at
random moments of a stretch of time, as a hundred clerks on the due day would; a request's time runs from the moment it
was due, so a queue shows. The baseline is the same clerks' reading of the form, in the same stretch.
"""

from __future__ import annotations

import re
from pathlib import Path
from statistics import median

from bench.support import product
from bench.support.clerks import Clerk, Member, cursor, people, signed_in, spread
from bench.support.nodes import line
from bench.support.size import size

CLERKS = size(100, tiny=3)
FIGURES = 20
# As long as it takes until each of a hundred has pressed once; on one machine the clerks' own work counts too.
STRETCH_SECONDS = size(5, tiny=1)
GOAL_MS = 100


def main() -> str:
    with product.example("embedded") as (home, port):
        members = people(home, CLERKS)
        submissions = _prepare(home, members)
        clerks = [signed_in(port, member.name) for member in members]
        form = {id(clerk): f"/submissions/{found}" for clerk, found in zip(clerks, submissions, strict=True)}
        for clerk in clerks:
            clerk.read(form[id(clerk)])
        reading = spread(clerks, lambda clerk, _: clerk.read(form[id(clerk)]) and None, seconds=STRETCH_SECONDS)
        submitting = spread(clerks, lambda clerk, _: _submit(clerk, form[id(clerk)]), seconds=STRETCH_SECONDS)
        _check(home)
    value = median(submitting) * 1000
    return line(
        f"milliseconds to submit a report of {FIGURES} figures over HTTP, median of {CLERKS} clerks within"
        f" {STRETCH_SECONDS} s; the baseline is opening the form",
        value,
        "ms",
        baseline=median(reading) * 1000,
        goal=GOAL_MS,
        met=value < GOAL_MS,
    )


def _prepare(home: Path, members: list[Member]) -> list[int]:
    """A round in which the unit of each owes 20 figures; returns the submissions by unit."""
    with cursor(home, "stats") as cur:
        cur.execute(
            """
            INSERT INTO report (table_number, name, period_kind, due_rule, due_days, lock_rule, lock_days, first_period)
            VALUES ('BENCH', '负荷月报', 'month', 'workdays', 5, 'workdays', 9, '2026-01') RETURNING id
            """
        )
        report_id = cur.fetchone()[0]
        cur.execute(
            """
            WITH indicator AS (
                INSERT INTO indicator (code, name, definition, unit_of_measure, decimals, period_kind, type, valid_from)
                SELECT 'LOAD' || n, '指标' || n, '口径', '人', 0, 'month', 'flow', '2020-01-01'
                FROM generate_series(1, %s) AS n RETURNING id
            )
            INSERT INTO report_line (report_id, position, indicator_id)
            SELECT %s, row_number() OVER (ORDER BY id), id FROM indicator
            """,
            (FIGURES, report_id),
        )
        cur.execute(
            """
            INSERT INTO round (report_id, period, opens_on, due_on, lock_on)
            VALUES (%s, '2026-01', '2026-02-01', '2026-02-09', now()::date + 30) RETURNING id
            """,
            (report_id,),
        )
        round_id = cur.fetchone()[0]
        cur.execute(
            """
            INSERT INTO round_line (round_id, position, indicator_id)
            SELECT %s, position, indicator_id FROM report_line WHERE report_id = %s
            """,
            (round_id, report_id),
        )
        cur.execute(
            """
            INSERT INTO submission (round_id, report_id, unit_id, period)
            SELECT %s, %s, unit_id, '2026-01' FROM unnest(%s::bigint[]) AS unit_id RETURNING id
            """,
            (round_id, report_id, [member.unit_id for member in members]),
        )
        return [found for (found,) in cur.fetchall()]


def _submit(clerk: Clerk, address: str) -> None:
    typed = {name: "12" if re.fullmatch(r"v\d+", name) else value for name, value in clerk.fields.items()}
    clerk.ask("POST", address, {**typed, "do": "submit"})


def _check(home: Path) -> None:
    with cursor(home, "stats") as cur:
        cur.execute("SELECT count(*) FROM submission WHERE period = '2026-01' AND state = 'at_lead'")
        found = cur.fetchone()[0]
    assert found == CLERKS, f"{found} of {CLERKS} were submitted"


if __name__ == "__main__":
    print(main())
