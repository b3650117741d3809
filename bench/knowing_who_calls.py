"""Who calls is known as quickly among a country's units and people as among those of a county, within 5 ms.

Measured is `load_actor` of the tasks service, which each call begins with, for a head above 41,352 units; the baseline
is the same person above 60.
"""

from __future__ import annotations

import json
import time
from statistics import median
from typing import Any

from bench.support import ground
from bench.support.size import size
from services.tasks.service import TasksService
from shared.database import Database
from tests.support.checklists import run
from tests.support.country import TOWNSHIPS, fill

MANY = size(TOWNSHIPS, tiny=90)
FEW = 60
CALLS = size(400, tiny=5)
GOAL = 2.0
MOST_MILLISECONDS = 5.0
# Two of each unit, as in an office.
PEOPLE = """
    INSERT INTO person (sign_in_name, display_name, post, unit_id, roles, password_hash, must_change_password)
    SELECT code || '-' || n, name, '填报员', id, '{unit_staff}', '', false FROM unit, generate_series(1, 2) AS n
"""


def measured() -> dict[str, Any]:
    """Ask in both directories in turn, and return the claim's line."""
    with ground.postgres() as server:
        databases, people = [], []
        for units in (MANY, FEW):
            dsn, world = ground.county(server, f"actor_bench_{units}")
            databases.append(Database(dsn))
            people.append(world.people["head"])
            fill(databases[-1], world.units["歙县"], townships=units)
            run(databases[-1], PEOPLE)
            run(databases[-1], "ANALYZE")
        taken: tuple[list[float], list[float]] = ([], [])
        services = [TasksService(database) for database in databases]
        for _ in range(CALLS):
            for service, person_id, found in zip(services, people, taken, strict=True):
                found.append(_milliseconds(service, person_id))
        for database in databases:
            database.close()
    return _line(median(taken[0]), median(taken[1]))


def _milliseconds(service: TasksService, person_id: int) -> float:
    with service.database.transaction() as cur:
        started = time.perf_counter()
        assert service.load_actor(cur, person_id)
        return (time.perf_counter() - started) * 1000


def _line(value: float, baseline: float) -> dict[str, Any]:
    ratio = value / baseline
    return {
        "claim": "who calls is known among a country's 41,352 units at most twice as slowly as among 60, and in 5 ms",
        "value": round(value, 2),
        "unit": "ms",
        "baseline": round(baseline, 2),
        "ratio": round(ratio, 2),
        "goal": GOAL,
        "goal_of_milliseconds": MOST_MILLISECONDS,
        "met": ratio <= GOAL and value <= MOST_MILLISECONDS,
    }


def main() -> str:
    return json.dumps(measured(), ensure_ascii=False)


if __name__ == "__main__":
    print(main())
