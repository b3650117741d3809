"""The lists behind the board of a past day among 1,000,000 duties, each in under 300 ms; the baseline is that of today.

Measured are the operations of stats with their JSON, on three past days: the duties behind a number, those of a
word in their units' names, a page in the middle, a measure with its tasks, an item with its units, units by results,
and units by measures.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from collections.abc import Sequence
from statistics import median
from typing import Any
from uuid import uuid4

from bench.boards import PAST_DAYS
from bench.support import ground
from bench.support.boards import CHECKLIST, full_boards
from bench.support.nodes import line
from bench.support.size import size
from services.stats.service import StatsService
from shared.calling.caller import Call, unwrap

DUTIES = size(1_000_000, tiny=3_000)
ROUNDS = size(5, tiny=1)
GOAL_MS = 300
MEASURE, ITEM = 11, 1001
OF_CHECKLIST = {"checklist_id": CHECKLIST}
LISTS: dict[str, tuple[str, dict[str, Any]]] = {
    "overdue": ("find_duties", {**OF_CHECKLIST, "light": "overdue"}),
    "done": ("find_duties", {**OF_CHECKLIST, "light": "done"}),
    "all, in the middle": ("find_duties", {**OF_CHECKLIST, "page": size(10_000, tiny=10)}),
    "of a unit": ("find_duties", {**OF_CHECKLIST, "unit_id": 7}),
    "overdue of some units": ("find_duties", {**OF_CHECKLIST, "light": "overdue", "unit_text": "单位12"}),
    "a measure": ("row_board", {"row_id": MEASURE}),
    "an item": ("item_board", {"row_id": ITEM}),
    "units": ("units_board", {**OF_CHECKLIST}),
    "units by measures": ("matrix", {**OF_CHECKLIST}),
}


def main() -> str:
    with ground.postgres() as server, full_boards(server, "lists", duties=DUTIES) as service:
        taken = {name: _of_days(service, *asked, days=PAST_DAYS) for name, asked in LISTS.items()}
        now = {name: _of_days(service, *asked, days=[None]) for name, asked in LISTS.items()}
    told = ", ".join(f"{name} {taken[name]:.0f} (today {now[name]:.0f})" for name in LISTS)
    print(told, file=sys.stderr)
    slowest = max(taken.values())
    return line(
        f"milliseconds of the slowest list as of a past day among {DUTIES:,} duties; of all: {told}",
        slowest,
        "ms",
        baseline=max(now.values()),
        goal=GOAL_MS,
        met=slowest < GOAL_MS,
    )


def _of_days(service: StatsService, operation: str, params: dict[str, Any], *, days: Sequence[dt.date | None]) -> float:
    """The median of the slowest day, in milliseconds."""
    return max(median(_seconds(service, operation, params, day) for _ in range(ROUNDS)) * 1000 for day in days)


def _seconds(service: StatsService, operation: str, params: dict[str, Any], day: dt.date | None) -> float:
    asked = Call({**params, "as_of": day and day.isoformat()}, 1, uuid4(), "bench")
    began = time.perf_counter()
    json.dumps(unwrap(service.perform(operation, json.loads(json.dumps(asked.as_dict())))))
    return time.perf_counter() - began


if __name__ == "__main__":
    print(main())
