"""What reminding of reports reads: what waits for the sweep, and how fresh the picture is."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from shared.database import Cursor
from shared.rows import the, value_or_none


class Waiting(NamedTuple):
    """How many submissions wait for a sweep, and the first of their days."""

    submissions: int
    first_day: dt.date | None


def heartbeat_at(cur: Cursor) -> dt.datetime | None:
    """When the stats database last ticked, as far as its events have come here; None before the first."""
    cur.execute("SELECT ticked_at FROM stats_heartbeat")
    return value_or_none(cur, dt.datetime)


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
