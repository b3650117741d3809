"""Use cases of the cap: what holds, and another."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from services.notifications.caps import store
from shared.actor import Actor
from shared.database import Cursor
from shared.errors import Conflict
from shared.text import Text

log = logging.getLogger(__name__)

MOVED_ON = Text(
    "每周的条数刚被别人改过，请看现在的数，再决定是否修改。",
    "Somebody has changed the number meanwhile. Please look at it before you change it.",
)


def shown(cur: Cursor) -> dict[str, Any]:
    """A CapAnswer answer."""
    held = store.in_force(cur)
    history = [
        one._asdict() | {"saved_at": one.saved_at.isoformat()} for one in store.history(cur) if one.saved_at is not None
    ]
    return {"version": held.version, "most": held.most, "history": history}


def save(cur: Cursor, actor: Actor, most: int, *, seen: int, reason: str, now: dt.datetime) -> None:
    """Keep another cap, which holds at once. Conflict, with what holds, when `seen` is not the newest."""
    store.lock(cur)
    newest = store.in_force(cur).version
    if newest != seen:
        raise Conflict(MOVED_ON, {"current": shown(cur)})
    store.save(cur, newest + 1, most, by=actor, reason=reason, now=now)
    log.info("weekly cap saved", extra={"most": most})
