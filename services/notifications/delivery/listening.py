"""What delivery learns from events: a contact does not outlive who entered it in a post.

A post that was handed over before this service heard of it counts as handed over when it is first heard: a contact is
entered again sooner than it reaches the wrong person. Twice, late or out of order, an event does no more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from services.notifications.delivery import queries, store
from services.notifications.delivery.states import Why
from services.notifications.links import store as links
from services.notifications.links.store import Revoked
from shared.database import Cursor
from shared.events import PersonChanged, Received
from shared.text import Text

NOT_THE_SAME = Text("岗位已移交或停用", "the post was handed over or closed")


def apply(cur: Cursor, events: Sequence[Received], now: dt.datetime) -> None:
    """Take over what a batch tells of posts, after the directory has taken it over."""
    people = [event.data for event in events if isinstance(event.data, PersonChanged)]
    holders: dict[int, int] = {}
    for one in people:
        if one.holder is not None:
            holders[one.person_id] = max(one.holder, holders.get(one.person_id, one.holder))
    _forget(cur, store.save_holders(cur, holders), Why.HANDED_OVER, now)
    _forget(cur, queries.closed_among(cur, [one.person_id for one in people]), Why.CLOSED, now)


def _forget(cur: Cursor, person_ids: Sequence[int], why: Why, now: dt.datetime) -> None:
    if person_ids:
        reached = store.remove_contacts(cur, person_ids)
        store.cancel_planned(cur, person_ids, why, now)
        for person_id in reached:
            links.revoke_of_post(cur, Revoked(now, None, NOT_THE_SAME.zh), person_id)
