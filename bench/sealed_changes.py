"""What a sealed log costs a change: commands a second, against the same with the trigger of the log switched off.

The command is one that writes its row of the log and little else, which is where it costs most. Both ways alternate on
one connection. What was written is sealed and verified afterwards: that must go faster than it is written.
"""

from __future__ import annotations

import time
from statistics import median

from bench.support import ground
from bench.support.nodes import line
from bench.support.size import size
from services.tasks.audit.kinds import LOGS
from services.tasks.service import TasksService
from shared.database import Database
from shared.sealing.sealing import Sealing
from shared.sealing.verifying import findings
from tests.support.checklists import run
from tests.support.tasks import Caller

COMMANDS = size(1000, tiny=5)
ROUNDS = size(7, tiny=1)
GOAL = 0.85


def main() -> str:
    with ground.postgres() as server:
        dsn, world = ground.county(server, "sealed_changes")
        database = Database(dsn)
        call = Caller(TasksService(database), world)
        _commands(call)
        plain, sealed = zip(*(_round(database, call) for _ in range(ROUNDS)), strict=True)
        rates = _sealing(database)
        database.close()
    value, baseline = median(sealed), median(plain)
    return line(
        "commands a second whose row of the log is sealed, against the same without;"
        f" {rates[0]:.0f} rows a second are sealed, {rates[1]:.0f} verified",
        value,
        "commands/s",
        baseline=baseline,
        goal=GOAL,
        met=value >= GOAL * baseline and min(rates) >= value,
    )


def _round(database: Database, call: Caller) -> tuple[float, float]:
    """Commands a second without and with the trigger."""
    run(database, "ALTER TABLE audit_log DISABLE TRIGGER log_waits")
    plain = _commands(call)
    run(database, "ALTER TABLE audit_log ENABLE TRIGGER log_waits")
    return plain, _commands(call)


def _commands(call: Caller) -> float:
    started = time.perf_counter()
    for _ in range(COMMANDS):
        call("record_export", {"title": "责任", "rows": 1}, as_="lead")
    return COMMANDS / (time.perf_counter() - started)


def _sealing(database: Database) -> tuple[float, float]:
    """Rows a second that are sealed, and that are verified."""
    started = time.perf_counter()
    rows = 0
    while True:
        with database.transaction() as cur:
            found = Sealing(LOGS).step(cur)
        if not found:
            break
        rows += found
    sealed = time.perf_counter()
    with database.transaction() as cur:
        for _ in findings(cur, LOGS):
            pass
    return rows / (sealed - started), rows / (time.perf_counter() - sealed)


if __name__ == "__main__":
    print(main())
