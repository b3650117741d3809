"""A hundred people of a hundred units, each with duties, in a running product of either mode."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from bench.support import product
from bench.support.clerks import Clerk, cursor, dsn, people, signed_in, spread
from bench.support.size import size
from services.tasks.service import TasksService
from shared.database import Database
from tests.support.checklists import add_row, draft, lead
from tests.support.eventually import eventually

PEOPLE = size(100, tiny=3)
# What each person does while it is measured, and before.
CLICKS = size(3, tiny=1)
WARM_UP = size(2, tiny=1)
# Twenty-five a second; on one machine the people's own work counts too.
STRETCH_SECONDS = size(12, tiny=1)
TICK = re.compile(r'name="duties" value="(\d+:\d+)"')


class Times(NamedTuple):
    """Seconds of each request, from the moment it was due to its answer."""

    reading: list[float]
    submitting: list[float]


@cache
def times_in(mode: str) -> Times:
    """Start the product in a mode with the example in it, let the people work, and end it; once in a process."""
    with product.example(mode) as (home, port):
        return measured(home, port)


def measured(home: Path, port: int) -> Times:
    """Let the people work in a running product."""
    members = people(home, PEOPLE)
    issue(home, [member.unit_id for member in members], items=CLICKS + WARM_UP)
    clerks = [signed_in(port, member.name) for member in members]
    ticks = {id(clerk): TICK.findall(clerk.read("/duties")) for clerk in clerks}
    for clerk in clerks:
        for tick in ticks[id(clerk)][CLICKS:]:
            mark_done(clerk, tick)
    reading = spread(clerks, lambda clerk, _: _read(clerk), seconds=STRETCH_SECONDS, times=CLICKS)
    submitting = spread(
        clerks,
        lambda clerk, number: mark_done(clerk, ticks[id(clerk)][number]),
        seconds=STRETCH_SECONDS,
        times=CLICKS,
    )
    _check(home, [member.unit_id for member in members])
    return Times(reading, submitting)


def mark_done(clerk: Clerk, tick: str) -> None:
    """Send the form of the list with one duty ticked; the same page serves for all, as a person goes back to it."""
    kept = {name: value for name, value in clerk.fields.items() if name in ("csrf_token", "back")}
    clerk.ask("POST", "/duties/done", {**kept, "command_id": str(uuid4()), "duties": tick, "note": ""})


def issue(home: Path, unit_ids: list[int], *, items: int) -> None:
    """Items that each of the units has, issued by the running product."""
    database = Database(dsn(home, "tasks"))
    drafted = draft(database, title="负荷清单", year=2027)
    for number in range(items):
        due_on = dt.date(2027, 6, 30)
        add_row(database, drafted, f"负荷事项{number}", units=[lead(unit_id) for unit_id in unit_ids], due_on=due_on)
    with cursor(home, "tasks") as cur:
        cur.execute("SELECT id FROM person WHERE 'lead_bureau' = ANY (roles) LIMIT 1")
        (lead_id,) = cur.fetchone()
    asked = {
        "person_id": lead_id,
        "params": {"checklist_id": drafted.id, "version": drafted.version},
        "command_id": str(uuid4()),
        "correlation_id": "bench",
    }
    reply = TasksService(database).perform("issue_checklist", asked)
    assert "answer" in reply, reply
    wanted = len(unit_ids) * items
    eventually(lambda: _made(home, drafted.id) == wanted, within=60, message="the duties were not made")
    database.close()


def _made(home: Path, checklist_id: int) -> int:
    with cursor(home, "tasks") as cur:
        cur.execute("SELECT count(*) FROM duty WHERE checklist_id = %s", (checklist_id,))
        return int(cur.fetchone()[0])


def _read(clerk: Clerk) -> None:
    clerk.ask("GET", "/duties")


def _check(home: Path, unit_ids: list[int]) -> None:
    with cursor(home, "tasks") as cur:
        cur.execute("SELECT count(*) FROM duty WHERE unit_id = ANY (%s) AND state <> 'accepted'", (unit_ids,))
        assert cur.fetchone()[0] == 0, "some duties are not done"
