"""All reads of figures: facts as they are or were known, their sums up the tree, and what was added to a sum."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from services.stats.figures.records import Cell, Known, Origin
from shared.database import Cursor
from shared.rows import many, value

__all__ = ["Cell", "Known", "Origin"]


def known(cur: Cursor, cells: Sequence[Cell], *, as_of: dt.datetime | None = None) -> dict[Cell, Known]:
    """The newest fact of each cell that has one: a unit's own figures, nothing from below it.

    With `as_of` what was known at that moment; `knowing.settle` first, or a fact that is being recorded may be missed.
    """
    cur.execute(
        """
        SELECT asked.indicator_id, asked.unit_id, asked.period, found.value, found.no_figure, found.id AS fact_id,
            found.known_since, found.origin
        FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS asked (indicator_id, unit_id, period)
        CROSS JOIN LATERAL (
            SELECT id, value, no_figure, known_since, origin FROM fact
            WHERE fact.indicator_id = asked.indicator_id AND fact.period = asked.period
                AND fact.unit_id = asked.unit_id AND fact.known_since <= coalesce(%s, 'infinity'::timestamptz)
            ORDER BY known_since DESC, id DESC LIMIT 1
        ) AS found
        """,
        (
            [cell.indicator_id for cell in cells],
            [cell.unit_id for cell in cells],
            [cell.period for cell in cells],
            as_of,
        ),
    )
    return {Cell(*row[:3]): row for row in many(cur, Known)}


def newest_moment(cur: Cursor) -> dt.datetime:
    """The newest moment at which anything became known, as far as it is committed."""
    cur.execute("SELECT newest FROM fact_clock")
    return value(cur, dt.datetime)
