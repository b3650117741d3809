"""What a listener's own database keeps of the counts of the ledger, and of what came of comparing."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from psycopg2.extras import Json

from shared.agreeing.judging import Cell, Sum
from shared.database import Cursor
from shared.hearing.spans import Position
from shared.ledger_events import LedgerCounted
from shared.limits import DATABASE
from shared.rows import has_row, many, one, value

# The sums of a cell, from the columns of a duty: the same in each database, whatever its release of PostgreSQL. Fifteen
# digits of a hash are a number below 2^60, and the sum of millions of them is exact.
SUMS = """
    count(*) AS duties, sum(version)::bigint AS versions,
    sum(('x' || substr(md5(id || ' ' || version || ' ' || state || ' ' || ({due_on} - date '2000-01-01')), 1, 15)
        )::bit(60)::bigint)::text AS digest
"""
# A month of nights.
CHECKS_KEPT = 31
# A count that never became whole, or that nobody could compare.
DAYS_WAITED = 7


class CountedCell(NamedTuple):
    """A cell as a database counts it."""

    checklist_id: int
    item_id: int
    due_on: dt.date
    state: str
    duties: int
    versions: int
    digest: str


class Waiting(NamedTuple):
    """A whole count that was told: of which day, when it was counted, how far the outbox was, when it came here."""

    counted_at: dt.datetime
    day: dt.date
    until_xid: int
    until_seq: int
    told_at: dt.datetime

    @property
    def until(self) -> Position:
        return Position(self.until_xid, self.until_seq)


class Part(NamedTuple):
    """A part of a count as it is kept: seven values a cell, as `CountedCell` names them."""

    cells: list[list[int | str]]


class Check(NamedTuple):
    """What came of the newest comparison; `wrong` and `unsettled` as they were saved."""

    day: dt.date
    counted_at: dt.datetime
    checked_at: dt.datetime
    items: int
    cells: int
    wrong: list[dict[str, int | str]]
    unsettled: dict[str, list[int | str]]


def sums_of(cells: Sequence[CountedCell]) -> dict[Cell, Sum]:
    """The sums by cell."""
    return {Cell(*one[:4]): Sum(one.duties, one.versions, int(one.digest)) for one in cells}


def allow_long(cur: Cursor) -> None:
    """Let the counting take as long as millions of duties."""
    cur.execute(f"SET LOCAL statement_timeout = '{DATABASE.long_statement:.0f}s'")


def add_part(cur: Cursor, told: LedgerCounted) -> None:
    """Keep a part of a count until it is whole; one that is there, or of a count before the last comparison, is not."""
    cells = [
        [
            *(cell.checklist_id, cell.item_id, cell.due_on.isoformat(), cell.state),
            *(cell.duties, cell.versions, cell.digest),
        ]
        for cell in told.cells
    ]
    cur.execute(
        """
        INSERT INTO ledger_part (counted_at, part, parts, day, until_xid, until_seq, cells)
        SELECT %(counted_at)s, %(part)s, %(parts)s, %(day)s, %(xid)s::text::xid8, %(seq)s, %(cells)s
        WHERE NOT EXISTS (SELECT FROM ledger_check WHERE ledger_check.counted_at >= %(counted_at)s)
        ON CONFLICT (counted_at, part) DO NOTHING
        """,
        {
            "counted_at": told.counted_at,
            "part": told.part,
            "parts": told.parts,
            "day": told.day,
            "xid": str(told.until[0]),
            "seq": told.until[1],
            "cells": Json(cells),
        },
    )


def newest_whole(cur: Cursor) -> Waiting | None:
    """The newest count of which all parts are there."""
    cur.execute(
        """
        SELECT counted_at, min(day) AS day, min(until_xid)::text::bigint AS until_xid, min(until_seq) AS until_seq,
            min(told_at) AS told_at
        FROM ledger_part GROUP BY counted_at HAVING count(*) = min(parts) ORDER BY counted_at DESC LIMIT 1
        """
    )
    return one(cur, Waiting)


def parts_told(cur: Cursor, counted_at: dt.datetime) -> list[Part]:
    """What was counted."""
    cur.execute("SELECT cells FROM ledger_part WHERE counted_at = %s ORDER BY part", (counted_at,))
    return many(cur, Part)


def sums_told(parts: Sequence[Part]) -> dict[Cell, Sum]:
    """The sums by cell."""
    return dict(_read(*cell) for part in parts for cell in part.cells)


def _read(*cell: int | str) -> tuple[Cell, Sum]:
    checklist_id, item_id, due_on, state, duties, versions, digest = cell
    place = Cell(int(checklist_id), int(item_id), dt.date.fromisoformat(str(due_on)), str(state))
    return place, Sum(int(duties), int(versions), int(digest))


def has_heard(cur: Cursor, source: str, until: Position) -> bool:
    """Whether everything that `source` told up to there has come, or lies in the parking lot."""
    cur.execute(
        """
        SELECT source FROM heard_position WHERE source = %(source)s
            AND (xid, seq) >= (%(xid)s::text::xid8, %(seq)s) AND NOT EXISTS (
                SELECT FROM gap WHERE gap.source = %(source)s
                    AND (after_xid, after_seq) < (%(xid)s::text::xid8, %(seq)s))
        """,
        {"source": source, "xid": str(until.xid), "seq": until.seq},
    )
    return has_row(cur)


def try_to_hold(cur: Cursor) -> bool:
    """Whether this transaction is the one that compares; until its end no other is."""
    cur.execute("SELECT pg_try_advisory_xact_lock(hashtext('ledger_check')) AS is_ours")
    return value(cur, bool)


def newest_check(cur: Cursor) -> Check | None:
    """What came of the newest comparison; None before the first."""
    cur.execute(
        """
        SELECT day, counted_at, checked_at, items, cells, wrong, unsettled FROM ledger_check
        ORDER BY counted_at DESC LIMIT 1
        """
    )
    return one(cur, Check)


def is_settled_since(cur: Cursor, told_at: dt.datetime, *, hours: int) -> bool:
    """Whether the newest comparison was made so long before a count came that nothing of that count was in it."""
    cur.execute(
        """
        SELECT coalesce(max(checked_at) < %s - make_interval(hours => %s), false) AS is_so FROM ledger_check
        """,
        (told_at, hours),
    )
    return value(cur, bool)


def save_check(
    cur: Cursor,
    waiting: Waiting,
    *,
    items: int,
    cells: int,
    wrong: Sequence[Mapping[str, int | str]],
    unsettled: Mapping[int, Sum],
) -> None:
    """Keep what came of a count, and let go of it and of those before."""
    kept = {str(item): [one.duties, one.versions, str(one.digest)] for item, one in unsettled.items()}
    cur.execute(
        """
        INSERT INTO ledger_check (counted_at, day, items, cells, wrong, unsettled) VALUES (%s, %s, %s, %s, %s, %s)
        ON CONFLICT (counted_at) DO NOTHING
        """,
        (waiting.counted_at, waiting.day, items, cells, json.dumps(wrong), json.dumps(kept)),
    )
    cur.execute("DELETE FROM ledger_part WHERE counted_at <= %s", (waiting.counted_at,))
    cur.execute(
        """
        DELETE FROM ledger_check WHERE counted_at NOT IN (
            SELECT counted_at FROM ledger_check ORDER BY counted_at DESC LIMIT %s)
        """,
        (CHECKS_KEPT,),
    )


def forget_waiting(cur: Cursor) -> None:
    """Let go of parts of counts that nobody could compare."""
    cur.execute("DELETE FROM ledger_part WHERE told_at < now() - make_interval(days => %s)", (DAYS_WAITED,))
