"""The preview right after an import of 5,000 items takes at most twice as long as after statistics were gathered.

Measured is `preview_issue` in tables that were never analysed, right after the workbook was imported; the
baseline is the same call on the same draft after ANALYZE.
"""

from __future__ import annotations

import json
import time
from io import BytesIO
from statistics import median
from typing import Any
from uuid import uuid4

from bench.support import ground
from bench.support.size import size
from services.tasks.service import TasksService
from shared.calling.caller import Call, unwrap
from shared.calling.chunks import as_text, chunks_of
from shared.database import Database
from shared.rows import value
from tests.support.plans import without_autovacuum
from tests.support.workbooks import a_workbook

TOWNSHIPS = 28
ITEMS = size(5000, tiny=20)
ROUNDS = size(5, tiny=1)
GOAL = 2.0
LONG = "-c statement_timeout=0 -c timezone=UTC"


def measured() -> dict[str, Any]:
    """Import once, preview before and after ANALYZE, and return the claim's line."""
    with ground.postgres() as server:
        dsn = ground.migrated(server, "preview_bench", "tasks")
        database = Database(dsn, options=LONG)
        lead_id = _county(database)
        service = TasksService(database)
        checklist_id = _import(service, lead_id)
        unanalysed = _seconds(service, lead_id, checklist_id)
        with database.transaction() as cur:
            cur.execute("ANALYZE")
        analysed = _seconds(service, lead_id, checklist_id)
        database.close()
    return _line(unanalysed, analysed)


def _import(service: TasksService, lead_id: int) -> int:
    """The id of a draft with ITEMS items, each for every township."""
    checklist_id: int = _do(service, lead_id, "create_checklist", title="清单", year=2026)["checklist_id"]
    file_id = str(uuid4())
    content = a_workbook(ITEMS, lead="各乡镇人民政府", support="县人社局")
    for number, chunk in enumerate(chunks_of(BytesIO(content))):
        _do(service, lead_id, "put_file", file_id=file_id, name="a.xlsx", number=number, content=as_text(chunk))
    _do(service, lead_id, "import_rows", file_id=file_id, checklist_id=checklist_id)
    return checklist_id


def _seconds(service: TasksService, lead_id: int, checklist_id: int) -> float:
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        preview = _do(service, lead_id, "preview_issue", checklist_id=checklist_id)
        taken.append(time.perf_counter() - started)
        assert preview["duties"] == (TOWNSHIPS + 1) * ITEMS
    return median(taken)


def _do(service: TasksService, person_id: int, operation: str, **params: object) -> dict[str, Any]:
    return unwrap(service.perform(operation, Call(params, person_id, uuid4(), "bench").as_dict()))


def _county(database: Database) -> int:
    """A lead bureau's person, and the townships in a group; tables that nothing analyses."""
    with database.transaction() as cur:
        without_autovacuum(cur)
        cur.execute("INSERT INTO unit (code, name, kind) VALUES ('L', '县人社局', 'lead') RETURNING id")
        lead_unit_id = value(cur, int)
        cur.execute("INSERT INTO unit_group (name) VALUES ('各乡镇人民政府') RETURNING id")
        group_id = value(cur, int)
        cur.execute(
            """
            INSERT INTO unit (code, name, kind)
            SELECT 'T' || n, '乡镇' || n, 'township' FROM generate_series(1, %s) AS n
            """,
            (TOWNSHIPS,),
        )
        cur.execute("INSERT INTO unit_group_member SELECT %s, id FROM unit WHERE kind = 'township'", (group_id,))
        cur.execute(
            """
            INSERT INTO person (sign_in_name, display_name, post, unit_id, roles, password_hash, must_change_password)
            VALUES ('lead', 'lead', 'lead', %s, '{lead_bureau}', '', false) RETURNING id
            """,
            (lead_unit_id,),
        )
        return value(cur, int)


def _line(seconds: float, baseline: float) -> dict[str, Any]:
    ratio = seconds / baseline
    return {
        "claim": "the preview right after an import of 5,000 items takes at most twice as long as after ANALYZE",
        "value": round(seconds, 3),
        "unit": "s",
        "baseline": round(baseline, 3),
        "ratio": round(ratio, 2),
        "goal": GOAL,
        "met": ratio <= GOAL,
    }


def main() -> str:
    return json.dumps(measured(), ensure_ascii=False)


if __name__ == "__main__":
    print(main())
