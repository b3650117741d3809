"""Writes of good practice as events tell it."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg2.extras import execute_values

from services.stats.practices.records import Practice
from shared.database import Cursor


def save(cur: Cursor, found: Sequence[Practice]) -> None:
    """Keep what is newer than what is known, in the order of the ids, in which `found` must be, each once."""
    execute_values(
        cur,
        """
        INSERT INTO practice (id, checklist_id, unit_id, title, text, published_at, is_taken_back, version) VALUES %s
        ON CONFLICT (id) DO UPDATE SET checklist_id = excluded.checklist_id, unit_id = excluded.unit_id,
            title = excluded.title, text = excluded.text, published_at = excluded.published_at,
            is_taken_back = excluded.is_taken_back, version = excluded.version
        WHERE practice.version < excluded.version
        """,
        found,
    )
