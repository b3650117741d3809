"""What reminding of reports reads: what waits for the sweep."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from shared.database import Cursor
from shared.rows import the


class Waiting(NamedTuple):
    """How many submissions wait for a sweep, and the first of their days."""

    submissions: int
    first_day: dt.date | None


def waiting_for_sweep(cur: Cursor, today: dt.date) -> Waiting:
    """The submissions that a sweep would take on `today`."""
    cur.execute(
        """
        SELECT count(*) AS submissions, min(remind_on) AS first_day FROM submission
        WHERE remind_on <= %s AND is_open
        """,
        (today,),
    )
    return the(cur, Waiting)
