"""Claims a delivery of an account that has room, and writes down what its provider said of the account.

The limits of a provider are decided in the transaction that claims, on a row of the account that only one sender holds:
what has no room stays planned, and another account is taken. Nobody waits.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from services.notifications.channels import queries, room, store, wording
from services.notifications.delivery import sending
from services.notifications.delivery.sending import House, Outlet, Ready
from services.notifications.delivery.states import Channel, Outcome
from shared.accounts import Channels, Gateway, Robot
from shared.database import Cursor

log = logging.getLogger(__name__)

# While processes are replaced, one may know a robot that another does not know yet.
HOMELESS_AFTER = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claimed message, and the account by which it goes."""

    ready: Ready
    account: Robot | Gateway


def prepare(cur: Cursor, channels: Channels, now: dt.datetime) -> None:
    """Before a turn of sending: know all accounts, and cancel what waits for a robot that is gone."""
    store.know(cur, sorted(one.name for one in channels.accounts))
    known = [(Channel(one.kind), one.name) for one in channels.robots]
    if cancelled := store.cancel_homeless(cur, known, now - HOMELESS_AFTER, now):
        log.warning("deliveries of unknown robots cancelled", extra={"deliveries": cancelled})


def claim(cur: Cursor, channels: Channels, now: dt.datetime, house: House) -> Claimed | None:
    """Claim what has waited longest by the account that has been silent longest; None when none has room and work."""
    asked = [(Channel(one.kind), one.name, isinstance(one, Robot)) for one in channels.accounts]
    by_name = {one.name: one for one in channels.accounts}
    for name in queries.waiting(cur, now, asked):
        account = by_name[name]
        held = store.lock(cur, name)
        if held is None or (held.paused_until is not None and held.paused_until > now):
            continue
        if not room.has_room(account, held.uses, now):
            continue
        if (ready := sending.claim(cur, now, house, _outlet(account))) is not None:
            store.use(cur, name, room.with_use(account, held.uses, now))
            return Claimed(ready, account)
    return None


def record(cur: Cursor, claimed: Claimed, outcome: Outcome, *, now: dt.datetime, chance: float) -> None:
    """Write down what came of the message, and what it says of the account."""
    account = claimed.account
    sending.record(cur, claimed.ready, outcome, now, chance)
    if not outcome.is_of_account:
        store.note_success(cur, account.name)
        return
    pause = max(room.pause_after(store.count_failure(cur, account.name)), outcome.wait or dt.timedelta())
    store.pause(cur, account.name, now + pause)
    log.warning("account left alone", extra={"account": account.name, "seconds": int(pause.total_seconds())})


def _outlet(account: Robot | Gateway) -> Outlet:
    if isinstance(account, Gateway):
        return Outlet(Channel.SMS, account.name, None, lambda said: wording.by_gateway(account, said))
    return Outlet(Channel(account.kind), account.name, account.name, lambda said: wording.by_robot(account, said))
