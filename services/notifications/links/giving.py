"""Use cases of who sends letters: a link for the post that a letter goes to, and forgetting one that nobody got."""

from __future__ import annotations

import datetime as dt
import secrets

from services.notifications.links import queries, store
from services.notifications.links.link import HOLDS, TOKEN_BYTES, Bound, hash_of, may_be_given
from shared.actor import UNIT_ROLES
from shared.database import Cursor


def give(cur: Cursor, person_id: int, delivery_id: int, now: dt.datetime) -> str | None:
    """The token of a new link for the letter; None for a post that does not fill in for a unit alone.

    Who works for the lead bureau or the leadership, too, reads of other units in the inbox, and has to sign in. None,
    too, where all links of the post are being made void: what is given before is void, and right after nothing is
    given, as the letter may go to an address that was given up with them.

    It is in the letter alone: a letter that is sent once more gets another one.
    """
    store.share_post(cur, person_id)
    desk = queries.desk(cur, person_id)
    if desk is None or not may_be_given(desk.voided_until, now):
        return None
    if not desk.roles or not UNIT_ROLES.issuperset(desk.roles):
        return None
    token = secrets.token_urlsafe(TOKEN_BYTES)
    bound = Bound(desk.holder, desk.unit_id, now + HOLDS, is_revoked=False)
    store.insert(cur, hash_of(token), person_id=person_id, delivery_id=delivery_id, bound=bound, now=now)
    return token


def take_back(cur: Cursor, token: str) -> None:
    """Forget the link of a letter that was certainly not taken: it would be one more that opens, and be nobody's."""
    store.forget(cur, hash_of(token))
