"""Reads of suggestions."""

from __future__ import annotations

from services.tasks.suggestions.records import Suggestion, Waiting
from shared.database import Cursor
from shared.rows import many, one, the, value

PAGE = 30

_SUGGESTION = """
    SELECT id, about, text, made_at, made_by, made_by_post, made_by_unit, answer, answered_at, answered_by_post,
        answered_by_unit
    FROM suggestion
"""


def suggestions(cur: Cursor, *, page: int) -> list[Suggestion]:
    """One page: what waits, oldest first, then what was answered, newest first."""
    cur.execute(
        _SUGGESTION + "ORDER BY (answered_at IS NOT NULL), answered_at DESC, id LIMIT %s OFFSET %s",
        (PAGE, (page - 1) * PAGE),
    )
    return many(cur, Suggestion)


def count(cur: Cursor) -> int:
    """How many there are."""
    cur.execute("SELECT count(*) AS suggestions FROM suggestion")
    return value(cur, int)


def suggestion(cur: Cursor, suggestion_id: int) -> Suggestion | None:
    """One of them, locked until the commit."""
    cur.execute(_SUGGESTION + "WHERE id = %s FOR UPDATE", (suggestion_id,))
    return one(cur, Suggestion)


def made_today(cur: Cursor, person_id: int) -> int:
    """How many a person has made within a day."""
    cur.execute(
        "SELECT count(*) AS made FROM suggestion WHERE made_by = %s AND made_at > now() - interval '1 day'",
        (person_id,),
    )
    return value(cur, int)


def waiting(cur: Cursor) -> Waiting:
    """What waits for an answer."""
    cur.execute(
        """
        SELECT count(*) AS suggestions,
            coalesce(extract(epoch FROM clock_timestamp() - min(made_at)), 0)::float AS oldest_seconds
        FROM suggestion WHERE answered_at IS NULL
        """
    )
    return the(cur, Waiting)
