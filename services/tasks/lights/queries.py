"""Reads of the rule of lights."""

from __future__ import annotations

from services.tasks.lights.records import SavedRule
from shared.database import Cursor
from shared.rows import many


def saved(cur: Cursor) -> list[SavedRule]:
    """All versions, from the first to the newest."""
    cur.execute("SELECT version, from_day, workdays, reason, post, unit_name, at FROM light_rule ORDER BY version")
    return many(cur, SavedRule)
