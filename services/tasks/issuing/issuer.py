"""The job that makes the duties of an issued checklist, in steps that each commit: killed anywhere, it goes on.

Any number of issuers may run. Each step is claimed with SKIP LOCKED; finishing is a step of its own, because two
issuers with the last two chunks each see the other's still open.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from services.tasks.issuing import amend_store, queries, store
from services.tasks.issuing.issuing import announcement, units_rows
from shared.database import Cursor, Database
from shared.delivery import outbox
from shared.limits import ISSUER
from shared.process import health, logs
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
    return any(_committed(database, step) for step in STEPS)


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

    def step() -> float:
        pulse.beat("issuer")
        pause = _step(database)
        pulse.beat(AT_WORK)
        return pause

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


def _prepare_a_run(cur: Cursor) -> bool:
    claimed = store.claim_unprepared_run(cur)
    if claimed is None:
        return False
    rows = units_rows(cur, claimed.checklist_id)
    periods = queries.periods_of_items(cur, claimed.id)
    store.prepare_run(cur, claimed, [(item, rows[item], number) for item, number in periods if item in rows])
    log.info("issue run prepared", extra={"run_id": claimed.id, "checklist_id": claimed.checklist_id})
    return True


def _make_a_chunk(cur: Cursor) -> bool:
    chunk = store.claim_chunk(cur)
    if chunk is None:
        return False
    duties = store.make_duties(cur, chunk)
    store.finish_chunk(cur, chunk, duties)
    log.info("chunk issued", extra={"run_id": chunk.run_id, "chunk": chunk.number, "duties": duties})
    return True


def _prepare_an_amendment(cur: Cursor) -> bool:
    claimed = amend_store.claim_unprepared(cur)
    if claimed is None:
        return False
    rows = units_rows(cur, claimed.checklist_id)
    periods = queries.periods_of_items(cur, claimed.run_id)
    amend_store.prepare(cur, claimed, [(item, rows[item], number) for item, number in periods if item in rows])
    log.info("amendment prepared", extra={"amendment_id": claimed.id, "checklist_id": claimed.checklist_id})
    return True


def _amend_a_chunk(cur: Cursor) -> bool:
    chunk = amend_store.claim_chunk(cur)
    if chunk is None:
        return False
    done = amend_store.amend_duties(cur, chunk)
    amend_store.finish_chunk(cur, chunk, done)
    log.info("chunk amended", extra={"amendment_id": chunk.amendment_id, "chunk": chunk.number, **done._asdict()})
    return True


def _finish_an_amendment(cur: Cursor) -> bool:
    finished = amend_store.claim_finished(cur)
    if finished is None:
        return False
    amend_store.finish(cur, finished.id)
    checklist = store.set_checklist_state(cur, finished.checklist_id, "issued")
    outbox.add(cur, [announcement(checklist)], correlation_id=finished.correlation_id)
    log.info("checklist amended", extra={"amendment_id": finished.id, "checklist_id": finished.checklist_id})
    return True


def _finish_a_run(cur: Cursor) -> bool:
    finished = store.claim_finished_run(cur)
    if finished is None:
        return False
    store.finish_run(cur, finished.id)
    checklist = store.set_checklist_state(cur, finished.checklist_id, "issued")
    outbox.add(cur, [announcement(checklist)], correlation_id=finished.correlation_id)
    log.info("checklist issued", extra={"run_id": finished.id, "checklist_id": finished.checklist_id})
    return True


STEPS = (
    _make_a_chunk,
    _amend_a_chunk,
    _prepare_a_run,
    _prepare_an_amendment,
    _finish_a_run,
    _finish_an_amendment,
)
