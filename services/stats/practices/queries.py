"""Reads of good practice. Nobody counts whose it is."""

from __future__ import annotations

import datetime as dt

from services.stats.practices.records import Published
from shared.clock import start_of
from shared.database import Cursor
from shared.rows import many


def published(cur: Cursor, checklist_id: int, since: dt.date, until: dt.date) -> list[Published]:
    """What was published of a checklist's duties from `since` to `until`, both days included, and not taken back.

    Days are those of Asia/Shanghai; in the order of publishing. A unit of which no event has told yet has no name.
    """
    cur.execute(
        """
        SELECT title, text, coalesce(unit.name, '') AS unit_name,
            (published_at AT TIME ZONE 'Asia/Shanghai')::date AS published_on
        FROM practice LEFT JOIN unit ON unit.id = unit_id
        WHERE checklist_id = %s AND NOT is_taken_back AND published_at >= %s AND published_at < %s
        ORDER BY published_at, practice.id
        """,
        (checklist_id, start_of(since), start_of(until + dt.timedelta(days=1))),
    )
    return many(cur, Published)
