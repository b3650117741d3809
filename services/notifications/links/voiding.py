"""Use cases of the administrator and of who holds a post: which links still open, making them void, what they ask."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from services.notifications.links import queries, store
from services.notifications.links.store import Revoked
from shared.actor import Actor
from shared.database import Cursor
from shared.errors import Conflict, Invalid
from shared.text import Text

log = logging.getLogger(__name__)

MOVED_ON = Text(
    "这项设置已被别人修改，没有保存。请看现在的设置，再决定是否更改。",
    "This setting was changed meanwhile, and nothing was saved. Please look at it as it is now.",
)
WHICH = Text("请指明作废哪个链接，请返回刷新后再试。", "Please say which link; reload the page and try again.")
BY_HOLDER = Text("本人作废", "made void by the holder")


def listing(cur: Cursor, page: int, now: dt.datetime) -> dict[str, Any]:
    """A LinksPage answer; the last page after it."""
    total = queries.count_posts(cur, now)
    pages = max(-(-total // queries.PER_PAGE), 1)
    page = min(page, pages)
    people = queries.posts(cur, now, limit=queries.PER_PAGE, offset=(page - 1) * queries.PER_PAGE)
    rows = queries.live(cur, people, now)
    setting = queries.setting(cur)
    return {
        "links": [
            {
                "link_id": one.id,
                "person_id": one.person_id,
                "unit": one.unit,
                "post": one.post,
                "made_at": one.made_at.isoformat(),
                "expires_at": one.expires_at.isoformat(),
            }
            for one in rows
        ],
        "total": total,
        "asks_digits": setting.asks_digits,
        "version": setting.version,
        "page": page,
        "pages": pages,
    }


def revoke(
    cur: Cursor,
    actor: Actor,
    now: dt.datetime,
    *,
    link_id: int | None,
    person_id: int | None,
    is_all: bool,
    reason: str,
) -> int:
    """Make void one link, those of a post, or all that there are; how many it were. Those that are void stay so.

    Those of a post and all are what was given up to this moment, also what is being given in it. Invalid when nothing
    says which.
    """
    how, gone = Revoked(now, actor.person_id, reason), 0
    if not is_all and link_id is None and person_id is None:
        raise Invalid(WHICH)
    if is_all:
        gone = queries.count_open(cur, now)
        store.revoke_all(cur, how)
    else:
        gone += store.revoke(cur, how, link_id) if link_id is not None else 0
        gone += store.revoke_of_post(cur, how, person_id) if person_id is not None else 0
    log.info("links made void", extra={"links": gone, "by": actor.person_id})
    return gone


def void_own(cur: Cursor, actor: Actor, now: dt.datetime) -> int:
    """Make void all links of the own post."""
    return revoke(cur, actor, now, link_id=None, person_id=actor.person_id, is_all=False, reason=BY_HOLDER.zh)


def ask_digits(cur: Cursor, actor: Actor, now: dt.datetime, *, asks_digits: bool, seen: int, reason: str) -> None:
    """Decide whether the last digits of the phone are asked for. Conflict when somebody decided meanwhile."""
    if not store.save_setting(cur, asks_digits=asks_digits, seen=seen, by=actor.person_id, reason=reason, now=now):
        setting = queries.setting(cur)
        raise Conflict(MOVED_ON, {"current": {"asks_digits": setting.asks_digits, "version": setting.version}})
