"""A correction among 1,000,000 facts is in all sums within 100 ms, and within twice of what it takes among 10,000.

Measured is the whole transaction with its commit: the clock, the fact, the sums of three levels, the event. The
baseline is the same among 10,000 facts, on the same server, turn by turn.
"""

from __future__ import annotations

import random
import time
from statistics import median

from bench.support import ground
from bench.support.figures import TOP, Full, full_database
from bench.support.nodes import line
from bench.support.size import size
from services.stats.figures import queries
from services.stats.figures.recording import record
from services.stats.figures.records import Base
from shared.actor import Signature

MANY = size(1_000_000, tiny=3_000)
FEW = size(10_000, tiny=600)
UNITS = size(100, tiny=10)
PERIODS = size(50, tiny=6)
ROUNDS = size(300, tiny=5)
GOAL_MS = 100
GOAL_RATIO = 2


def main() -> str:
    with (
        ground.postgres() as server,
        full_database(server, "many", facts=MANY, units=UNITS, periods=PERIODS) as many,
        full_database(server, "few", facts=FEW, units=UNITS, periods=PERIODS) as few,
    ):
        chance = random.Random(10)
        taken = [(_correct(many, chance), _correct(few, chance)) for _ in range(ROUNDS)]
    value, baseline = (median(found) * 1000 for found in zip(*taken, strict=True))
    return line(
        f"milliseconds until a correction among {MANY:,} facts is in all sums; the baseline is among {FEW:,}",
        value,
        "ms",
        baseline=baseline,
        goal=GOAL_MS,
        met=value < GOAL_MS and value <= GOAL_RATIO * baseline,
    )


def _correct(full: Full, chance: random.Random) -> float:
    """Seconds of one correction anywhere; the sum at the top must have moved by as much."""
    fact = full.a_fact(chance.randrange(10**9), chance.randint(10**6, 10**9))
    before = _sum(full, fact.indicator_id, fact.period)
    own = _sum(full, fact.indicator_id, fact.period, fact.unit_id, of_itself=True)
    began = time.perf_counter()
    with full.database.transaction() as cur:
        record(cur, [fact], who=Signature(), correlation_id="bench")
    taken = time.perf_counter() - began
    assert fact.value is not None
    assert _sum(full, fact.indicator_id, fact.period) - before == int(fact.value) - own
    return taken


def _sum(full: Full, indicator_id: int, period: str, unit_id: int = TOP, *, of_itself: bool = False) -> int:
    with full.database.transaction() as cur:
        found = queries.sums(cur, [Base(indicator_id, period)], [unit_id], as_of=None)
    return int((found[0].own or 0) if of_itself else found[0].total)


if __name__ == "__main__":
    print(main())
