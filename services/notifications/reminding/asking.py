"""Telling who is asked to help with the difficulty of another unit's duty: once, and only while it stands.

The lead bureau has a queue of its own, and is told only of what falls to it because the unit that was asked is closed.
"""

from __future__ import annotations

import datetime as dt

from services.notifications.reminding import digest, queries, store
from services.notifications.reminding.policy import Stage
from services.notifications.reminding.scheduling import is_fresh, write
from shared.database import Cursor

# In the place of a unit; ids begin with 1.
LEAD = 0


def tell(cur: Cursor, now: dt.datetime, *, limit: int) -> int:
    """Tell of up to `limit` difficulties and return how many were dealt with; fewer means that none is left for now.

    Where nobody is there to be told, the list of difficulties alone shows it.
    """
    if not is_fresh(queries.picture_age(cur)):
        return 0
    claimed = store.claim_asked(cur, limit=limit)
    if not claimed:
        return 0
    units = {one.duty_id: one.unit_id for one in claimed if one.is_open}
    people = queries.helpers_of_units(cur, sorted({unit_id for unit_id in units.values() if unit_id is not None}))
    if None in units.values():
        people[LEAD] = queries.lead_bureau(cur)
    whose = {duty_id: LEAD if unit_id is None else unit_id for duty_id, unit_id in units.items()}
    lines = digest.by_person(dict.fromkeys(whose, Stage.ASKED), whose, people)
    if lines:
        write(cur, lines, now)
    store.set_told(cur, [one.duty_id for one in claimed])
    return len(claimed)
