"""The leadership group's board among 1,000,000 duties: p50 under 50 ms, within twice of that among 10,000.

The same board as of a past day in under 300 ms. Measured are the operations of stats with their JSON, turn by turn on
one server: counts by area and measure with the trend, and the days kept before, as the tick does.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from statistics import median
from uuid import uuid4

from bench.support.boards import CHECKLIST, FIRST, TODAY, full_boards
from bench.support.nodes import line
from bench.support.size import size
from services.stats.completion import kept
from services.stats.service import StatsService
from shared.calling.caller import Call, unwrap
from tests.support.postgres import PostgresServer

MANY = size(1_000_000, tiny=3_000)
FEW = size(10_000, tiny=600)
ROUNDS = size(60, tiny=3)
GOAL_MS = 50
GOAL_RATIO = 2
GOAL_PAST_MS = 300
# Near, in the middle and at the beginning: the farther back, the more changes lie between.
PAST_DAYS = [TODAY - dt.timedelta(days=30), dt.date(2026, 6, 30), FIRST + dt.timedelta(days=30)]


def main() -> str:
    server = PostgresServer()
    try:
        server.start()
        with (
            full_boards(server, "many", duties=MANY) as many,
            full_boards(server, "few", duties=FEW) as few,
        ):
            for service in (many, few):
                _keep_days(service)
            taken = [(_seconds(many, None), _seconds(few, None)) for _ in range(ROUNDS)]
            past = {day: median(_seconds(many, day) for _ in range(max(ROUNDS // 6, 1))) * 1000 for day in PAST_DAYS}
    finally:
        server.remove()
    value, baseline = (median(found) * 1000 for found in zip(*taken, strict=True))
    slowest = max(past.values())
    told = ", ".join(f"{day} {taken:.0f} ms" for day, taken in past.items())
    return line(
        f"milliseconds of the board among {MANY:,} duties; the baseline is among {FEW:,}; as of {told}",
        value,
        "ms",
        baseline=baseline,
        goal=GOAL_MS,
        met=value < GOAL_MS and value <= GOAL_RATIO * baseline and slowest < GOAL_PAST_MS,
    )


def _keep_days(service: StatsService) -> None:
    for _ in range(15):
        with service.database.transaction() as cur:
            kept.keep_days(cur, TODAY)


def _seconds(service: StatsService, day: dt.date | None) -> float:
    asked = Call({"checklist_id": CHECKLIST, "as_of": day and day.isoformat()}, 1, uuid4(), "bench")
    began = time.perf_counter()
    answer = unwrap(service.perform("overview", json.loads(json.dumps(asked.as_dict()))))
    json.dumps(answer)
    taken = time.perf_counter() - began
    assert answer["totals"]["total"] > 0
    return taken


if __name__ == "__main__":
    print(main())
