"""How many messages a post gets on a channel in a week at most. Pure.

What does not fit waits for the next week, merged, as long as it still means something; the inbox has it at once.
"""

from __future__ import annotations

import datetime as dt

# One each working day: what is merged by the day floods nobody. A week with a worked weekend has one more.
USUAL = 5
LEAST, MOST = 1, 7


def week_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """The Monday and the Sunday of the week of `day`."""
    monday = day - dt.timedelta(days=day.weekday())
    return monday, monday + dt.timedelta(days=6)
