"""All writes of figures: facts and adjustments, which only grow, and their sums up the tree.

Whoever writes takes the one row of `fact_clock` first and holds it until the commit. So there is one writer at a time,
and rows of `figure` need no order of locks; they are taken in key order all the same, as everywhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from services.stats.figures.records import NewFact, Stored
from shared.actor import Signature
from shared.database import Cursor
from shared.rows import ROWS_PER_STATEMENT, returned, value

# The lines from the units in `touched` to the top, themselves included. UNION ends a circle that events half-way
# through a move of units can show; the unit above is a subquery, or PostgreSQL may read the whole table for each step.
LINES = """
    line (unit_id, id) AS (
        SELECT DISTINCT unit_id, unit_id FROM touched
        UNION
        SELECT unit_id, above FROM (
            SELECT line.unit_id, (SELECT parent_id FROM unit WHERE unit.id = line.id) AS above FROM line
        ) AS step WHERE above IS NOT NULL
    )
"""


def take_clock(cur: Cursor) -> dt.datetime:
    """The moment from which on what this transaction records is known: after every one before it, whatever the clock.

    Waits for the transaction that took it before, and lets the next one wait until the commit.
    """
    cur.execute(
        """
        UPDATE fact_clock SET newest = greatest(clock_timestamp(), newest + interval '1 microsecond') RETURNING newest
        """
    )
    return value(cur, dt.datetime)


def append(cur: Cursor, facts: Sequence[NewFact], *, since: dt.datetime, who: Signature) -> list[Stored]:
    """Write the facts down, in their order."""
    return returned(
        cur,
        Stored,
        """
        INSERT INTO fact (indicator_id, unit_id, period, value, no_figure, known_since, origin, reason, source,
            submission_id, import_id, person_id, person_post, person_unit)
        VALUES %s RETURNING id, indicator_id, unit_id, period, value, origin
        """,
        [
            (
                fact.indicator_id,
                fact.unit_id,
                fact.period,
                fact.value,
                fact.no_figure,
                since,
                fact.origin.value,
                fact.reason,
                fact.source,
                fact.submission_id,
                fact.import_id,
                who.person_id,
                who.post,
                who.unit,
            )
            for fact in facts
        ],
        page_size=ROWS_PER_STATEMENT,
    )


def add_up(cur: Cursor, fact_ids: Sequence[int]) -> None:
    """Take new facts, one of a cell, into the figures of their units and of all units above.

    What a cell said before is still in `figure`, and comes off in the same breath.
    """
    cur.execute(
        f"""
        WITH RECURSIVE touched AS MATERIALIZED (
            SELECT fact.id, fact.indicator_id, fact.period, fact.unit_id, fact.value, figure.own AS was,
                figure.own_fact_id IS NOT NULL AND figure.own IS NULL AS was_without
            FROM fact LEFT JOIN figure USING (indicator_id, period, unit_id) WHERE fact.id = ANY (%s)
        ), {LINES}
        INSERT INTO figure (indicator_id, period, unit_id, own, own_fact_id, total, reporting, without)
        SELECT indicator_id, period, line.id,
            max(value) FILTER (WHERE line.id = touched.unit_id),
            max(touched.id) FILTER (WHERE line.id = touched.unit_id),
            sum(coalesce(value, 0) - coalesce(was, 0)),
            sum((value IS NOT NULL)::integer - (was IS NOT NULL)::integer),
            sum((value IS NULL)::integer - was_without::integer)
        FROM touched JOIN line ON line.unit_id = touched.unit_id
        GROUP BY indicator_id, period, line.id ORDER BY indicator_id, period, line.id
        ON CONFLICT (indicator_id, period, unit_id) DO UPDATE SET
            own = CASE WHEN excluded.own_fact_id IS NULL THEN figure.own ELSE excluded.own END,
            own_fact_id = coalesce(excluded.own_fact_id, figure.own_fact_id),
            total = figure.total + excluded.total,
            reporting = figure.reporting + excluded.reporting,
            without = figure.without + excluded.without
        """,
        (list(fact_ids),),
    )
