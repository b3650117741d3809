"""What the ledger of duties counts, and of which night it was last told."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from services.tasks.duties.queries import TOLD, UNTOLD
from shared.agreeing.store import SUMS, CountedCell
from shared.database import Cursor
from shared.delivery.outbox import LAST
from shared.hearing.spans import Position
from shared.ledger_events import LedgerCell
from shared.rows import many, the, value_or_none


class _Moment(NamedTuple):
    xid: int
    counted_at: dt.datetime


class Counted(NamedTuple):
    """The cells of a moment; all that was told up to `until` is in them."""

    counted_at: dt.datetime
    until: Position
    cells: list[LedgerCell]


def counted(cur: Cursor) -> Counted:
    """All duties that others keep, by item, due date and state, each in the newest version that they were told.

    The position is asked for after the counting, so that nothing which was counted lies behind it. What was committed
    between the two is news to who hears it, as what comes later is.
    """
    cur.execute(
        f"""
        WITH told AS MATERIALIZED ({TOLD.format(of="duty_history")})
        SELECT checklist_id, item_id, due_on, state, {SUMS.format(due_on="due_on")}
        FROM (
            SELECT duty.id, checklist_id, item_id, due_on, state, coalesce(told.version, duty.version) AS version
            FROM duty LEFT JOIN told ON told.id = duty.id
            WHERE checklist_id <> ALL (ARRAY(SELECT id FROM checklist WHERE dropped_on IS NOT NULL))
        ) AS duty
        GROUP BY checklist_id, item_id, due_on, state ORDER BY checklist_id, item_id, due_on, state
        """,
        (UNTOLD, UNTOLD),
    )
    cells = [LedgerCell(*one) for one in many(cur, CountedCell)]
    cur.execute(
        """
        SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1 AS xid, clock_timestamp() AS counted_at
        """
    )
    found = the(cur, _Moment)
    return Counted(found.counted_at, Position(found.xid, LAST), cells)


def newest_day(cur: Cursor) -> dt.date | None:
    """The day of the last count; None as long as nothing may be told."""
    cur.execute("SELECT day FROM ledger_count ORDER BY day DESC LIMIT 1")
    return value_or_none(cur, dt.date)
