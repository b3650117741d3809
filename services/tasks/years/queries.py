"""Reads for the turn of the year."""

from __future__ import annotations

from services.tasks.years.records import Ended, Standing
from shared.database import Cursor
from shared.rows import has_row, the


def standing(cur: Cursor, checklist_id: int) -> Standing:
    """How far the duties of a checklist are, and how many requests about them nobody has answered."""
    cur.execute(
        """
        SELECT count(*) AS total, count(*) FILTER (WHERE state = 'accepted') AS done,
            count(*) FILTER (WHERE state = 'submitted') AS submitted,
            count(*) FILTER (WHERE state IN ('issued', 'acknowledged', 'returned')) AS open,
            (SELECT count(*) FROM request JOIN duty ON duty.id = duty_id
                WHERE checklist_id = %(checklist)s AND request.state = 'open') AS requests
        FROM duty WHERE checklist_id = %(checklist)s AND state <> 'withdrawn'
        """,
        {"checklist": checklist_id},
    )
    return the(cur, Standing)


def ended(cur: Cursor, checklist_id: int) -> Ended:
    """When and how a checklist was ended, and which one it was carried over from."""
    cur.execute(
        "SELECT closed_at, closed_reason, carried_from_id FROM checklist WHERE id = %s",
        (checklist_id,),
    )
    return the(cur, Ended)


def is_being_amended(cur: Cursor, checklist_id: int) -> bool:
    """Whether there is a draft that amends the checklist."""
    cur.execute("SELECT FROM checklist WHERE amends_id = %s", (checklist_id,))
    return has_row(cur)
