"""Writes of suggestions."""

from __future__ import annotations

from shared.actor import Signature
from shared.database import Cursor
from shared.rows import value


def insert(cur: Cursor, *, about: str, text: str, who: Signature) -> int:
    """Keep what somebody said, and return its id."""
    cur.execute(
        """
        INSERT INTO suggestion (about, text, made_by, made_by_post, made_by_unit) VALUES (%s, %s, %s, %s, %s)
        RETURNING id
        """,
        (about, text, who.person_id, who.post or "", who.unit or ""),
    )
    return value(cur, int)


def answer(cur: Cursor, suggestion_id: int, text: str, *, who: Signature) -> None:
    """Keep the answer; a later one takes the place of an earlier one."""
    cur.execute(
        """
        UPDATE suggestion SET answer = %s, answered_at = now(), answered_by = %s, answered_by_post = %s,
            answered_by_unit = %s
        WHERE id = %s
        """,
        (text, who.person_id, who.post, who.unit, suggestion_id),
    )
