"""Telling a unit what became of the good practice that it offered: each decision once, in the message of the day."""

from __future__ import annotations

import datetime as dt

from services.notifications.offers import store
from services.notifications.reminding import queries as people_queries
from services.notifications.reminding import store as messages_store
from shared.clock import day_of
from shared.database import Cursor


def tell(cur: Cursor, now: dt.datetime, *, limit: int) -> int:
    """Tell of up to `limit` decisions and return how many; fewer means that none is left for now.

    A decision stands whatever comes after, so it does not wait for a fresh picture as reminders do.
    """
    claimed = store.claim_decisions(cur, limit=limit)
    people = people_queries.recipients_of_units(cur, sorted({one.unit_id for one in claimed}))
    told = [(person_id, one) for one in claimed for person_id in people.get(one.unit_id, ())]
    if told:
        messages = messages_store.open_messages(cur, sorted({person_id for person_id, _ in told}), now, day=day_of(now))
        store.add_lines(cur, [(messages[person_id], one) for person_id, one in told])
    store.set_told(cur, [one.practice_id for one in claimed])
    return len(claimed)
