"""Sends kept commands when the services can be reached again, in the order of their unit, under their own ids.

The id makes the command one, however often it is sent. Whether it may be done is decided by the service, as ever, and
by who the person is then. Several portals may do so at once: each takes a row with a lease, outside of which a killed
one's row is taken again.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from enum import Enum
from typing import Any
from uuid import UUID

from services.portal.by_link import DIGITS, GOOD
from services.portal.keeping import measuring, outcomes, store
from services.portal.keeping.outcomes import Refusal
from services.portal.keeping.store import Taken
from shared.calling.caller import AWAY, Call, Caller
from shared.calling.calls import NOT_SIGNED_IN
from shared.database import Database
from shared.errors import BrokerAway, CallersFault, Forbidden, InternalError, QingdanError, TryAgain
from shared.limits import CALLER
from shared.process.loop import Loop
from shared.text import Text

log = logging.getLogger(__name__)

# Longer than the three calls of one command may take together.
LEASE = dt.timedelta(seconds=2 * CALLER.ask + CALLER.tell + 12)
EVERY_SECONDS = 1.0
MEASURE_SECONDS = 15.0
AWAY_PAUSE = dt.timedelta(seconds=1)

CLOSED = Text(
    "提交之后这个账号已停用，没有办理。有疑问请联系系统管理员。",
    "The account was closed after this was sent, so it was not carried out. Please ask the administrator.",
)
HANDED_OVER = Text(
    "提交之后这个岗位已移交给接任的人，没有办理。请接任的人核对后办理。",
    "The post was handed over after this was sent, so it was not carried out. Whoever holds it now may do it.",
)
LINK_GONE = Text(
    "提交时用的链接现在打不开了（已过期、已作废，或者岗位有变动），没有办理。请登录后再提交。",
    "The link by which this was sent opens no more: it expired, was made void, or the post changed. So this was not "
    "carried out. Please sign in and send it again.",
)
MOVED = Text(
    "提交之后这个岗位已调整到别的单位，没有办理。",
    "The post was moved to another unit after this was sent, so it was not carried out.",
)


class Turn(Enum):
    """What one turn of sending came to."""

    NOTHING = "nothing"
    SENT = "sent"
    AWAY = "away"


def send_next(database: Database, caller: Caller) -> Turn:
    """Send the next kept command, if there is one, and note what became of it. A service that is away is AWAY."""
    with database.transaction() as cur:
        taken = store.take(cur, lease=LEASE)
    if taken is None:
        return Turn.NOTHING
    if not outcomes.may_go_again(taken.age):
        # Of a database that was restored, perhaps: the service may have forgotten the id.
        _settle(database, taken, "given_up", outcomes.TOO_OLD)
        return Turn.SENT
    try:
        refusal = _carry_out(caller, taken)
    except CallersFault as error:
        refusal = outcomes.refusal_of(error)
    except (TryAgain, InternalError) as error:
        return _not_answered(database, taken, error)
    _settle(database, taken, "refused" if refusal else "confirmed", refusal)
    return Turn.SENT


def measure(database: Database) -> None:
    """Set the gauges of what waits."""
    with database.transaction() as cur:
        found = store.waiting(cur)
    measuring.WAITING.set(found.commands)
    measuring.OLDEST.set(found.oldest_seconds)


def sending_loop(database: Database, caller: Caller) -> Loop:
    """A thread that does both."""
    next_measure = 0.0

    def step() -> float:
        nonlocal next_measure
        if time.monotonic() >= next_measure:
            next_measure = time.monotonic() + MEASURE_SECONDS
            measure(database)
        return 0.0 if send_next(database, caller) is Turn.SENT else EVERY_SECONDS

    return Loop("portal kept commands", step)


def _carry_out(caller: Caller, taken: Taken) -> Refusal | None:
    """Call the operation in the person's name; what was not done, or None. Raises what the call raises."""
    wrong = _wrong_of_link(caller, taken) if taken.link_hash else None
    wrong = wrong or _wrong_of_person(caller, taken)
    if wrong is not None:
        return Refusal(Forbidden.code, wrong)
    asked = _call(taken, taken.params, command_id=UUID(taken.command_id))
    answer = caller.call(taken.service, taken.operation, asked, timeout=CALLER.tell)
    return outcomes.refusal_in(taken.operation, answer)


def _wrong_of_link(caller: Caller, taken: Taken) -> Text | None:
    """Why the link by which it was sent opens no more, or is not that person's; None when it is good."""
    found = caller.call("notifications", "look_at_link", Call({"link_hash": taken.link_hash}))
    standing, link = found["standing"], found["link"]
    is_good = standing == GOOD or (standing == DIGITS and taken.link_is_proven)
    if link is None or not is_good or link["person_id"] != taken.person_id:
        return LINK_GONE
    return None


def _wrong_of_person(caller: Caller, taken: Taken) -> Text | None:
    """Why nothing may be done in the name of who sent it any more; None when it may."""
    try:
        found: dict[str, Any] = caller.call("tasks", "who_am_i", _call(taken, {}))
    except Forbidden as error:
        if taken.link_hash and error.text == NOT_SIGNED_IN:
            # As with any call by a link: a process of the release before knows none.
            raise BrokerAway(AWAY, {"cause": "who_am_i is answered by the release before"}) from error
        return CLOSED
    if taken.holder is not None and found.get("holder", taken.holder) != taken.holder:
        return HANDED_OVER
    if taken.unit_id is not None and found["unit"]["unit_id"] != taken.unit_id:
        return MOVED
    return None


def _call(taken: Taken, params: dict[str, Any], *, command_id: UUID | None = None) -> Call:
    return Call(params, taken.person_id, command_id, taken.correlation_id, by_link=taken.link_hash is not None)


def _not_answered(database: Database, taken: Taken, error: QingdanError) -> Turn:
    """Leave it for later, or give it up."""
    is_defect = isinstance(error, InternalError)
    refusal = outcomes.given_up(error, age=taken.age, defects=taken.defects, is_defect=is_defect)
    if refusal is not None:
        _settle(database, taken, "given_up", refusal)
        return Turn.SENT
    away = isinstance(error, BrokerAway)
    seconds = outcomes.DEFECT_PAUSE if is_defect else outcomes.pause_after(taken.attempts)
    with database.transaction() as cur:
        pause = AWAY_PAUSE if away else dt.timedelta(seconds=seconds)
        store.postpone(cur, taken, pause=pause, is_defect=is_defect)
    return Turn.AWAY if away else Turn.SENT


def _settle(database: Database, taken: Taken, state: str, refusal: Refusal | None) -> None:
    with database.transaction() as cur:
        is_ours = store.settle(cur, taken, state, refusal.as_dict() if refusal else None)
    if is_ours:
        measuring.KEPT.labels(state).inc()
        extra = {"operation": taken.operation, "outcome": state, "correlation_id": taken.correlation_id}
        log.info("kept command settled", extra=extra)
