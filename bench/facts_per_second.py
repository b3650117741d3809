"""Facts accepted per second, report by report, beside a plain INSERT of the same rows.

Accepting is the whole of it: the clock, what is known already, the facts, the sums of three levels, the events. The
baseline puts the same rows into the same table, as many in a transaction, and does nothing else.
"""

from __future__ import annotations

import time
from statistics import median

from psycopg2.extras import execute_values

from bench.support import ground
from bench.support.figures import Full, full_database
from bench.support.nodes import line
from bench.support.size import size
from services.stats.figures.recording import record
from shared.actor import Signature

# A large report of a unit.
FACTS_OF_A_REPORT = 50
REPORTS = size(200, tiny=2)
ROUNDS = size(5, tiny=1)
UNITS = size(100, tiny=10)
PERIODS = size(50, tiny=12)
GOAL = 0.15


def main() -> str:
    with (
        ground.postgres() as server,
        full_database(server, "facts", facts=UNITS * PERIODS * 10, units=UNITS, periods=PERIODS) as full,
    ):
        rounds = [(_seconds(full, number, _accept), _seconds(full, number, _insert)) for number in range(ROUNDS)]
    facts = REPORTS * FACTS_OF_A_REPORT
    value, baseline = (facts / median(found) for found in zip(*rounds, strict=True))
    return line(
        f"facts accepted per second in reports of {FACTS_OF_A_REPORT}; the baseline is a plain INSERT of the same rows,"
        " the goal their ratio",
        value,
        "facts/s",
        baseline=baseline,
        goal=GOAL,
        met=value / baseline >= GOAL,
    )


def _seconds(full: Full, number: int, work) -> float:
    reports = [
        [
            full.a_fact(report * FACTS_OF_A_REPORT + fact, 10**6 * (number + 1) + report + fact)
            for fact in range(FACTS_OF_A_REPORT)
        ]
        for report in range(REPORTS)
    ]
    began = time.perf_counter()
    for report in reports:
        with full.database.transaction() as cur:
            work(cur, report)
    return time.perf_counter() - began


def _accept(cur, facts) -> None:
    record(cur, facts, who=Signature(), correlation_id="bench")


def _insert(cur, facts) -> None:
    execute_values(
        cur,
        "INSERT INTO fact (indicator_id, unit_id, period, value, known_since, origin, reason) VALUES %s",
        [
            (fact.indicator_id, fact.unit_id, fact.period, fact.value, "now", fact.origin.value, fact.reason)
            for fact in facts
        ],
    )


if __name__ == "__main__":
    print(main())
