"""Issuing 100 items to each of 41,352 units: how long, in how much memory, and what a killed issuer loses or doubles.

One issuer process makes 4.1 million duties. It is killed with -9 after a third of the chunks and another one after two
thirds, each time in the middle of a chunk, and the next one goes on. `python -m bench.large.issuing undisturbed` kills
nobody.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil

from bench.issuing import LONG, ask_to_issue, make_county
from bench.support import ground
from bench.support.size import size
from services.tasks.service import TasksService
from shared.calling.caller import Call, unwrap
from shared.database import Database
from tests.support.checklists import add_row, draft, fetch, group
from tests.support.country import TOWNSHIPS
from tests.support.processes import ServerProcess, make_folder, remove_folder

ROOT = Path(__file__).parents[2]
UNITS = size(TOWNSHIPS, tiny=400)
ITEMS = size(100, tiny=25)
MOST_SECONDS = 240
MOST_MEGABYTES = 200
PAUSE = size(100, tiny=5) / 1000


@dataclass
class Issuers:
    """One process after another; `megabytes` is the most memory that any of them had, `cpu` the seconds of all."""

    dsn: str
    folder: Path = field(default_factory=lambda: make_folder("bench-issuers"))
    megabytes: float = 0.0
    killed: int = 0
    _cpu: dict[int, float] = field(default_factory=dict)
    _process: ServerProcess | None = None

    @property
    def process(self) -> ServerProcess:
        if self._process is None:
            environment = os.environ | {"QINGDAN_TASKS_DATABASE_URL": self.dsn, "QINGDAN_MONITOR_PORT": "0"}
            command = [sys.executable, "-m", "services.cli", "issuer"]
            log = self.folder / f"{self.killed}.log"
            self._process = ServerProcess(command, folder=ROOT, log=log, environment=environment)
        return self._process

    def look(self) -> None:
        """Note how much memory the process has had so far, as Linux keeps it."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = next((line for line in status.splitlines() if line.startswith("VmHWM")), "VmHWM: 0 kB")
        self.megabytes = max(self.megabytes, int(found.split()[1]) / 1000)
        self._cpu[self.process.pid] = seconds_of_cpu(self.process.pid)

    @property
    def cpu(self) -> float:
        return sum(self._cpu.values())

    def kill(self) -> None:
        """End the one that is at work with -9; the next look starts another."""
        self.process.kill()
        self._process = None
        self.killed += 1

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate(15)
        remove_folder(self.folder)


def seconds_of_cpu(pid: int) -> float:
    """Of a process with those that it started, also those that are gone."""
    processes = [psutil.Process(pid)]
    processes += processes[0].children(recursive=True)
    total = 0.0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            used = process.cpu_times()
            total += used.user + used.system
    gone = processes[0].cpu_times()
    return total + gone.children_user + gone.children_system


def measured(*, kills: int) -> dict[str, Any]:
    """Issue once on a server of its own, and return the claim's line."""
    with ground.postgres() as server:
        dsn = ground.migrated(server, "country_issuing_bench", "tasks")
        database = Database(dsn, options=LONG)
        lead_id, checklist_id = _a_draft(database)
        previewed, asked = _asked(TasksService(database), lead_id, checklist_id)
        issuers, used_before = Issuers(dsn), seconds_of_cpu(server.pid)
        try:
            issued = _seconds_of_issuing(database, issuers, kills=kills)
        finally:
            issuers.stop()
        used = seconds_of_cpu(server.pid) - used_before
        found = _found(database)
        database.close()
    more = {"preview_seconds": previewed, "click_seconds": asked, "cpu_seconds_of_postgresql": round(used, 1)}
    return _line(issued, issuers, found) | more


def _a_draft(database: Database) -> tuple[int, int]:
    lead_id, group_id = make_county(database, UNITS)
    drafted = draft(database)
    for number in range(ITEMS):
        due_on = dt.date(2027, 1 + number % 12, 28)
        add_row(database, drafted, f"事项{number}", units=[group(group_id)], due_on=due_on)
    return lead_id, drafted.id


def _asked(service: TasksService, lead_id: int, checklist_id: int) -> tuple[float, float]:
    """Seconds of the preview and of the click."""
    started = time.perf_counter()
    call = Call({"checklist_id": checklist_id, "busy_above": 10}, lead_id, uuid4(), "bench").as_dict()
    assert unwrap(service.perform("preview_issue", call))["duties"] == UNITS * ITEMS
    previewed = time.perf_counter() - started
    ask_to_issue(service, lead_id, checklist_id)
    return round(previewed, 2), round(time.perf_counter() - started - previewed, 2)


def _seconds_of_issuing(database: Database, issuers: Issuers, *, kills: int) -> float:
    """From the click to the last duty, with the start of each process."""
    started = time.perf_counter()
    while True:
        issuers.look()
        (run,) = fetch(
            database,
            """
            SELECT state, (SELECT count(*) FROM issue_chunk) AS chunks,
                (SELECT count(*) FROM issue_chunk WHERE is_done) AS done
            FROM issue_run
            """,
        )
        if run.state == "done":
            return time.perf_counter() - started
        if issuers.killed < kills and run.done * (kills + 1) > run.chunks * (issuers.killed + 1):
            issuers.kill()
        time.sleep(PAUSE)


def _found(database: Database) -> Any:
    """What lies there, counted anew: duties, places, those announced, and announcements of one that was announced."""
    (found,) = fetch(
        database,
        """
        WITH told AS (
            SELECT (duty ->> 'duty_id')::bigint AS id
            FROM outbox CROSS JOIN jsonb_array_elements(payload -> 'duties') AS duty WHERE type = 'duties.issued.v1'
        )
        SELECT (SELECT count(*) FROM duty) AS duties,
            (SELECT count(*) FROM (SELECT DISTINCT unit_id, item_id, period FROM duty) AS place) AS places,
            (SELECT count(*) FROM told) AS told,
            (SELECT count(*) FROM (SELECT id FROM told INTERSECT SELECT id FROM duty) AS announced) AS known
        """,
    )
    return found


def _line(issued: float, issuers: Issuers, found: Any) -> dict[str, Any]:
    due = UNITS * ITEMS
    is_whole = {found.duties, found.places, found.told, found.known} == {due}
    return {
        "claim": "issuing 100 items to each of 41,352 units takes less than four minutes and 200 MB, and a killed "
        "issuer loses and doubles nothing",
        "value": round(issued, 1),
        "unit": "s",
        "duties": found.duties,
        "duties_a_second": round(due / issued),
        "lost": due - found.known,
        "doubled": found.duties - found.places + found.told - found.known,
        "killed": issuers.killed,
        "megabytes": round(issuers.megabytes),
        "cpu_seconds": round(issuers.cpu, 1),
        "goal": MOST_SECONDS,
        "goal_of_megabytes": MOST_MEGABYTES,
        "met": is_whole and issued <= MOST_SECONDS and issuers.megabytes <= MOST_MEGABYTES,
    }


def main(kills: int = 2) -> str:
    return json.dumps(measured(kills=kills), ensure_ascii=False)


if __name__ == "__main__":
    said = main(0 if sys.argv[1:] == ["undisturbed"] else 2)
    print(said)
    sys.exit(0 if json.loads(said)["met"] else 1)
