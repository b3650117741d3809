"""From the reply to a unit's click to the counter that shows it, in the distributed mode.

A duty is marked done by a call to the tasks service, as the portal does it; the clock runs from the reply until the
stats service's counter has moved. The baseline is the call itself, measured in the same clicks: what the person waits
for anyway.
"""

from __future__ import annotations

import datetime as dt
import time
from statistics import median
from typing import NamedTuple
from uuid import uuid4

from bench.issuing import ask_to_issue
from bench.support.nodes import Nodes, line, running
from bench.support.size import size
from services.tasks.service import TasksService
from shared.calling.caller import Call
from shared.calling.rpc import RpcCaller
from shared.rows import many, values
from tests.support.checklists import add_row, draft, lead, work_off
from tests.support.eventually import eventually

CLICKS = size(100, tiny=3)
WARM_UP = size(10, tiny=1)
GOAL_MS = 10

DONE = "SELECT coalesce(sum(duties), 0) FROM unit_count WHERE bucket <> 'open'"
KNOWN = "SELECT count(*) FROM duty"


class Duty(NamedTuple):
    id: int
    version: int


def main() -> str:
    with running("tasks", "stats") as nodes:
        staff_id = _issue(nodes)
        nodes.start("service", "tasks")
        nodes.start("service", "stats")
        nodes.start_module("bench.support.relay_to_stats", nodes.databases["tasks"].dsn, nodes.broker_url)
        eventually(
            lambda: nodes.value("stats", KNOWN) == CLICKS + WARM_UP,
            within=60,
            message="stats did not hear of the duties",
        )
        with nodes.caller() as caller:
            eventually(lambda: caller.call("tasks", "who_am_i", Call({}, person_id=staff_id)), within=60)
            clicks = [_click(nodes, caller, staff_id, duty) for duty in _duties(nodes)]
    calls, delays = zip(*clicks[WARM_UP:], strict=True)
    value = median(delays) * 1000
    return line(
        "milliseconds from the reply to a click to the counter, median; the baseline is the click's own call",
        value,
        "ms",
        baseline=median(calls) * 1000,
        goal=GOAL_MS,
        met=value < GOAL_MS,
    )


def _issue(nodes: Nodes) -> int:
    """One township with a duty for each click; returns its person."""
    database = nodes.databases["tasks"]
    with database.transaction() as cur:
        cur.execute(
            """
            INSERT INTO unit (code, name, kind)
            VALUES ('L', '县人社局', 'lead'), ('T', '徽城镇', 'township') RETURNING id
            """
        )
        bureau, town = values(cur, int)
        cur.execute(
            """
            INSERT INTO person (sign_in_name, display_name, post, unit_id, roles, password_hash, must_change_password)
            VALUES ('lead', 'lead', 'lead', %s, '{lead_bureau}', '', false),
                ('staff', 'staff', 'staff', %s, '{unit_staff}', '', false)
            RETURNING id
            """,
            (bureau, town),
        )
        lead_id, staff_id = values(cur, int)
    drafted = draft(database)
    for number in range(CLICKS + WARM_UP):
        add_row(database, drafted, f"事项{number}", units=[lead(town)], due_on=dt.date(2027, 6, 30))
    ask_to_issue(TasksService(database), lead_id, drafted.id)
    work_off(database)
    return staff_id


def _duties(nodes: Nodes) -> list[Duty]:
    with nodes.databases["tasks"].transaction() as cur:
        cur.execute("SELECT id, version FROM duty ORDER BY id")
        return many(cur, Duty)


def _click(nodes: Nodes, caller: RpcCaller, staff_id: int, duty: Duty) -> tuple[float, float]:
    """Seconds of the call, and from its reply to the counter."""
    before = nodes.value("stats", DONE)
    params = {"duties": [{"duty_id": duty.id, "version": duty.version}]}
    clicked = time.perf_counter()
    caller.call("tasks", "submit_duties", Call(params, person_id=staff_id, command_id=uuid4()))
    replied = time.perf_counter()
    eventually(lambda: nodes.value("stats", DONE) > before, within=10, message="the click was not counted")
    return replied - clicked, time.perf_counter() - replied


if __name__ == "__main__":
    print(main())
