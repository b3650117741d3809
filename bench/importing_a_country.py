"""Importing a country's 41,352 units takes for each at most half as long again as importing a tenth of them.

Measured is `import_units` of a CSV file into an empty directory, of all units, and the baseline is a tenth of them in
another database. `megabytes` is the most memory that the process had.
"""

from __future__ import annotations

import json
import time
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench.support import ground
from bench.support.size import size
from services.tasks.service import TasksService
from shared.calling.caller import Call, unwrap
from shared.calling.chunks import as_text, chunks_of
from shared.database import Database
from shared.rows import value
from tests.support.country import PER_COUNTY, TOWNSHIPS

UNITS = size(TOWNSHIPS, tiny=100)
ROUNDS = size(2, tiny=1)
GOAL = 15.0
MOST_SECONDS = 5.0
MOST_MEGABYTES = 200
HEADINGS = "code,name,kind,parent_code,aliases\n"


def measured() -> dict[str, Any]:
    """Import both directories, each into databases of its own, and return the claim's line."""
    taken: dict[int, list[float]] = {UNITS: [], UNITS // 10: []}
    with ground.postgres() as server:
        for number in range(ROUNDS):
            # In turn, so that both meet the same machine.
            for units, found in taken.items():
                dsn = ground.migrated(server, f"import_bench_{units}_{number}", "tasks")
                found.append(_seconds_of_import(dsn, units))
    return _line(min(taken[UNITS]), min(taken[UNITS // 10]))


def _seconds_of_import(dsn: str, units: int) -> float:
    database = Database(dsn)
    service, person_id, file_id = TasksService(database), _administrator(database), str(uuid4())
    for number, chunk in enumerate(chunks_of(BytesIO(_file(units).encode()))):
        _do(service, person_id, "put_file", file_id=file_id, name="a.csv", number=number, content=as_text(chunk))
    started = time.perf_counter()
    made = _do(service, person_id, "import_units", file_id=file_id)
    taken = time.perf_counter() - started
    database.close()
    assert made["created"] == units + units // PER_COUNTY + 1
    return taken


def _file(units: int) -> str:
    """Townships below counties."""
    counties = (f"c{number},{number}号县,county,,\n" for number in range(units // PER_COUNTY + 1))
    townships = (
        f"t{number:06},{number}号镇人民政府,township,c{number // PER_COUNTY},{number}号镇\n" for number in range(units)
    )
    return HEADINGS + "".join(counties) + "".join(townships)


def _administrator(database: Database) -> int:
    with database.transaction() as cur:
        cur.execute(
            """
            WITH office AS (INSERT INTO unit (code, name, kind) VALUES ('o', '信息中心', 'department') RETURNING id)
            INSERT INTO person (sign_in_name, display_name, post, unit_id, roles, password_hash, must_change_password)
            SELECT 'admin', 'admin', 'admin', id, '{administrator}', '', false FROM office RETURNING id
            """
        )
        return value(cur, int)


def _do(service: TasksService, person_id: int, operation: str, **params: object) -> dict[str, Any]:
    return unwrap(service.perform(operation, Call(params, person_id, uuid4(), "bench").as_dict()))


def _megabytes() -> int:
    """The most memory that this process had, as Linux keeps it."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1000


def _line(seconds: float, baseline: float) -> dict[str, Any]:
    ratio, megabytes = seconds / baseline, _megabytes()
    return {
        "claim": "importing a country's 41,352 units takes at most fifteen times as long as a tenth of them, five "
        "seconds and 200 MB",
        "value": round(seconds, 2),
        "unit": "s",
        "baseline": round(baseline, 2),
        "ratio": round(ratio, 2),
        "megabytes": megabytes,
        "goal": GOAL,
        "goal_of_seconds": MOST_SECONDS,
        "goal_of_megabytes": MOST_MEGABYTES,
        "met": ratio <= GOAL and seconds <= MOST_SECONDS and megabytes <= MOST_MEGABYTES,
    }


def main() -> str:
    return json.dumps(measured(), ensure_ascii=False)


if __name__ == "__main__":
    print(main())
