"""Writes of good practice as events tell it."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg2.extras import execute_values

from shared.database import Cursor
from shared.events import PracticeChanged


def save(cur: Cursor, found: Sequence[PracticeChanged]) -> None:
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
        [
            (
                *(one.practice_id, one.checklist_id, one.unit_id, one.title, one.text),
                *(one.published_at, one.is_taken_back, one.version),
            )
            for one in found
        ],
    )
