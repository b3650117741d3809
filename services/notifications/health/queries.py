"""What is read to say how reminding fares; ages are by the clock of the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from shared.database import Cursor
from shared.rows import many, the


class Sweeps(NamedTuple):
    """How long ago the last sweep ended, and how old the picture is that it reads; None for what never was."""

    swept_seconds: float | None
    duties_seconds: float | None
    reports_seconds: float | None


class OfChannel(NamedTuple):
    """What became of the messages of a channel that were planned for the last days."""

    channel: str
    sent: int
    waiting: int
    dead: int


def sweeps(cur: Cursor) -> Sweeps:
    """The ages, in seconds."""
    cur.execute(
        """
        SELECT (SELECT extract(epoch FROM now() - ended_at)::float FROM sweep) AS swept_seconds,
            (SELECT extract(epoch FROM now() - ticked_at)::float FROM heartbeat) AS duties_seconds,
            (SELECT extract(epoch FROM now() - ticked_at)::float FROM stats_heartbeat) AS reports_seconds
        """
    )
    return the(cur, Sweeps)


def by_channel(cur: Cursor, first: dt.date, dead: Collection[str]) -> list[OfChannel]:
    """The messages from the day `first` on, by channel; those in a state of `dead` need a person."""
    cur.execute(
        """
        SELECT channel, count(*) FILTER (WHERE state = 'sent') AS sent,
            count(*) FILTER (WHERE state IN ('planned', 'sending')) AS waiting,
            count(*) FILTER (WHERE state = ANY (%s)) AS dead
        FROM delivery WHERE day >= %s GROUP BY channel ORDER BY channel
        """,
        (sorted(dead), first),
    )
    return many(cur, OfChannel)
