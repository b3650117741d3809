"""A night among 1,000,000 duties: tasks counts its ledger, stats and notifications hold theirs against it.

Measured is the longest transaction of the three; the baseline is the longest among a tenth of the duties. Said besides
are how long all of them take, in how many cells the duties lie, and by how much this process grows. BENCH_DUTIES asks
for another number of duties.
"""

from __future__ import annotations

import datetime as dt
import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from bench.support import ground
from bench.support.nodes import line
from bench.support.size import size
from services.notifications.service import NotificationsService
from services.stats.service import StatsService
from services.tasks.ledger import counting
from shared.agreeing import holding
from shared.agreeing.operations import AgreeingOperations
from shared.database import Cursor, Database
from shared.delivery.eventlog import EventLog
from shared.events import Received
from shared.ledger_events import LedgerCounted
from shared.rows import value
from tests.support.postgres import PostgresServer

MANY = size(int(os.environ.get("BENCH_DUTIES", "1000000")), tiny=3_000)
FEW = MANY // 10
ITEMS = 100
GOAL_SECONDS, GOAL_MB = 10, 200
DAY = dt.date(2026, 11, 21)
TAKEN_AT_ONCE = 100

# An item has one due date, which one duty in ten was given some days more than; most duties are done.
DUTIES = """
    SELECT n AS id, 1 AS checklist_id, 1001 + n %% %(items)s AS item_id, 1 + n / %(items)s AS unit_id, 'D' AS period,
        date '2026-02-01' + 30 * (n %% 10)::integer
            + CASE WHEN n / %(items)s %% 10 = 0 THEN (1 + n / 7 %% 60)::integer ELSE 0 END AS due_on,
        (1 + n %% 3)::integer AS version, (ARRAY['issued', 'submitted', 'accepted'])[1 + n %% 3] AS state
    FROM generate_series(1, %(duties)s) AS n
"""
FILL = {
    "tasks": f"""
        SET LOCAL session_replication_role = replica;
        INSERT INTO duty (id, checklist_id, item_id, unit_id, period, due_on, version, state, revision, role,
            written_due_on) OVERRIDING SYSTEM VALUE
        SELECT *, 1, 'lead', due_on FROM ({DUTIES}) AS made
    """,
    "stats": f"""
        INSERT INTO duty (id, checklist_id, item_id, unit_id, period, due_on, version, state, is_blocked, bucket,
            since_day)
        SELECT *, false, 'open', date '2026-01-05' FROM ({DUTIES}) AS made
    """,
    "notifications": f"""
        INSERT INTO duty (id, checklist_id, item_id, unit_id, period, due_on, version, state, is_open)
        SELECT *, state = 'issued' FROM ({DUTIES}) AS made
    """,
}
HEARD = "INSERT INTO heard_position (source, xid, seq, ticked_at) VALUES ('tasks', '1000000000000', 0, now())"


class Timed(Database):
    """Keeps how long its transactions take, from the first statement to the end."""

    def __init__(self, dsn: str) -> None:
        super().__init__(dsn)
        self.taken: list[float] = []

    @contextmanager
    def transaction(self) -> Iterator[Cursor]:
        begun = time.perf_counter()
        with super().transaction() as cur:
            yield cur
        self.taken.append(time.perf_counter() - begun)


class Night(NamedTuple):
    """By service: the longest transaction and all of them together in seconds. In how many cells the duties lie."""

    longest: dict[str, float]
    together: dict[str, float]
    cells: int


def held(server: PostgresServer, duties: int) -> Night:
    """One night among so many duties."""
    databases = {name: _full(server, name, duties) for name in FILL}
    count(databases["tasks"])
    told = list(EventLog(Database(databases["tasks"].dsn), "tasks").events([LedgerCounted.TYPE]))
    for one in (StatsService(databases["stats"]), NotificationsService(databases["notifications"])):
        hold(one, told)
    found = Night(
        {name: max(database.taken) for name, database in databases.items()},
        {name: sum(database.taken) for name, database in databases.items()},
        sum(len(one.data.cells) for one in told),
    )
    for database in databases.values():
        database.close()
    return found


def count(database: Database) -> None:
    """As the tick of tasks does it when its hour has come."""
    with database.transaction() as cur:
        found = counting.count(cur)
    assert counting.tell(database.transaction, DAY, found)


def hold(listener: AgreeingOperations, told: list[Received]) -> None:
    """Take the count in by batches, compare, and see that all was found to agree."""
    for start in range(0, len(told), TAKEN_AT_ONCE):
        with listener.database.transaction() as cur:
            holding.take(cur, told[start : start + TAKEN_AT_ONCE])
    listener.hold_against_ledger()
    with listener.database.transaction() as cur:
        cur.execute("SELECT cells FROM ledger_check")
        assert value(cur, int) == 0


def _full(server: PostgresServer, service: str, duties: int) -> Timed:
    dsn = ground.migrated(server, f"ledger_{service}_{duties}", service)
    filling = Database(dsn, options="-c statement_timeout=0 -c timezone=UTC")
    with filling.transaction() as cur:
        cur.execute(FILL[service], {"items": ITEMS, "duties": duties})
        if service != "tasks":
            cur.execute(HEARD)
    with filling.transaction() as cur:
        cur.execute("ANALYZE duty")
    filling.close()
    return Timed(dsn)


def main() -> str:
    with ground.postgres() as server:
        # First, for the most that a process ever had never becomes less.
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        many = held(server, MANY)
        megabytes = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        few = held(server, FEW)
    value, baseline = max(many.longest.values()), max(few.longest.values())
    told = "; ".join(
        f"{name} {many.longest[name]:.1f} s, all its work {many.together[name]:.1f} s" for name in many.longest
    )
    return line(
        f"seconds of the longest transaction of a night among {MANY:,} duties in {many.cells:,} cells, which"
        f" grows by {megabytes:.0f} MB; the baseline is among {FEW:,} in {few.cells:,}; {told}",
        value,
        "s",
        baseline=baseline,
        goal=GOAL_SECONDS,
        met=value < GOAL_SECONDS and megabytes < GOAL_MB,
    )


if __name__ == "__main__":
    print(main())
