"""What reminding reads: who is to be told, what waits for the sweep, and how fresh the picture is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from shared.actor import UNIT_ROLES
from shared.database import Cursor


def heartbeat_at(cur: Cursor) -> dt.datetime | None:
    cur.execute("SELECT ticked_at FROM heartbeat")
    found = cur.fetchone()
    return found.ticked_at if found else None


def waiting_for_sweep(cur: Cursor, today: dt.date) -> tuple[int, dt.date | None]:
    """How many open duties a sweep would take on `today`, and the first of their days."""
    cur.execute(
        "SELECT count(*) AS duties, min(remind_on) AS first_day FROM duty WHERE remind_on <= %s AND is_open", (today,)
    )
    found = cur.fetchone()
    return found.duties, found.first_day


def recipients_of_units(cur: Cursor, unit_ids: Sequence[int]) -> dict[int, list[int]]:
    """The active staff and heads of each unit, as {unit id: person ids}; a unit without any is left out."""
    cur.execute(
        """
        SELECT unit_id, array_agg(id ORDER BY id) AS person_ids FROM person
        WHERE unit_id = ANY(%s::bigint[]) AND is_active AND roles && %s::text[]
        GROUP BY unit_id
        """,
        (list(unit_ids), sorted(UNIT_ROLES)),
    )
    return {row.unit_id: row.person_ids for row in cur.fetchall()}
