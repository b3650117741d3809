"""The steps by which a run makes the duties of a checklist; each is a transaction of its own.

Each is claimed with SKIP LOCKED; finishing is a step of its own, because two issuers with the last two chunks each see
the other's still open.
"""

from __future__ import annotations

import logging

from services.tasks.issuing import queries, store
from services.tasks.issuing.issuing import announcement, units_rows
from services.tasks.samples import store as samples
from shared.database import Cursor
from shared.delivery import outbox

log = logging.getLogger(__name__)


def prepare_a_run(cur: Cursor) -> bool:
    """Resolve who gets what and cut it into chunks; False when no run waits for it."""
    claimed = store.claim_unprepared_run(cur)
    if claimed is None:
        return False
    rows = units_rows(cur, claimed.checklist_id)
    periods = queries.periods_of_items(cur, claimed.id)
    store.prepare_run(cur, claimed, [(item, rows[item], number) for item, number in periods if item in rows])
    log.info("issue run prepared", extra={"run_id": claimed.id, "checklist_id": claimed.checklist_id})
    return True


def make_a_chunk(cur: Cursor) -> bool:
    """Make the duties of one chunk; False when there is none to do."""
    chunk = store.claim_chunk(cur)
    if chunk is None:
        return False
    duties = store.make_duties(cur, chunk)
    units = queries.units_of_chunk(cur, chunk.run_id, chunk.number)
    samples.draw(cur, chunk.checklist_id, revision=chunk.revision, unit_ids=units)
    store.finish_chunk(cur, chunk, duties)
    log.info("chunk issued", extra={"run_id": chunk.run_id, "chunk": chunk.number, "duties": duties})
    return True


def finish_a_run(cur: Cursor) -> bool:
    """Say that a checklist is issued once all chunks of its run are done; False when there is none."""
    finished = store.claim_finished_run(cur)
    if finished is None:
        return False
    store.finish_run(cur, finished.id)
    checklist = store.set_checklist_state(cur, finished.checklist_id, "issued")
    outbox.add(cur, [announcement(checklist)], correlation_id=finished.correlation_id)
    log.info("checklist issued", extra={"run_id": finished.id, "checklist_id": finished.checklist_id})
    return True
