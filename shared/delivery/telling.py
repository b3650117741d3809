"""A source says in its heartbeats what there was to hear, so that whoever lost some of it knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from shared.database import Cursor
from shared.delivery import outbox
from shared.delivery.outbox import Named
from shared.events import RelayTicked
from shared.hearing import packing
from shared.hearing.spans import Position, Span
from shared.rows import value


def tick(cur: Cursor, database: str) -> bool:
    """Write the next heartbeat, which names what was written since the one before; return whether there is more.

    The first one of a database, and the first after a restore, only says from where on.
    """
    after = outbox.newest_told(cur)
    rows = [] if after is None else outbox.names_between(cur, after, limit=packing.MOST_IDS)
    begin = after or outbox.end(cur)
    # By the database's clock, which stays when another process takes over.
    cur.execute("SELECT now() AS now")
    outbox.add(cur, [heartbeat(database, begin, rows, value(cur, dt.datetime))])
    return len(rows) == packing.MOST_IDS


def heartbeat(database: str, after: Position, rows: Sequence[Named], ticked_at: dt.datetime) -> RelayTicked:
    """A heartbeat that names `rows`, all that there is after `after` up to the last of them."""
    until = rows[-1].position if rows else after
    told = packing.pack((row.type, row.id) for row in rows if row.type != RelayTicked.TYPE)
    return RelayTicked(database, ticked_at, after, until, told or None)


def told_again(database: str, span: Span, rows: Sequence[Named]) -> RelayTicked:
    """The heartbeat for a listener that lost those that named `rows`; it is as old as they are.

    Where there are no rows, or fewer than were asked for, `span` is known to its end.
    """
    is_all = len(rows) < packing.MOST_IDS
    found = heartbeat(database, span.after, rows, rows[-1].created_at if rows else LONG_AGO)
    return RelayTicked(database, found.ticked_at, span.after, span.until if is_all else found.until, found.told)


LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
