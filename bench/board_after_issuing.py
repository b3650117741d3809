"""100,000 duties are issued: how long after the last of them is made the boards and the reminders know them all.

The real processes of the distributed mode, issuer, relay and consumers, all at once on one machine. The baseline is the
issuing itself, from the first chunk to the last.
"""

from __future__ import annotations

import datetime as dt
import time

from bench.issuing import ask_to_issue, make_county
from bench.support.nodes import Nodes, line, running
from bench.support.size import size
from services.tasks.service import TasksService
from tests.support.checklists import add_row, draft, group
from tests.support.eventually import eventually

UNITS = size(1000, tiny=10)
ITEMS = size(100, tiny=2)
GOAL_SECONDS = 15
ALL = UNITS * ITEMS

IS_ISSUED = "SELECT coalesce(bool_and(state = 'done'), false) FROM issue_run"
ON_BOARDS = "SELECT coalesce(sum(duties), 0) FROM item_count"
IN_REMINDERS = "SELECT count(*) FROM duty"


def main() -> str:
    with running("tasks", "stats", "notifications") as nodes:
        for command in (("relay", "tasks"), ("service", "stats"), ("service", "notifications"), ("issuer",)):
            nodes.start(*command)
        _ask_for_it(nodes)
        begun = time.perf_counter()
        eventually(lambda: nodes.value("tasks", IS_ISSUED), within=300, message="the list was not issued")
        issued = time.perf_counter()
        eventually(lambda: nodes.value("stats", ON_BOARDS) == ALL, within=300, message="duties are lacking on boards")
        on_boards = time.perf_counter() - issued
        eventually(lambda: nodes.value("notifications", IN_REMINDERS) == ALL, within=300, message="duties are lacking")
        value = time.perf_counter() - issued
    return line(
        f"seconds from the last of {ALL:,} duties made until boards ({on_boards:.1f} s) and reminders know all of them;"
        " the baseline is the issuing",
        value,
        "s",
        baseline=issued - begun,
        goal=GOAL_SECONDS,
        met=value < GOAL_SECONDS,
    )


def _ask_for_it(nodes: Nodes) -> None:
    """Ask for a list of all items for all units, as the lead bureau's click does; the issuer does the rest."""
    database = nodes.databases["tasks"]
    lead_id, group_id = make_county(database, UNITS)
    drafted = draft(database)
    for number in range(ITEMS):
        add_row(database, drafted, f"事项{number}", units=[group(group_id)], due_on=dt.date(2026, 12, 30))
    ask_to_issue(TasksService(database), lead_id, drafted.id)


if __name__ == "__main__":
    print(main())
