"""The steps by which the duties of an amended checklist follow its new revision; each is a transaction of its own."""

from __future__ import annotations

import logging

from services.tasks.issuing import queries
from services.tasks.issuing.issuing import announcement, units_rows
from services.tasks.issuing.store import set_checklist_state
from services.tasks.revisions import queries as revisions
from services.tasks.revisions import store
from services.tasks.samples import store as samples
from shared.database import Cursor
from shared.delivery import outbox

log = logging.getLogger(__name__)


def prepare_an_amendment(cur: Cursor) -> bool:
    """Resolve who has what by the new revision and cut it into chunks; False when none waits for it."""
    claimed = store.claim_unprepared(cur)
    if claimed is None:
        return False
    touched = set(claimed.touched)
    rows = units_rows(cur, claimed.checklist_id)
    periods = queries.periods_of_items(cur, claimed.run_id)
    store.prepare(
        cur, claimed, [(item, rows[item], number) for item, number in periods if item in touched & rows.keys()]
    )
    log.info("amendment prepared", extra={"amendment_id": claimed.id, "checklist_id": claimed.checklist_id})
    return True


def amend_a_chunk(cur: Cursor) -> bool:
    """Change the duties of one chunk; False when there is none to do."""
    chunk = store.claim_chunk(cur)
    if chunk is None:
        return False
    done = store.amend_duties(cur, chunk)
    units = revisions.units_of_chunk(cur, chunk.amendment_id, chunk.number)
    samples.draw(cur, chunk.checklist_id, revision=chunk.revision, unit_ids=units)
    store.finish_chunk(cur, chunk, done)
    log.info("chunk amended", extra={"amendment_id": chunk.amendment_id, "chunk": chunk.number, **done._asdict()})
    return True


def finish_an_amendment(cur: Cursor) -> bool:
    """Say that a checklist is issued anew once all its chunks are done; False when there is none."""
    finished = store.claim_finished(cur)
    if finished is None:
        return False
    store.finish(cur, finished.id)
    checklist = set_checklist_state(cur, finished.checklist_id, "issued")
    outbox.add(cur, [announcement(checklist)], correlation_id=finished.correlation_id)
    log.info("checklist amended", extra={"amendment_id": finished.id, "checklist_id": finished.checklist_id})
    return True
