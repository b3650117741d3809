"""Plans the messages of the day that leave the house: one a person who has something to hear."""

from __future__ import annotations

import datetime as dt
import logging

from services.notifications.caps import store as caps
from services.notifications.caps.rules import week_of
from services.notifications.delivery import queries, rhythm, store, window
from services.notifications.delivery.queries import Reach
from shared.clock import day_of
from shared.database import Cursor

log = logging.getLogger(__name__)

FIRST = (0, "")


def plan(cur: Cursor, now: dt.datetime, reach: Reach, *, after: tuple[int, str], limit: int) -> tuple[int, str] | None:
    """Plan for up to `limit` contacts behind `after`, a person and a channel; the last one, or None at the end.

    What comes after the day's message went waits for that of the next working day, and what comes after as many as a
    week may have for the next week.
    """
    at = window.next_moment(now + window.SETTLING)
    day = day_of(at)
    most = caps.in_force(cur).most
    look = dt.datetime.combine(day, dt.time(now.hour), dt.UTC)
    people = queries.people_waiting(cur, look, reach, after=after, limit=limit)
    if not people:
        return None
    rhythms = {(one.person_id, one.channel): one.rhythm for one in people}
    to_tell = {
        (one.person_id, one.channel)
        for one in queries.untold_stages(cur, people, day)
        if rhythm.goes(rhythms[one.person_id, one.channel], one.stage, one.day, day)
    }
    planned = 0
    for key in sorted(to_tell):
        if queries.planned_between(cur, *key, *week_of(day)) < most:
            planned += store.plan_digest(cur, *key, day=day, at=at, now=now)
    # Who waits for the next week is looked at again: the cap may be another by then.
    store.note_looks(cur, [one for one in people if (one.person_id, one.channel) not in to_tell], look)
    if planned:
        log.info("deliveries planned", extra={"deliveries": planned})
    return (people[-1].person_id, people[-1].channel) if len(people) == limit else None
