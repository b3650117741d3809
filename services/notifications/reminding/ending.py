"""Telling units that a checklist ended under which they still owed something: once, in the message of the day."""

from __future__ import annotations

import datetime as dt

from services.notifications.reminding import queries, store
from services.notifications.reminding.scheduling import is_fresh
from shared.clock import day_of
from shared.database import Cursor


def tell(cur: Cursor, now: dt.datetime, *, limit: int) -> int:
    """Tell of up to `limit` checklists and return how many were dealt with; fewer means that none is left for now."""
    if not is_fresh(queries.picture_age(cur)):
        return 0
    ended = store.claim_ended(cur, limit=limit)
    if not ended:
        return 0
    people = queries.recipients_of_units(cur, sorted({unit_id for one in ended for unit_id in one.unit_ids}))
    told = [
        (person_id, one.checklist_id)
        for one in ended
        for unit_id in one.unit_ids
        for person_id in people.get(unit_id, ())
    ]
    if told:
        messages = store.open_messages(cur, sorted({person_id for person_id, _ in told}), now, day=day_of(now))
        store.add_endings(cur, sorted((messages[person_id], checklist_id) for person_id, checklist_id in told))
    store.set_end_told(cur, [one.checklist_id for one in ended])
    return len(ended)
