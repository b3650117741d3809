"""Lets go of files that no duty has: those whose upload was cut short, and those that were removed a day ago."""

from __future__ import annotations

import datetime as dt
import logging

from services.portal import store
from services.portal.evidence import measuring
from services.portal.evidence.cabinet import Cabinet
from shared.calling.caller import Call, Caller
from shared.process.loop import Loop

log = logging.getLogger(__name__)

# Longer than any upload, and than it takes to notice that a backup must be restored.
OLD = dt.timedelta(days=1)
EVERY_SECONDS = 600.0
AT_ONCE = 200


def sweep(cabinet: Cabinet, caller: Caller, *, old: dt.timedelta = OLD) -> int:
    """Let go what was noted for longer than `old` and no duty has; returns how many files went.

    Several portals may do so at the same time. TryAgain when the service of tasks or the store is away: then the notes
    stay.
    """
    with cabinet.database.transaction() as cur:
        keys = store.uploads_left(cur, older_than=old, most=AT_ONCE)
    if not keys:
        return 0
    held = set(caller.call("tasks", "held_evidence", Call({"keys": [str(key) for key in keys]}))["keys"])
    left = [key for key in keys if str(key) not in held]
    for key in left:
        cabinet.objects.forget(key)
    with cabinet.database.transaction() as cur:
        store.settle_uploads(cur, keys)
    measuring.FORGOTTEN.inc(len(left))
    log.info("files without a duty are gone", extra={"files": len(left)})
    return len(left)


def measure(cabinet: Cabinet) -> None:
    """Set the gauges of what may belong to no duty."""
    with cabinet.database.transaction() as cur:
        unsettled = store.unsettled(cur)
    measuring.UNSETTLED.set(unsettled.files)
    measuring.OLDEST.set(unsettled.oldest_seconds)


def sweeping_loop(cabinet: Cabinet, caller: Caller) -> Loop:
    """A thread that does both."""

    def step() -> float:
        measure(cabinet)
        sweep(cabinet, caller)
        return EVERY_SECONDS

    return Loop("portal evidence", step)
