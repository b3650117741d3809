"""Reports that are not in: rounds whose due day is over and that units still owe."""

from __future__ import annotations

import datetime as dt
from typing import Any

from services.stats.leading import queries
from shared.clock import start_of
from shared.database import Cursor

# What was due longer ago is asked for by whoever looks at the report, not by a meeting.
DAYS_BACK = 92
MOST_ROUNDS = 30


def late_reports(cur: Cursor, today: dt.date, *, as_of: dt.date | None, unit_id: int | None) -> dict[str, Any]:
    """The rounds of the last three months that units owe, as of the end of a day or as it is now; the newest first.

    Of a day to come nothing is known: it is answered as of now.
    """
    day = today if as_of is None else min(as_of, today)
    found = queries.late_rounds(
        cur,
        due_from=day - dt.timedelta(days=DAYS_BACK),
        today=day,
        until=start_of(day + dt.timedelta(days=1)),
        unit_id=unit_id,
        limit=MOST_ROUNDS,
    )
    return {
        "rounds": [
            {
                **row._asdict(),
                "due_on": row.due_on.isoformat(),
                "missing_more": row.missing - len(row.names),
            }
            for row in found
        ]
    }
