"""All writes of figures: facts and adjustments, which only grow, and their sums up the tree.

Whoever writes takes the one row of `fact_clock` first and holds it until the commit. So there is one writer at a time,
and rows of `figure` need no order of locks; they are taken in key order all the same, as everywhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from services.stats.figures.records import AboveUnit, Adjustment, NewFact, Stored
from shared.actor import Signature
from shared.database import Cursor
from shared.limits import DATABASE
from shared.rows import many, value, values

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


# What each unit by itself adds to the sums above it, read from the table with its own figures.
SHARES = """
    SELECT indicator_id, period, unit_id, coalesce(own, 0) AS total, 0::numeric AS adjusted,
        (own IS NOT NULL)::integer AS reporting, (own IS NULL)::integer AS without
    FROM {figures} WHERE own_fact_id IS NOT NULL
    UNION ALL
    SELECT indicator_id, period, unit_id, 0, amount, 0, 0 FROM adjustment
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
    # Arrays: a list of fourteen values for each row takes twice as long to write out as the rows take to be inserted.
    cur.execute(
        """
        INSERT INTO fact (indicator_id, unit_id, period, value, no_figure, known_since, origin, reason, source,
            submission_id, import_id, person_id, person_post, person_unit)
        SELECT indicator_id, unit_id, period, value, no_figure, %s, origin, reason, source, submission_id, import_id,
            %s, %s, %s
        FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::numeric[], %s::text[], %s::text[], %s::text[],
            %s::text[], %s::bigint[], %s::bigint[]) WITH ORDINALITY AS given (indicator_id, unit_id, period, value,
            no_figure, origin, reason, source, submission_id, import_id, number)
        ORDER BY number
        RETURNING id, indicator_id, unit_id, period, value, origin
        """,
        (
            since,
            who.person_id,
            who.post,
            who.unit,
            [fact.indicator_id for fact in facts],
            [fact.unit_id for fact in facts],
            [fact.period for fact in facts],
            [fact.value for fact in facts],
            [fact.no_figure for fact in facts],
            [fact.origin.value for fact in facts],
            [fact.reason for fact in facts],
            [fact.source for fact in facts],
            [fact.submission_id for fact in facts],
            [fact.import_id for fact in facts],
        ),
    )
    return many(cur, Stored)


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


def lock_tree(cur: Cursor) -> None:
    """Wait for a rebuild that empties the tree, and let none begin until the commit; others may write units too."""
    cur.execute("LOCK TABLE unit IN ROW EXCLUSIVE MODE")


def hold_clock(cur: Cursor) -> None:
    """Let nothing become known until the commit: what is known now, and of which units, is what it goes by."""
    cur.execute("SELECT newest FROM fact_clock FOR UPDATE")


def advance_clock(cur: Cursor, moment: dt.datetime) -> None:
    """Let nothing become known at `moment` or before, unless that is still to come; waits for whoever records now."""
    cur.execute(
        "UPDATE fact_clock SET newest = %(to)s WHERE newest < %(to)s AND %(to)s <= clock_timestamp()", {"to": moment}
    )


def add_adjustment(cur: Cursor, adjustment: Adjustment, *, since: dt.datetime, who: Signature) -> int:
    """Write down what is added to a sum, and add it there and above; return its id."""
    cur.execute(
        """
        INSERT INTO adjustment (indicator_id, unit_id, period, amount, reason, known_since,
            person_id, person_post, person_unit, takes_back_id)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
        """,
        (
            adjustment.indicator_id,
            adjustment.unit_id,
            adjustment.period,
            adjustment.amount,
            adjustment.reason,
            since,
            who.person_id,
            who.post,
            who.unit,
            adjustment.takes_back_id,
        ),
    )
    added = value(cur, int)
    cur.execute(
        f"""
        WITH RECURSIVE touched AS (SELECT %(unit)s::bigint AS unit_id), {LINES}
        INSERT INTO figure (indicator_id, period, unit_id, adjusted)
        SELECT %(indicator)s, %(period)s, id, %(amount)s FROM line ORDER BY id
        ON CONFLICT (indicator_id, period, unit_id) DO UPDATE SET adjusted = figure.adjusted + excluded.adjusted
        """,
        {
            "unit": adjustment.unit_id,
            "indicator": adjustment.indicator_id,
            "period": adjustment.period,
            "amount": adjustment.amount,
        },
    )
    _drop_empty(cur, sorted({line.id for line in lines_of(cur, [adjustment.unit_id])}))
    return added


def units_with_shares(cur: Cursor, moved: Sequence[int]) -> list[int]:
    """The units of `moved` and those below them that add anything to a sum."""
    cur.execute(
        """
        WITH RECURSIVE below AS (
            SELECT unnest(%s::bigint[]) AS id UNION SELECT unit.id FROM below JOIN unit ON unit.parent_id = below.id
        )
        SELECT id FROM below
        WHERE EXISTS (SELECT FROM figure WHERE figure.unit_id = below.id AND own_fact_id IS NOT NULL)
            OR EXISTS (SELECT FROM adjustment WHERE adjustment.unit_id = below.id)
        """,
        (list(moved),),
    )
    return values(cur, int)


def lines_of(cur: Cursor, unit_ids: Sequence[int]) -> list[AboveUnit]:
    """Each of the units with itself and with every unit above it."""
    cur.execute(
        f"WITH RECURSIVE touched AS (SELECT unnest(%s::bigint[]) AS unit_id), {LINES} SELECT unit_id, id FROM line",
        (list(unit_ids),),
    )
    return many(cur, AboveUnit)


def move(cur: Cursor, gone: Sequence[AboveUnit], come: Sequence[AboveUnit]) -> None:
    """Take the shares of units off the sums of those they lie below no more, and add them to the others."""
    lines = [*((*line, -1) for line in gone), *((*line, 1) for line in come)]
    cur.execute(
        f"""
        WITH line (unit_id, id, sign) AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::integer[])),
        share AS ({SHARES.format(figures="figure")})
        INSERT INTO figure (indicator_id, period, unit_id, total, adjusted, reporting, without)
        SELECT indicator_id, period, line.id, sum(sign * total), sum(sign * adjusted), sum(sign * reporting),
            sum(sign * without)
        FROM share JOIN line USING (unit_id)
        GROUP BY indicator_id, period, line.id ORDER BY indicator_id, period, line.id
        ON CONFLICT (indicator_id, period, unit_id) DO UPDATE SET total = figure.total + excluded.total,
            adjusted = figure.adjusted + excluded.adjusted, reporting = figure.reporting + excluded.reporting,
            without = figure.without + excluded.without
        """,
        ([line[0] for line in lines], [line[1] for line in lines], [line[2] for line in lines]),
    )
    # What was added and taken back comes to nothing on the new line as well.
    _drop_empty(cur, sorted({line.id for line in (*gone, *come)}))


def _drop_empty(cur: Cursor, unit_ids: Sequence[int]) -> None:
    """Forget sums at these units to which nothing is added any more."""
    cur.execute(
        """
        DELETE FROM figure
        WHERE unit_id = ANY (%s) AND own_fact_id IS NULL AND reporting = 0 AND without = 0 AND adjusted = 0
        """,
        (list(unit_ids),),
    )


def count_anew(cur: Cursor) -> int:
    """Fill the figures from facts, adjustments and the tree alone; return how many there are. Readers wait.

    The transaction may take long: it reads all facts there are.
    """
    cur.execute(f"SET LOCAL statement_timeout = '{DATABASE.long_statement:.0f}s'")
    cur.execute("TRUNCATE figure")
    cur.execute(
        """
        INSERT INTO figure (indicator_id, period, unit_id, own, own_fact_id)
        SELECT DISTINCT ON (indicator_id, period, unit_id) indicator_id, period, unit_id, value, id
        FROM fact ORDER BY indicator_id, period, unit_id, known_since DESC, id DESC
        """
    )
    cur.execute(
        f"""
        WITH RECURSIVE share AS ({SHARES.format(figures="figure")}), touched AS (SELECT unit_id FROM share), {LINES}
        INSERT INTO figure (indicator_id, period, unit_id, total, adjusted, reporting, without)
        SELECT indicator_id, period, line.id, sum(total), sum(adjusted), sum(reporting), sum(without)
        FROM share JOIN line USING (unit_id) GROUP BY indicator_id, period, line.id
        HAVING sum(reporting) > 0 OR sum(without) > 0 OR sum(adjusted) <> 0
        ON CONFLICT (indicator_id, period, unit_id) DO UPDATE SET total = excluded.total,
            adjusted = excluded.adjusted, reporting = excluded.reporting, without = excluded.without
        """
    )
    cur.execute("SELECT count(*) FROM figure")
    return value(cur, int)
