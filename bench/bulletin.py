"""A county's bulletin is made in under 3 s: facts read and frozen, text composed, the Word document rendered.

She County's size: 28 townships with 100 items each, nine targets with a year of figures, a report that not all have
handed in. Measured are the operations of stats with their JSON: `make_bulletin`, as of yesterday, and all parts of its
file; the slowest of the turns counts. The baseline is the rendering alone.
"""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
import time
import zipfile
from typing import Any
from uuid import uuid4

from bench.support import ground
from bench.support.boards import CHECKLIST, ITEMS, TODAY, full_boards
from bench.support.nodes import line
from bench.support.size import size
from services.stats.bulletin.rendering import render
from services.stats.bulletin.showing import existing, sheet_of
from services.stats.service import StatsService
from shared.calling.caller import Call, unwrap
from tests.support.figures import a_fact, a_round, an_indicator, recorded

TOWNSHIPS = 28
ROUNDS = size(10, tiny=2)
TARGETS = 9
GOAL_SECONDS = 3
LEAD = 2


def main() -> str:
    with ground.postgres() as server, full_boards(server, "county", duties=TOWNSHIPS * ITEMS) as service:
        _prepare(service)
        taken = [_seconds(service, TODAY - dt.timedelta(days=1 + turn)) for turn in range(ROUNDS)]
    made, rendered, told = max(taken), max(one[1] for one in taken), taken[0][2]
    return line(
        f"seconds until a bulletin of {TOWNSHIPS} townships x {ITEMS} items and {TARGETS} targets is a Word document"
        f" ({told}); the baseline is its rendering alone",
        made[0],
        "s",
        baseline=rendered,
        goal=GOAL_SECONDS,
        met=made[0] < GOAL_SECONDS,
    )


def _prepare(service: StatsService) -> None:
    with service.database.transaction() as cur:
        cur.execute(
            "INSERT INTO person (id, unit_id, roles, is_active, version) VALUES (%s, 1, '{lead_bureau}', true, 1)",
            (LEAD,),
        )
        # Below one county, whose figures the targets are about.
        cur.execute("INSERT INTO unit VALUES (1000, 'A', '县', 'county', NULL, true, 1)")
        cur.execute("UPDATE unit SET parent_id = 1000 WHERE id <> 1000")
    indicators = [an_indicator(service.database, f"I{number}", decimals=0) for number in range(TARGETS)]
    for indicator_id in indicators:
        _call(
            service,
            "save_target",
            {
                "indicator_id": indicator_id,
                "comparator": "at_least",
                "value": "8000",
                "first_month": "2026",
                "last_month": "2027",
            },
        )
        recorded(
            service.database,
            *(
                a_fact(indicator_id, unit_id, f"2026-{month:02}", str(unit_id + month))
                for unit_id in range(1, TOWNSHIPS + 1)
                for month in range(1, 11)
            ),
        )
    a_round(service.database, indicators, "2026-10", list(range(1, TOWNSHIPS + 1)))
    with service.database.transaction() as cur:
        cur.execute("UPDATE round SET due_on = %s", (dt.date(2026, 11, 5),))


def _seconds(service: StatsService, day: dt.date) -> tuple[float, float, str]:
    """How long all of it took, and the rendering of it, and how large it is."""
    asked = {"checklist_id": CHECKLIST, "kind": "month", "as_of": day.isoformat()}
    began = time.perf_counter()
    bulletin_id = _call(service, "make_bulletin", asked)["bulletin_id"]
    content, number, is_last = b"", 0, False
    while not is_last:
        part = _call(service, "get_bulletin_file", {"bulletin_id": bulletin_id, "number": number})
        content, number, is_last = content + base64.b64decode(part["content"]), number + 1, part["is_last"]
    taken = time.perf_counter() - began
    with service.database.transaction() as cur:
        actor = service.load_actor(cur, LEAD)
        assert actor is not None
        sheet = sheet_of(existing(cur, actor, bulletin_id))
    began = time.perf_counter()
    assert render(sheet) == content
    rendered = time.perf_counter() - began
    rows = sum(len(table.rows) for table in sheet.tables)
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    return taken, rendered, f"{len(sheet.tables)} tables with {rows} rows, {len(content) // 1000} kB"


def _call(service: StatsService, operation: str, params: dict[str, Any]) -> dict[str, Any]:
    asked = Call(params, LEAD, uuid4(), "bench")
    answer = unwrap(service.perform(operation, json.loads(json.dumps(asked.as_dict()))))
    json.dumps(answer)
    return answer


if __name__ == "__main__":
    print(main())
