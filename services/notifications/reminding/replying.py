"""Telling leaders what was answered to their remarks: each answer once, in the message of the day."""

from __future__ import annotations

import datetime as dt

from services.notifications.reminding import queries, store
from services.notifications.reminding.scheduling import is_fresh
from shared.clock import day_of
from shared.database import Cursor


def tell(cur: Cursor, now: dt.datetime, *, limit: int) -> int:
    """Tell of up to `limit` answers and return how many were dealt with; fewer means that none is left for now.

    An answer for a duty that was withdrawn, or to somebody who is no longer there, is told to nobody.
    """
    if not is_fresh(queries.picture_age(cur)):
        return 0
    claimed = store.claim_replies(cur, limit=limit)
    told = [one for one in claimed if one.is_told]
    if told:
        messages = store.open_messages(cur, sorted({one.person_id for one in told}), now, day=day_of(now))
        store.put_replies(cur, [(one.remark_id, one.duty_id, messages[one.person_id]) for one in told])
    store.drop_replies(cur, [(one.remark_id, one.duty_id) for one in claimed if not one.is_told])
    return len(claimed)
