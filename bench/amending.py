"""An amendment that touches 10,000 of 100,000 duties, at least as fast per duty as issuing them was.

The measured way is the whole job from the click on: comparing, writing the draft back, resolving units, changing the
duties with history and announcements, finishing. The baseline is the issuing of the same checklist in the same run.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from statistics import median
from typing import Any
from uuid import uuid4

from bench.issuing import LONG, make_county, run_outside
from bench.support import ground
from bench.support.size import size
from services.tasks.service import TasksService
from shared.database import Database
from tests.support.checklists import Drafted, add_row, draft, fetch, group, work_off

UNITS = size(1000, tiny=10)
ITEMS = size(100, tiny=10)
MOVED = ITEMS // 10
ROUNDS = size(3, tiny=1)
GOAL = 1.0
JUNE, SEPTEMBER = dt.date(2026, 6, 30), dt.date(2026, 9, 30)


def measured() -> dict[str, Any]:
    """Issue and amend checklists on a server of their own, and return the claim's line."""
    with ground.postgres() as server:
        dsn = ground.migrated(server, "amending_bench", "tasks")
        database = Database(dsn, options=LONG)
        lead_id, group_id = make_county(database, UNITS)
        bench = _Bench(TasksService(database), lead_id, group_id)
        amended, issued = zip(*(bench.round() for _ in range(ROUNDS)), strict=True)
        database.close()
    return _line(UNITS * MOVED / median(amended), UNITS * ITEMS / median(issued))


class _Bench:
    """One person's calls on one service."""

    def __init__(self, service: TasksService, lead_id: int, group_id: int) -> None:
        self._service, self._lead_id, self._group_id = service, lead_id, group_id

    def round(self) -> tuple[float, float]:
        """Seconds of amending and of issuing."""
        database = self._service.database
        drafted = draft(database)
        for number in range(ITEMS):
            add_row(database, drafted, f"事项{number}", units=[group(self._group_id)], due_on=JUNE)
        run_outside(database, "VACUUM")
        started = time.perf_counter()
        self._call("issue_checklist", checklist_id=drafted.id, version=1)
        work_off(database)
        issued = time.perf_counter() - started
        return self._amend(database, drafted), issued

    def _amend(self, database: Database, drafted: Drafted) -> float:
        draft_id = self._call("start_amendment", checklist_id=drafted.id)["checklist_id"]
        with database.transaction() as cur:
            cur.execute(
                "UPDATE checklist_row SET due_on = %s WHERE id IN (SELECT id FROM checklist_row"
                " WHERE checklist_id = %s AND level = 4 ORDER BY id LIMIT %s)",
                (SEPTEMBER, draft_id, MOVED),
            )
        seen = self._call("preview_amendment", checklist_id=draft_id)
        assert seen["changed"] == UNITS * MOVED, seen["changed"]
        run_outside(database, "VACUUM")
        started = time.perf_counter()
        self._call(
            "issue_amendment", checklist_id=draft_id, version=seen["version"], seen=seen["seen"], reason="时限调整"
        )
        work_off(database)
        taken = time.perf_counter() - started
        (found,) = fetch(
            database,
            "SELECT count(*) AS moved FROM duty WHERE checklist_id = %s AND due_on = %s",
            (drafted.id, SEPTEMBER),
        )
        assert found.moved == UNITS * MOVED
        return taken

    def _call(self, operation: str, **params: Any) -> dict[str, Any]:
        asked = {
            "person_id": self._lead_id,
            "params": params,
            "command_id": str(uuid4()),
            "correlation_id": "bench",
        }
        reply = self._service.perform(operation, asked)
        assert "answer" in reply, reply
        answer: dict[str, Any] = reply["answer"]
        return answer


def _line(value: float, baseline: float) -> dict[str, Any]:
    ratio = value / baseline
    return {
        "claim": "an amendment that touches 10,000 of 100,000 duties is as fast per duty as issuing",
        "value": round(value),
        "unit": "duties/s",
        "baseline": round(baseline),
        "ratio": round(ratio, 3),
        "goal": GOAL,
        "met": ratio >= GOAL,
    }


def main() -> str:
    return json.dumps(measured(), ensure_ascii=False)


if __name__ == "__main__":
    print(main())
