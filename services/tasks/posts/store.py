"""Writes of posts: hand-over, and standing in."""

from __future__ import annotations

import datetime as dt

from services.tasks.posts.records import Post
from shared.database import Cursor
from shared.rows import value


def hand_over(cur: Cursor, post: Post, name: str, now: dt.datetime) -> None:
    """Let somebody else hold the post from now on; who held it is kept."""
    cur.execute(
        "INSERT INTO former_holder (person_id, holder, name, held_from, held_until) VALUES (%s, %s, %s, %s, %s)",
        (post.id, post.holder, post.name, post.held_since, now),
    )
    cur.execute(
        """
        UPDATE person SET display_name = %s, holder = holder + 1, held_since = %s, version = version + 1 WHERE id = %s
        """,
        (name, now, post.id),
    )


def insert_substitution(
    cur: Cursor, post: Post, substitute: Post, account_id: int, *, from_on: dt.date, until_on: dt.date, by: str | None
) -> int:
    """Write who stands in for the post, and return its id."""
    cur.execute(
        """
        INSERT INTO substitution (person_id, post_holder, substitute_id, substitute_holder, account_id, from_on,
            until_on, made_by_name)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
        """,
        (post.id, post.holder, substitute.id, substitute.holder, account_id, from_on, until_on, by),
    )
    return value(cur, int)


def end_substitution(cur: Cursor, substitution_id: int, now: dt.datetime) -> None:
    cur.execute("UPDATE substitution SET ended_at = %s WHERE id = %s AND ended_at IS NULL", (now, substitution_id))
