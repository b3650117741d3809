"""The job that makes the duties of an issued checklist, and lets them follow an amended one and another calendar of
working days, in steps that each commit. It also closes the accounts of those who no longer stand in for somebody.

Killed anywhere, it goes on; any number of issuers may run.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from services.tasks.calendar.moving import move_a_chunk
from services.tasks.issuing.steps import finish_a_run, make_a_chunk, prepare_a_run
from services.tasks.posts.holding import close_one_that_is_over
from services.tasks.revisions.steps import amend_a_chunk, finish_an_amendment, prepare_an_amendment
from shared import calendars
from shared.database import Cursor, Database
from shared.limits import ISSUER
from shared.process import health, logs, memory
from shared.process.loop import Loop, run, stop_on_signals
from shared.process.monitoring import watch_process
from shared.process.needs import Needs

log = logging.getLogger(__name__)

# Whoever clicked watches the progress page.
IDLE_SECONDS = 0.5
LIMITS = {"issuer": ISSUER.stuck}
AT_WORK = "issuing"


def issue_next_chunk(database: Database) -> bool:
    """Do one step of whatever run needs one; False when there is nothing to do."""
    return _committed(database, close_one_that_is_over) or _committed(database, _one_of_the_runs)


class Issuer(Loop):
    """An issuer in a thread of its own, for the embedded mode."""

    def __init__(self, database: Database) -> None:
        super().__init__("issuer", lambda: _step(database))


def issuer_process(needs: Needs) -> None:
    """Run an issuer until SIGTERM; a plain process without eventlet. Ends itself when it stands still."""
    logs.configure("issuer")
    stopping = stop_on_signals()
    pulse = health.Pulse()
    health.watch_in_thread(pulse, LIMITS)
    monitor = watch_process(needs, pulse=pulse, limits=LIMITS, works=[AT_WORK])
    monitor.readiness.wait_for_servers(stopping.is_set)
    database = Database(needs.database_url, size=1)
    database.begin_with(calendars.begin)

    def step() -> float:
        pulse.beat("issuer")
        pause = _step(database)
        pulse.beat(AT_WORK)
        return pause

    memory.settle()
    run("issuer", step, stopping)
    monitor.readiness.drain()
    database.close()
    monitor.stop()
    log.info("issuer stopped")


def _step(database: Database) -> float:
    return 0.0 if issue_next_chunk(database) else IDLE_SECONDS


def _committed(database: Database, step: Callable[[Cursor], bool]) -> bool:
    with database.transaction() as cur:
        return step(cur)


def _one_of_the_runs(cur: Cursor) -> bool:
    # In one transaction: nearly always there is no run, and each look would have its own of four round trips.
    return any(step(cur) for step in STEPS)


STEPS = (
    make_a_chunk,
    amend_a_chunk,
    move_a_chunk,
    prepare_a_run,
    prepare_an_amendment,
    finish_a_run,
    finish_an_amendment,
)
