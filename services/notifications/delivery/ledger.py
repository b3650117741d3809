"""Use cases of the ledger: the administrator reads it, and has what did not arrive sent once more, with a reason."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from services.notifications.delivery import queries, store, window
from services.notifications.delivery.queries import Listed
from services.notifications.delivery.states import DEAD_LETTERS, Purpose, State
from shared.actor import Actor
from shared.clock import day_of
from shared.database import Cursor
from shared.errors import Conflict, Invalid, NotFound
from shared.text import Text

log = logging.getLogger(__name__)

PER_PAGE = 50

NOT_THERE = Text("没有这条发送记录。", "There is no such delivery.")
MOVED_ON = Text(
    "这条记录已有变化，请看它现在的状态，再决定是否重发。",
    "This delivery has changed since. Please look at its state before you send it again.",
)
NO_DEAD_LETTER = Text(
    "只有被拒收、没有发出或不知是否送到的才能重发。",
    "Only what was refused, was not sent, or may not have arrived can be sent again.",
)
IN_ANOTHER = Text(
    "这个岗位那天已另有一封提醒，没送到的内容已经并入，不用重发。",
    "The post has another reminder on that day, which has what did not arrive. There is no need to send this again.",
)


def listing(cur: Cursor, state: State | None, page: int) -> dict[str, Any]:
    """A DeliveriesPage answer: newest day first, units in the order of the directory. The last page after it."""
    counts = queries.counts_by_state(cur)
    total = sum(number for one, number in counts.items() if state in (None, one))
    pages = max(-(-total // PER_PAGE), 1)
    page = min(page, pages)
    found = queries.deliveries(cur, state, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    return {
        "deliveries": [_as_dict(one) for one in found],
        "counts": {one.value: number for one, number in counts.items()},
        "page": page,
        "pages": pages,
    }


def replay(cur: Cursor, actor: Actor, delivery_id: int, *, seen: State, reason: str, now: dt.datetime) -> None:
    """Plan a dead letter once more. A message of the day becomes that of the next moment in the window.

    NotFound; Conflict when it is in another state than was `seen`; Invalid for what is no dead letter, and when the
    day has a message already.
    """
    found = queries.locked_delivery(cur, delivery_id)
    if found is None:
        raise NotFound(NOT_THERE)
    if found.state is not seen:
        raise Conflict(MOVED_ON, {"current": _as_dict(found)})
    if found.state not in DEAD_LETTERS:
        raise Invalid(NO_DEAD_LETTER)
    at = window.next_moment(now) if found.purpose is Purpose.DIGEST else now
    day = day_of(at)
    is_another = day != found.day and queries.has_digest(cur, found.person_id, found.channel, day)
    if found.purpose is Purpose.DIGEST and is_another:
        raise Invalid(IN_ANOTHER)
    store.plan_again(cur, delivery_id, day=day, at=at, by=actor.person_id, reason=reason, now=now)
    log.info("delivery replayed", extra={"delivery": delivery_id, "was": seen.value})


def _as_dict(one: Listed) -> dict[str, Any]:
    return {
        "delivery_id": one.id,
        "day": one.day.isoformat(),
        "unit": one.unit,
        "post": one.post,
        "address": one.address,
        "channel": one.channel.value,
        "purpose": one.purpose.value,
        "state": one.state.value,
        "tries": one.tries,
        "answer": one.answer,
        "why": one.why,
        "changed_at": one.changed_at.isoformat(),
        "replay_reason": one.replay_reason,
    }
