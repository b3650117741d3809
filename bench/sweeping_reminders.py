"""One sweep over a million duties that wait for their stage, ten thousand of which have come to it.

Measured is from the first look until nothing that is due waits any more: messages written, announced, next days set.
The baseline is the same ten thousand among a tenth of the duties: a sweep costs what is due, not what there is.
"""

from __future__ import annotations

import datetime as dt
import json
import resource
import time
from typing import Any

from bench.support import ground
from bench.support.size import size
from services.notifications.reminding import queries
from services.notifications.service import NotificationsService
from shared.clock import day_of
from shared.database import Database
from shared.events import RelayTicked
from shared.workdays import add_workdays
from tests.support.notifications import learn
from tests.support.postgres import PostgresServer
from tests.support.stats import received

TOTAL = size(1_000_000, tiny=400)
DUE = size(10_000, tiny=40)
UNITS = size(500, tiny=5)
NOON = dt.datetime(2026, 6, 10, 4, tzinfo=dt.UTC)
GOAL_SECONDS, GOAL_RATIO, GOAL_MB = 5, 2, 200

# Each unit has somebody to be told; of the duties the first ones are due in three working days, and the others later.
FILL = """
    INSERT INTO unit (id, code, name, kind, is_active, version)
    SELECT n, n::text, '第' || n || '镇', 'township', true, 1 FROM generate_series(1, %(units)s) AS n;
    INSERT INTO person (id, unit_id, post, roles, is_active, version)
    SELECT n, n, '填报员', '{unit_staff}', true, 1 FROM generate_series(1, %(units)s) AS n;
    INSERT INTO checklist (id, state, version, title) VALUES (1, 'issued', 1, '清单');
    INSERT INTO item (id, checklist_id, title, revision)
    SELECT n, 1, '事项' || n, 1 FROM generate_series(1, 2000) AS n;
    INSERT INTO duty (id, checklist_id, item_id, unit_id, due_on, remind_on, version, state, is_open, period)
    SELECT n, 1, 1 + n / %(units)s %% 2000, 1 + n %% %(units)s,
        CASE WHEN n <= %(due)s THEN %(soon)s ELSE %(today)s + 30 + (n %% 300)::integer END,
        CASE WHEN n <= %(due)s THEN %(today)s ELSE %(today)s + 20 + (n %% 300)::integer END,
        2, 'acknowledged', true, 'D' || n
    FROM generate_series(1, %(total)s) AS n;
    DELETE FROM replanning
"""


def swept(server: PostgresServer, total: int) -> float:
    """Seconds for all that is due among `total` duties."""
    service = NotificationsService(Database(ground.migrated(server, f"sweep_{total}", "notifications")))
    service.now = lambda: NOON
    today = day_of(NOON)
    with service.database.transaction() as cur:
        cur.execute("SET LOCAL statement_timeout = 0")
        asked = {"units": UNITS, "due": DUE, "total": total, "today": today, "soon": add_workdays(today, 3)}
        cur.execute(FILL, asked)
        cur.execute("ANALYZE")
    # The calendar is seen for the first time, which plans everything anew; that is no part of a sweep.
    while _is_planning_anew(service):
        service.sweep()
    learn(service, [received(RelayTicked("tasks", NOON), at=NOON)])
    begun = time.perf_counter()
    while _waiting(service):
        service.sweep()
    taken = time.perf_counter() - begun
    with service.database.transaction() as cur:
        cur.execute("SELECT count(*) FROM message_line")
        assert cur.fetchone() == (DUE,)
    service.database.close()
    return taken


def _is_planning_anew(service: NotificationsService) -> bool:
    with service.database.transaction() as cur:
        cur.execute("SELECT EXISTS (SELECT FROM replanning) OR NOT EXISTS (SELECT FROM planned_calendar)")
        return bool((cur.fetchone() or (False,))[0])


def _waiting(service: NotificationsService) -> int:
    with service.database.transaction() as cur:
        return queries.waiting_for_sweep(cur, day_of(NOON)).duties


def measured() -> dict[str, Any]:
    """Sweep both sizes, and return the claim's line."""
    with ground.postgres() as server:
        baseline = swept(server, TOTAL // 10)
        value = swept(server, TOTAL)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "claim": f"a sweep says all {DUE:,} stages that are due of {TOTAL:,} duties in less than {GOAL_SECONDS} s, "
        f"within {GOAL_RATIO} times of a tenth as many, in less than {GOAL_MB} MB",
        "value": round(value, 2),
        "unit": "s",
        "baseline": round(baseline, 2),
        "ratio": round(value / baseline, 2),
        "megabytes": round(megabytes),
        "goal": GOAL_SECONDS,
        "met": value < GOAL_SECONDS and value / baseline <= GOAL_RATIO and megabytes < GOAL_MB,
    }


def main() -> str:
    return json.dumps(measured(), ensure_ascii=False)


if __name__ == "__main__":
    print(main())
