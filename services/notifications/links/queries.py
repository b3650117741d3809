"""What links are read by: one by the hash of its token, and those that still open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from services.notifications.links.link import Bound, Post
from shared.actor import UNIT_ROLES
from shared.database import Cursor
from shared.rows import many, one, value, value_or_none, values

PER_PAGE = 50


class Found(NamedTuple):
    """A link with its post as it is now; what is known of nobody is null."""

    id: int
    person_id: int
    holder: int
    unit_id: int
    expires_at: dt.datetime
    is_revoked: bool
    holder_now: int
    unit_now: int | None
    is_active: bool
    roles: list[str]

    @property
    def bound(self) -> Bound:
        return Bound(self.holder, self.unit_id, self.expires_at, self.is_revoked)

    @property
    def post(self) -> Post | None:
        if self.unit_now is None:
            return None
        return Post(self.holder_now, self.unit_now, self.is_active, bool(UNIT_ROLES & frozenset(self.roles)))


class Desk(NamedTuple):
    """A post to which a link can be given; until `voided_until` all its links are void, where that was ever said."""

    holder: int
    unit_id: int
    roles: list[str]
    voided_until: dt.datetime | None


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


# What speaks against no link by itself; who holds the post is asked beside it.
_OPEN = """
    link.revoked_at IS NULL AND link.expires_at > %(now)s
    AND link.made_at > coalesce((SELECT max(until) FROM links_voided), '-infinity')
    AND NOT EXISTS (
        SELECT FROM post_links_voided AS of_post WHERE of_post.person_id = link.person_id
            AND of_post.until >= link.made_at)
"""
_OF_POST = f"""
    FROM person LEFT JOIN unit ON unit.id = person.unit_id
    LEFT JOIN post_holder ON post_holder.person_id = person.id
    WHERE person.is_active AND EXISTS (
        SELECT FROM link WHERE link.person_id = person.id AND link.unit_id = person.unit_id
            AND link.holder = coalesce(post_holder.holder, 0) AND {_OPEN})
"""


def by_hash(cur: Cursor, token_hash: str, *, for_update: bool = False) -> Found | None:
    """The link whose token has this hash. A post of which no hand-over was heard has its first holder."""
    lock = "FOR UPDATE OF link" if for_update else ""
    cur.execute(
        f"""
        SELECT link.id, link.person_id, link.holder, link.unit_id, link.expires_at,
            link.revoked_at IS NOT NULL OR EXISTS (
                SELECT FROM links_voided WHERE links_voided.until >= link.made_at
            ) OR EXISTS (
                SELECT FROM post_links_voided AS of_post WHERE of_post.person_id = link.person_id
                    AND of_post.until >= link.made_at) AS is_revoked,
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
        SELECT coalesce(post_holder.holder, 0) AS holder, person.unit_id, person.roles, until AS voided_until
        FROM person LEFT JOIN post_holder ON post_holder.person_id = person.id
        LEFT JOIN post_links_voided ON post_links_voided.person_id = person.id WHERE person.id = %s
        """,
        (person_id,),
    )
    return one(cur, Desk)


def posts(cur: Cursor, now: dt.datetime, *, limit: int, offset: int) -> list[int]:
    """A page of the posts that have a link that opens, in the order of the directory."""
    cur.execute(
        f"SELECT person.id {_OF_POST} ORDER BY unit.code, person.id LIMIT %(limit)s OFFSET %(offset)s",
        {"now": now, "limit": limit, "offset": offset},
    )
    return values(cur, int)


def count_posts(cur: Cursor, now: dt.datetime) -> int:
    """How many posts have a link that opens."""
    cur.execute(f"SELECT count(*) AS posts {_OF_POST}", {"now": now})
    return value(cur, int)


def live(cur: Cursor, person_ids: Sequence[int], now: dt.datetime) -> list[Live]:
    """The links of these posts that open: units in the order of the directory, of a post the newest first."""
    cur.execute(
        f"""
        SELECT link.id, link.person_id, coalesce(unit.name, '') AS unit, coalesce(person.post, '') AS post,
            link.made_at, link.expires_at
        FROM link JOIN person ON person.id = link.person_id AND person.unit_id = link.unit_id
        LEFT JOIN unit ON unit.id = person.unit_id LEFT JOIN post_holder ON post_holder.person_id = link.person_id
        WHERE link.person_id = ANY (%(people)s) AND link.holder = coalesce(post_holder.holder, 0) AND {_OPEN}
        ORDER BY unit.code, link.person_id, link.id DESC
        """,
        {"people": list(person_ids), "now": now},
    )
    return many(cur, Live)


def count_open(cur: Cursor, now: dt.datetime) -> int:
    """How many links have not expired and are not void."""
    cur.execute(f"SELECT count(*) AS links FROM link WHERE {_OPEN}", {"now": now})
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
