"""What links are read by: one by the hash of its token, and those that still open."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from services.notifications.links.link import Bound, Post
from shared.actor import UNIT_ROLES
from shared.database import Cursor
from shared.rows import many, one, value, value_or_none

PER_PAGE = 50


class Found(NamedTuple):
    """A link with its post as it is now; what is known of nobody is null."""

    id: int
    person_id: int
    holder: int
    unit_id: int
    expires_at: dt.datetime
    revoked_at: dt.datetime | None
    holder_now: int
    unit_now: int | None
    is_active: bool
    roles: list[str]

    @property
    def bound(self) -> Bound:
        return Bound(self.holder, self.unit_id, self.expires_at, self.revoked_at is not None)

    @property
    def post(self) -> Post | None:
        if self.unit_now is None:
            return None
        return Post(self.holder_now, self.unit_now, self.is_active, bool(UNIT_ROLES & frozenset(self.roles)))


class Desk(NamedTuple):
    """A post to which a link can be given."""

    holder: int
    unit_id: int
    roles: list[str]


class Live(NamedTuple):
    """A link that still opens, as the administrator sees it; never its token, nor the hash."""

    id: int
    person_id: int
    unit: str
    post: str
    made_at: dt.datetime
    expires_at: dt.datetime


class Setting(NamedTuple):
    """Whether the last digits of the phone are asked for; `version` 0 before anybody decided."""

    asks_digits: bool
    version: int


_LIVE = """
    FROM link JOIN person ON person.id = link.person_id AND person.is_active AND person.unit_id = link.unit_id
    LEFT JOIN unit ON unit.id = person.unit_id LEFT JOIN post_holder ON post_holder.person_id = link.person_id
    WHERE link.revoked_at IS NULL AND link.expires_at > %(now)s AND link.holder = coalesce(post_holder.holder, 0)
"""


def by_hash(cur: Cursor, token_hash: str, *, for_update: bool = False) -> Found | None:
    """The link whose token has this hash. A post of which no hand-over was heard has its first holder."""
    lock = "FOR UPDATE OF link" if for_update else ""
    cur.execute(
        f"""
        SELECT link.id, link.person_id, link.holder, link.unit_id, link.expires_at, link.revoked_at,
            coalesce(post_holder.holder, 0) AS holder_now, person.unit_id AS unit_now,
            coalesce(person.is_active, false) AS is_active, coalesce(person.roles, '{{}}') AS roles
        FROM link LEFT JOIN person ON person.id = link.person_id
        LEFT JOIN post_holder ON post_holder.person_id = link.person_id
        WHERE link.token_hash = %s {lock}
        """,
        (token_hash,),
    )
    return one(cur, Found)


def desk(cur: Cursor, person_id: int) -> Desk | None:
    """The post as a link is to be bound to it; None when it is unknown."""
    cur.execute(
        """
        SELECT coalesce(post_holder.holder, 0) AS holder, person.unit_id, person.roles
        FROM person LEFT JOIN post_holder ON post_holder.person_id = person.id WHERE person.id = %s
        """,
        (person_id,),
    )
    return one(cur, Desk)


def live(cur: Cursor, now: dt.datetime, *, limit: int, offset: int) -> list[Live]:
    """A page of the links that still open: units in the order of the directory, of a post the newest first."""
    cur.execute(
        f"""
        SELECT link.id, link.person_id, coalesce(unit.name, '') AS unit, coalesce(person.post, '') AS post,
            link.made_at, link.expires_at
        {_LIVE}
        ORDER BY unit.code, link.person_id, link.id DESC LIMIT %(limit)s OFFSET %(offset)s
        """,
        {"now": now, "limit": limit, "offset": offset},
    )
    return many(cur, Live)


def count_live(cur: Cursor, now: dt.datetime) -> int:
    """How many links still open."""
    cur.execute(f"SELECT count(*) AS links {_LIVE}", {"now": now})
    return value(cur, int)


def phone_of(cur: Cursor, person_id: int) -> str | None:
    """The proven telephone number of a post, None without any."""
    cur.execute(
        "SELECT address FROM contact WHERE person_id = %s AND channel = 'sms' AND verified_at IS NOT NULL",
        (person_id,),
    )
    return value_or_none(cur, str)


def setting(cur: Cursor) -> Setting:
    """What this installation decided last."""
    cur.execute("SELECT asks_digits, version FROM link_setting ORDER BY version DESC LIMIT 1")
    return one(cur, Setting) or Setting(asks_digits=False, version=0)
