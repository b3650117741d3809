"""Issuing 100 items to each of 41,352 units while all that hear of it take it in: the memory of each process.

Issuer, relay, tasks, boards and reminders run as the distributed mode runs them. Printed is the most memory that each
process ever had, as Linux keeps it, and how long after the last duty the last of them knew all.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from pathlib import Path
from typing import Any

from bench.board_after_issuing import IN_REMINDERS, IS_ISSUED, ON_BOARDS
from bench.issuing import ask_to_issue, make_county
from bench.support.nodes import Nodes, running
from bench.support.size import size
from services.tasks.service import TasksService
from tests.support.checklists import add_row, draft, group
from tests.support.country import TOWNSHIPS
from tests.support.eventually import eventually

UNITS = size(TOWNSHIPS, tiny=400)
ITEMS = size(100, tiny=5)
MOST_MEGABYTES = 200
WITHIN_SECONDS = 1800
PROCESSES = (
    ("service", "tasks"),
    ("service", "stats"),
    ("service", "notifications"),
    ("relay", "tasks"),
    ("relay", "stats"),
    ("relay", "notifications"),
    ("issuer",),
)


def measured() -> dict[str, Any]:
    """Issue once, and return the claim's line."""
    duties = UNITS * ITEMS
    with running("tasks", "stats", "notifications") as nodes:
        pids = {" ".join(command): nodes.start(*command).pid for command in PROCESSES}
        _ask_for_it(nodes)
        begun = time.perf_counter()
        eventually(lambda: nodes.value("tasks", IS_ISSUED), within=WITHIN_SECONDS, message="the list was not issued")
        issued = time.perf_counter()
        eventually(lambda: nodes.value("stats", ON_BOARDS) == duties, within=WITHIN_SECONDS, message="boards lack some")
        eventually(
            lambda: nodes.value("notifications", IN_REMINDERS) == duties,
            within=WITHIN_SECONDS,
            message="reminders lack some",
        )
        known = time.perf_counter()
        megabytes = {name: most_megabytes(pid) for name, pid in pids.items()}
    return {
        "claim": "while 100 items are issued to each of 41,352 units no process takes more than 200 MB",
        "value": max(megabytes.values()),
        "unit": "MB",
        "megabytes": megabytes,
        "duties": duties,
        "seconds_of_issuing": round(issued - begun, 1),
        "seconds_until_known": round(known - issued, 1),
        "goal": MOST_MEGABYTES,
        "met": max(megabytes.values()) <= MOST_MEGABYTES,
    }


def most_megabytes(pid: int) -> int:
    """The most memory that a process ever had, as Linux keeps it."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return round(int(found.split()[1]) / 1000)


def _ask_for_it(nodes: Nodes) -> None:
    database = nodes.databases["tasks"]
    lead_id, group_id = make_county(database, UNITS)
    drafted = draft(database)
    for number in range(ITEMS):
        due_on = dt.date(2027, 1 + number % 12, 28)
        add_row(database, drafted, f"事项{number}", units=[group(group_id)], due_on=due_on)
    ask_to_issue(TasksService(database), lead_id, drafted.id)


def main() -> str:
    return json.dumps(measured(), ensure_ascii=False)


if __name__ == "__main__":
    said = main()
    print(said)
    sys.exit(0 if json.loads(said)["met"] else 1)
