"""Issuing 100,000 duties, at least a third as fast as a bare INSERT … SELECT of the same rows into the same table.

The measured way is the whole job: resolving units, cutting chunks, making duties, announcing them, finishing. The
baseline is one statement that copies finished rows into an identical table with the same keys and indexes.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from statistics import median
from typing import Any
from uuid import uuid4

from bench.support import ground
from bench.support.size import size
from services.tasks.service import TasksService
from shared.database import Database
from shared.rows import value
from tests.support.checklists import add_row, draft, group, work_off

UNITS = size(1000, tiny=10)
ITEMS = size(100, tiny=2)
ROUNDS = size(3, tiny=1)
GOAL = 1 / 3
LONG = "-c statement_timeout=0 -c timezone=UTC"


def measured() -> dict[str, Any]:
    """Measure both ways on a server of their own, alternating, and return the claim's line."""
    with ground.postgres() as server:
        dsn = ground.migrated(server, "issuing_bench", "tasks")
        database = Database(dsn, options=LONG)
        lead_id, group_id = make_county(database, UNITS)
        service = TasksService(database)
        issued, bare = zip(*(_round(service, lead_id, group_id) for _ in range(ROUNDS)), strict=True)
        database.close()
    return _line(UNITS * ITEMS / median(issued), UNITS * ITEMS / median(bare))


def _round(service: TasksService, lead_id: int, group_id: int) -> tuple[float, float]:
    """Seconds of issuing and of the bare copy."""
    database = service.database
    drafted = draft(database)
    for number in range(ITEMS):
        add_row(database, drafted, f"事项{number}", units=[group(group_id)], due_on=dt.date(2026, 6, 30))
    run_outside(database, "VACUUM")
    started = time.perf_counter()
    ask_to_issue(service, lead_id, drafted.id)
    work_off(database)
    issued = time.perf_counter() - started
    return issued, _bare_copy(database, drafted.id)


def ask_to_issue(service: TasksService, lead_id: int, checklist_id: int) -> None:
    """Ask for the checklist to be issued, as the lead bureau's click does; the issuer does the rest."""
    reply = service.perform(
        "issue_checklist",
        {
            "person_id": lead_id,
            "params": {"checklist_id": checklist_id, "version": 1},
            "command_id": str(uuid4()),
            "correlation_id": "bench",
        },
    )
    assert "answer" in reply, reply


def _bare_copy(database: Database, checklist_id: int) -> float:
    """Put the duties of a checklist aside and copy them back: same rows, same table, same other rows in its indexes."""
    with database.transaction() as cur:
        cur.execute("CREATE TABLE aside AS SELECT * FROM duty WHERE checklist_id = %s", (checklist_id,))
        assert cur.rowcount == UNITS * ITEMS
        cur.execute("DELETE FROM duty WHERE checklist_id = %s", (checklist_id,))
    run_outside(database, "VACUUM duty")
    started = time.perf_counter()
    with database.transaction() as cur:
        cur.execute(
            """
            INSERT INTO duty (checklist_id, item_id, unit_id, period, revision, role, written_due_on, due_on,
                is_provisional)
            SELECT checklist_id, item_id, unit_id, period, revision, role, written_due_on, due_on, is_provisional
            FROM aside ORDER BY unit_id, item_id, period
            """
        )
    taken = time.perf_counter() - started
    run_outside(database, "DROP TABLE aside")
    return taken


def make_county(database: Database, units: int) -> tuple[int, int]:
    """A lead bureau's person and a group of so many townships."""
    with database.transaction() as cur:
        cur.execute(
            """
            INSERT INTO unit (code, name, kind)
            SELECT 'B' || n, '乡镇' || n, 'township' FROM generate_series(1, %s) AS n
            """,
            (units,),
        )
        cur.execute("INSERT INTO unit_group (name) VALUES ('各乡镇人民政府') RETURNING id")
        group_id = value(cur, int)
        cur.execute("INSERT INTO unit_group_member SELECT %s, id FROM unit", (group_id,))
        cur.execute(
            """
            INSERT INTO person (sign_in_name, display_name, post, unit_id, roles, password_hash, must_change_password)
            SELECT 'lead', 'lead', 'lead', min(id), '{lead_bureau}', '', false FROM unit RETURNING id
            """
        )
        return value(cur, int), group_id


def run_outside(database: Database, statement: str) -> None:
    """Run a statement that may need to stand outside a transaction, such as VACUUM."""
    with database.transaction() as cur:
        if not statement.startswith("VACUUM"):
            cur.execute(statement)
            return
    import psycopg2

    connection = psycopg2.connect(database.dsn)
    connection.autocommit = True
    with connection.cursor() as cur:
        cur.execute(statement)
    connection.close()


def _line(value: float, baseline: float) -> dict[str, Any]:
    ratio = value / baseline
    return {
        "claim": "issuing 100,000 duties is at least a third as fast as a bare INSERT … SELECT of the same rows",
        "value": round(value),
        "unit": "duties/s",
        "baseline": round(baseline),
        "ratio": round(ratio, 3),
        "goal": round(GOAL, 3),
        "met": ratio >= GOAL,
    }


def main() -> str:
    return json.dumps(measured(), ensure_ascii=False)


if __name__ == "__main__":
    print(main())
