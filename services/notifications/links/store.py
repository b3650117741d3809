"""All writes of links. Of a token only its hash is ever written."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from services.notifications.links.link import Bound
from shared.database import Cursor
from shared.retention import AgedRows
from shared.rows import has_row, value
from shared.text import Text

LINKS = AgedRows(
    name="link",
    table="link",
    at="expires_at",
    days=90,
    least=14,
    what=Text("消息里的链接", "links of messages"),
    why=Text(
        "期内再点开过期的链接，能说清它为什么不能用。",
        "within that time whoever opens an old link is told why it does not open.",
    ),
)


class Revoked(NamedTuple):
    """Whose links were made void, when, by whom (None for who did not sign in), and why."""

    at: dt.datetime
    by: int | None
    why: str


def insert(cur: Cursor, token_hash: str, *, person_id: int, delivery_id: int, bound: Bound, now: dt.datetime) -> None:
    """Write a new link that was put into a delivery."""
    cur.execute(
        """
        INSERT INTO link (token_hash, person_id, holder, unit_id, delivery_id, made_at, expires_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        """,
        (token_hash, person_id, bound.holder, bound.unit_id, delivery_id, now, bound.expires_at),
    )


def forget(cur: Cursor, token_hash: str) -> None:
    """Remove a link whose letter certainly reached nobody."""
    cur.execute("DELETE FROM link WHERE token_hash = %s", (token_hash,))


def share_post(cur: Cursor, person_id: int) -> None:
    """Let whoever makes void all links of the post wait until this transaction has given its own, and this for him."""
    cur.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended('links of a post', %s))", (person_id,))


def revoke(cur: Cursor, how: Revoked, link_id: int) -> int:
    """Make void one link; returns how many it was. The first reason stays."""
    return _revoke(cur, how, "id = %(one)s", link_id)


def revoke_of_post(cur: Cursor, how: Revoked, person_id: int) -> int:
    """Make void all links of a post that were given until now, also by whoever has not committed; returns how many.

    The first reason of each stays.
    """
    cur.execute("SELECT pg_advisory_xact_lock(hashtextextended('links of a post', %s))", (person_id,))
    cur.execute(
        """
        INSERT INTO post_links_voided (person_id, until, voided_by, why) VALUES (%s, %s, %s, %s)
        ON CONFLICT (person_id) DO UPDATE SET until = excluded.until, voided_by = excluded.voided_by, why = excluded.why
        WHERE post_links_voided.until < excluded.until
        """,
        (person_id, how.at, how.by, how.why),
    )
    return _revoke(cur, how, "person_id = %(one)s", person_id)


def _revoke(cur: Cursor, how: Revoked, which: str, one: int) -> int:
    cur.execute(
        f"""
        WITH gone AS (
            UPDATE link SET revoked_at = %(at)s, revoked_by = %(by)s, why = %(why)s WHERE id IN (
                SELECT id FROM link WHERE {which} AND revoked_at IS NULL AND expires_at > %(at)s
                ORDER BY id FOR UPDATE)
            RETURNING 1
        )
        SELECT count(*) AS links FROM gone
        """,
        {**how._asdict(), "one": one},
    )
    return value(cur, int)


def revoke_all(cur: Cursor, how: Revoked) -> None:
    """Make void every link that was made until now, however many there are."""
    cur.execute("INSERT INTO links_voided (until, voided_by, why) VALUES (%s, %s, %s)", (how.at, how.by, how.why))


def count_wrong_digits(cur: Cursor, link_id: int) -> int:
    """One wrong attempt more; how many there were."""
    cur.execute("UPDATE link SET wrong_digits = wrong_digits + 1 WHERE id = %s RETURNING wrong_digits", (link_id,))
    return value(cur, int)


def save_setting(cur: Cursor, *, asks_digits: bool, seen: int, by: int, reason: str, now: dt.datetime) -> bool:
    """Write what is asked for beside a link; False when the version that was `seen` is not the newest."""
    cur.execute(
        """
        INSERT INTO link_setting (version, asks_digits, changed_by, changed_at, reason)
        SELECT %(seen)s + 1, %(asks)s, %(by)s, %(now)s, %(reason)s
        WHERE %(seen)s = coalesce((SELECT max(version) FROM link_setting), 0)
        ON CONFLICT DO NOTHING RETURNING version
        """,
        {"seen": seen, "asks": asks_digits, "by": by, "now": now, "reason": reason},
    )
    return has_row(cur)
