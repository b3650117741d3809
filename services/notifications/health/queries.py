"""What is read to say how reminding fares; ages are by the clock of the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from shared.actor import UNIT_ROLES
from shared.database import Cursor
from shared.rows import many, value_or_none


class OfChannel(NamedTuple):
    """What became of the messages of a channel that were planned for the last days."""

    channel: str
    sent: int
    waiting: int
    dead: int


class Unmanned(NamedTuple):
    """A unit that owes something and has nobody who could be told; ended checklists do not count.

    `units` is how many of them there are.
    """

    unit_id: int
    unit: str
    owes: int
    units: int


def unmanned(cur: Cursor, *, limit: int) -> list[Unmanned]:
    """The first of those units in the order of the directory, with how many open duties and reports each has."""
    cur.execute(
        """
        SELECT owing.unit_id, coalesce(unit.name, '') AS unit, sum(owing.things)::bigint AS owes,
            count(*) OVER () AS units
        FROM (
            SELECT unit_id, count(*) AS things FROM duty
            WHERE is_open AND checklist_id NOT IN (SELECT id FROM checklist WHERE state = 'closed') GROUP BY unit_id
            UNION ALL
            SELECT unit_id, count(*) FROM submission WHERE is_open GROUP BY unit_id
        ) AS owing LEFT JOIN unit ON unit.id = owing.unit_id
        WHERE NOT EXISTS (
            SELECT FROM person WHERE person.unit_id = owing.unit_id AND is_active AND roles && %s::text[])
        GROUP BY owing.unit_id, unit.name, unit.code ORDER BY unit.code, owing.unit_id LIMIT %s
        """,
        (sorted(UNIT_ROLES), limit),
    )
    return many(cur, Unmanned)


def swept_seconds(cur: Cursor) -> float | None:
    """How long ago the last sweep ended; None before the first."""
    cur.execute("SELECT extract(epoch FROM now() - ended_at)::float AS seconds FROM sweep")
    return value_or_none(cur, float)


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
