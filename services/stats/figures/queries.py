"""All reads of figures: facts as they are or were known, their sums up the tree, who is in, and what was added."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from services.stats.figures.records import (
    Announced,
    AskedUnit,
    Base,
    Cell,
    Covered,
    GivenAdjustment,
    Known,
    Needed,
    Origin,
    OwnCell,
    PastFact,
    Place,
    Sources,
    Sum,
    Township,
    UnitName,
    WholeSum,
)
from services.stats.periods import EARLIEST_YEAR, LATEST_YEAR
from shared.database import Cursor
from shared.rows import many, one, the, value, values

__all__ = ["Cell", "Known", "Origin"]

# For WITH RECURSIVE, after the asked `node`: each with all that lies below it, itself included.
BELOW = """
    below (node, id) AS (
        SELECT node, node FROM unnest(%(units)s::bigint[]) AS node
        UNION
        SELECT below.node, unit.id FROM below JOIN unit ON unit.parent_id = below.id
    ),
    member AS MATERIALIZED (SELECT DISTINCT id AS unit_id FROM below)
"""
# The bases that were asked for, in which column of the answer each is needed.
BASES = """
    base (place, indicator_id, period, part, least) AS (
        SELECT * FROM unnest(%(places)s::integer[], %(indicators)s::bigint[], %(periods)s::text[], %(parts)s::text[],
            %(least)s::integer[])
    ),
    single AS MATERIALIZED (SELECT DISTINCT indicator_id, period FROM base)
"""
# What each unit by itself says of the bases: now, or as it was known at a moment.
OWN_NOW = """
    own AS MATERIALIZED (
        SELECT indicator_id, period, unit_id, own AS value, own_fact_id AS fact_id
        FROM single JOIN figure USING (indicator_id, period) JOIN member USING (unit_id)
        WHERE own_fact_id IS NOT NULL
    )
"""
OWN_THEN = """
    own AS MATERIALIZED (
        SELECT DISTINCT ON (indicator_id, period, unit_id) indicator_id, period, unit_id, value, fact.id AS fact_id
        FROM single JOIN fact USING (indicator_id, period) JOIN member USING (unit_id)
        WHERE known_since <= %(as_of)s
        ORDER BY indicator_id, period, unit_id, known_since DESC, fact.id DESC
    )
"""
# Who is asked for something in a column: those of whom it is expected, and those who gave it unasked.
ASKED = """
    expected AS (
        SELECT indicator_id, single.period, unit_id
        FROM single JOIN round_line USING (indicator_id)
            JOIN round ON round.id = round_id AND round.period = single.period
            JOIN submission USING (round_id) JOIN member USING (unit_id)
        WHERE is_expected
    ),
    found AS (
        SELECT indicator_id, period, unit_id, bool_or(is_in) AS is_in, bool_or(NOT is_in) AS is_expected,
            bool_or(has_value) AS has_value
        FROM (
            SELECT indicator_id, period, unit_id, true AS is_in, value IS NOT NULL AS has_value FROM own
            UNION ALL SELECT indicator_id, period, unit_id, false, false FROM expected
        ) AS either GROUP BY indicator_id, period, unit_id
    ),
    whole AS (
        SELECT place, part, unit_id, bool_and(is_in) AS is_in, bool_or(is_expected) AS is_expected,
            bool_or(has_any) AND NOT bool_and(has_all) AS is_partial
        FROM (
            SELECT place, part, unit_id, bool_and(is_in) AS is_in, bool_or(is_expected) AS is_expected,
                bool_or(has_value) AS has_any, bool_and(has_value) AND count(*) >= max(least) AS has_all
            FROM base JOIN found USING (indicator_id, period) GROUP BY place, part, unit_id, indicator_id
        ) AS of_indicator GROUP BY place, part, unit_id
    ),
    asked AS (
        SELECT place, unit_id, bool_and(is_in) AS is_in, bool_or(is_expected) AS is_expected,
            bool_or(is_partial) AS is_partial
        FROM whole GROUP BY place, unit_id
    )
"""


def known(cur: Cursor, cells: Sequence[Cell], *, as_of: dt.datetime | None = None) -> dict[Cell, Known]:
    """The newest fact of each cell that has one: a unit's own figures, nothing from below it.

    With `as_of` what was known at that moment; `moments.settle` first, or a fact that is being recorded may be missed.
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


def announced(cur: Cursor, indicator_ids: Sequence[int]) -> dict[int, Announced]:
    """What an event says of the indicators."""
    cur.execute("SELECT id, code, type FROM indicator WHERE id = ANY (%s)", (list(indicator_ids),))
    return {found.id: found for found in many(cur, Announced)}


def newest_moment(cur: Cursor) -> dt.datetime:
    """The newest moment at which anything became known, as far as it is committed."""
    cur.execute("SELECT newest FROM fact_clock")
    return value(cur, dt.datetime)


def places(cur: Cursor, unit_ids: Sequence[int]) -> dict[int, Place]:
    """Those of the units that are known, by id."""
    cur.execute("SELECT id, parent_id, version FROM unit WHERE id = ANY (%s)", (list(unit_ids),))
    return {place.id: place for place in many(cur, Place)}


def sums(cur: Cursor, bases: Sequence[Base], unit_ids: Sequence[int], *, as_of: dt.datetime | None) -> list[Sum]:
    """The figures of the units with all below them, now or counted anew from what was known at `as_of`.

    The tree is that of today either way.
    """
    asked = _asked(_alone(bases), unit_ids, as_of)
    if as_of is None:
        cur.execute(
            f"""
            WITH {BASES}
            SELECT indicator_id, period, unit_id, own, own_fact_id, total, adjusted, reporting, without
            FROM single CROSS JOIN unnest(%(units)s::bigint[]) AS node (unit_id)
                JOIN figure USING (indicator_id, period, unit_id)
            """,
            asked,
        )
        return many(cur, Sum)
    cur.execute(
        f"""
        WITH RECURSIVE {BELOW}, {BASES}, {OWN_THEN}, share AS (
            SELECT indicator_id, period, unit_id, value, fact_id, 0::numeric AS amount FROM own
            UNION ALL
            SELECT indicator_id, period, unit_id, NULL, NULL, amount
            FROM single JOIN adjustment USING (indicator_id, period) JOIN member USING (unit_id)
            WHERE known_since <= %(as_of)s
        )
        SELECT indicator_id, period, node AS unit_id, max(value) FILTER (WHERE unit_id = node) AS own,
            max(fact_id) FILTER (WHERE unit_id = node) AS own_fact_id, coalesce(sum(value), 0) AS total,
            sum(amount) AS adjusted, count(value)::integer AS reporting,
            count(*) FILTER (WHERE value IS NULL AND fact_id IS NOT NULL)::integer AS without
        FROM share JOIN below ON below.id = unit_id GROUP BY indicator_id, period, node
        """,
        asked,
    )
    return many(cur, Sum)


def coverage(
    cur: Cursor, needed: Sequence[Needed], unit_ids: Sequence[int], *, as_of: dt.datetime | None
) -> list[Covered]:
    """How many units a figure is of, and how many of them are missing, by place and unit.

    A unit that lacks any of the bases of a place is missing there.
    """
    cur.execute(
        f"""
        WITH RECURSIVE {BELOW}, {BASES}, {OWN_NOW if as_of is None else OWN_THEN}, {ASKED}
        SELECT place, node AS unit_id, count(*)::integer AS units,
            (count(*) FILTER (WHERE NOT is_in))::integer AS missing,
            (count(*) FILTER (WHERE is_expected))::integer AS expected,
            (count(*) FILTER (WHERE is_partial))::integer AS partial
        FROM asked JOIN below ON below.id = unit_id GROUP BY place, node
        """,
        _asked(needed, unit_ids, as_of),
    )
    return many(cur, Covered)


def sums_of_whole(
    cur: Cursor, needed: Sequence[Needed], unit_ids: Sequence[int], *, as_of: dt.datetime | None
) -> list[WholeSum]:
    """The sums without what units gave of a part of which they lack another base."""
    cur.execute(
        f"""
        WITH RECURSIVE {BELOW}, {BASES}, {OWN_NOW if as_of is None else OWN_THEN}, {ASKED}
        SELECT place, indicator_id, period, node AS unit_id, sum(value) AS total, count(value)::integer AS reporting
        FROM base JOIN own USING (indicator_id, period) JOIN whole USING (place, part, unit_id)
            JOIN below ON below.id = unit_id
        WHERE NOT is_partial AND value IS NOT NULL GROUP BY place, indicator_id, period, node
        """,
        _asked(needed, unit_ids, as_of),
    )
    return many(cur, WholeSum)


def missing_units(
    cur: Cursor, bases: Sequence[Base], unit_id: int, *, as_of: dt.datetime | None, limit: int
) -> list[AskedUnit]:
    """The first of the units of which any of the bases is missing, by code."""
    cur.execute(
        f"""
        WITH RECURSIVE {BELOW}, {BASES}, {OWN_NOW if as_of is None else OWN_THEN}, {ASKED}
        SELECT unit_id, unit.code, unit.name FROM asked JOIN unit ON unit.id = unit_id WHERE NOT is_in
        ORDER BY unit.code, unit_id LIMIT %(limit)s
        """,
        _asked(_alone(bases), [unit_id], as_of) | {"limit": limit},
    )
    return many(cur, AskedUnit)


def sources(cur: Cursor, base: Base, unit_id: int) -> Sources:
    """Who says something of the base, or is asked to: the unit itself, units below it."""
    cur.execute(
        f"""
        WITH RECURSIVE {BELOW}, {BASES}, {OWN_NOW}, {ASKED}
        SELECT EXISTS (SELECT FROM asked WHERE unit_id = %(unit)s) AS itself,
            EXISTS (SELECT FROM asked WHERE unit_id <> %(unit)s) AS below
        """,
        _asked(_alone([base]), [unit_id], None) | {"unit": unit_id},
    )
    return the(cur, Sources)


def adjusted_at(cur: Cursor, base: Base, unit_id: int) -> Decimal:
    """What was added to the base at the unit itself, taken together."""
    cur.execute(
        """
        SELECT coalesce(sum(amount), 0) FROM adjustment WHERE indicator_id = %s AND period = %s AND unit_id = %s
        """,
        (base.indicator_id, base.period, unit_id),
    )
    return value(cur, Decimal)


def own_cells(
    cur: Cursor, bases: Sequence[Base], unit_id: int, *, as_of: dt.datetime | None, limit: int, offset: int
) -> list[OwnCell]:
    """The cells that a figure is made of: what the unit and those below say of the bases."""
    cur.execute(
        f"""
        WITH RECURSIVE {BELOW}, {BASES}, {OWN_NOW if as_of is None else OWN_THEN}
        SELECT own.indicator_id, indicator.name AS indicator, own.unit_id,
            coalesce(unit.name, own.unit_id::text) AS unit, own.period, own.value, no_figure, known_since, origin
        FROM own JOIN fact ON fact.id = fact_id JOIN indicator ON indicator.id = own.indicator_id
            LEFT JOIN unit ON unit.id = own.unit_id
        ORDER BY indicator.code, own.period, unit.code, own.unit_id LIMIT %(limit)s OFFSET %(offset)s
        """,
        _asked(_alone(bases), [unit_id], as_of) | {"limit": limit, "offset": offset},
    )
    return many(cur, OwnCell)


def count_cells(cur: Cursor, bases: Sequence[Base], unit_id: int, *, as_of: dt.datetime | None) -> int:
    """How many cells a figure is made of."""
    cur.execute(
        f"""
        WITH RECURSIVE {BELOW}, {BASES}, {OWN_NOW if as_of is None else OWN_THEN}
        SELECT count(*) FROM own
        """,
        _asked(_alone(bases), [unit_id], as_of),
    )
    return value(cur, int)


_ADJUSTMENT = """
    SELECT adjustment.id, adjustment.indicator_id, indicator.name AS indicator, adjustment.unit_id,
        coalesce(unit.name, adjustment.unit_id::text) AS unit, adjustment.period, amount, reason, known_since,
        person_post, person_unit, takes_back_id, EXISTS (
            SELECT FROM adjustment AS opposite WHERE opposite.takes_back_id = adjustment.id
                AND opposite.known_since <= coalesce(%(as_of)s, 'infinity'::timestamptz)
        ) AS is_taken_back
"""


def adjustments(
    cur: Cursor, bases: Sequence[Base], unit_id: int, *, as_of: dt.datetime | None, limit: int, offset: int
) -> list[GivenAdjustment]:
    """What was added to the bases at the unit and below, the newest first."""
    cur.execute(
        f"""
        WITH RECURSIVE {BELOW}, {BASES}
        {_ADJUSTMENT}
        FROM single JOIN adjustment USING (indicator_id, period) JOIN member USING (unit_id)
            JOIN indicator ON indicator.id = adjustment.indicator_id LEFT JOIN unit ON unit.id = adjustment.unit_id
        WHERE known_since <= coalesce(%(as_of)s, 'infinity'::timestamptz)
        ORDER BY known_since DESC, adjustment.id DESC LIMIT %(limit)s OFFSET %(offset)s
        """,
        _asked(_alone(bases), [unit_id], as_of) | {"limit": limit, "offset": offset},
    )
    return many(cur, GivenAdjustment)


def count_adjustments(cur: Cursor, bases: Sequence[Base], unit_id: int, *, as_of: dt.datetime | None) -> int:
    """How many `adjustments` has on all its pages."""
    cur.execute(
        f"""
        WITH RECURSIVE {BELOW}, {BASES}
        SELECT count(*) FROM single JOIN adjustment USING (indicator_id, period) JOIN member USING (unit_id)
        WHERE known_since <= coalesce(%(as_of)s, 'infinity'::timestamptz)
        """,
        _asked(_alone(bases), [unit_id], as_of),
    )
    return value(cur, int)


def adjustment(cur: Cursor, adjustment_id: int) -> GivenAdjustment | None:
    """One adjustment."""
    cur.execute(
        f"""
        {_ADJUSTMENT}
        FROM adjustment JOIN indicator ON indicator.id = adjustment.indicator_id
            LEFT JOIN unit ON unit.id = adjustment.unit_id
        WHERE adjustment.id = %(id)s
        """,
        {"id": adjustment_id, "as_of": None},
    )
    return one(cur, GivenAdjustment)


def count_history(cur: Cursor, cell: Cell) -> int:
    """How many facts there are of one cell."""
    cur.execute(
        "SELECT count(*) AS facts FROM fact WHERE indicator_id = %s AND unit_id = %s AND period = %s",
        (cell.indicator_id, cell.unit_id, cell.period),
    )
    return value(cur, int)


def history(cur: Cursor, cell: Cell, *, most: int, skip: int) -> list[PastFact]:
    """Facts of one cell, the newest first, each with what was known before it and who submitted it."""
    cur.execute(
        """
        SELECT fact.id, value, no_figure, lag(value) OVER past AS was_value, lag(no_figure) OVER past AS was_no_figure,
            known_since, origin, fact.reason, source, fact.person_post, fact.person_unit, submission_id,
            submitted.person_post AS submitted_by_post, submitted.person_unit AS submitted_by_unit
        FROM fact LEFT JOIN LATERAL (
            SELECT person_post, person_unit FROM submission_history
            WHERE submission_id = fact.submission_id AND at <= known_since AND action IN ('submitted', 'proxied')
            ORDER BY id DESC LIMIT 1
        ) AS submitted ON true
        WHERE indicator_id = %s AND unit_id = %s AND period = %s
        WINDOW past AS (ORDER BY known_since, fact.id) ORDER BY known_since DESC, fact.id DESC LIMIT %s OFFSET %s
        """,
        (cell.indicator_id, cell.unit_id, cell.period, most, skip),
    )
    return many(cur, PastFact)


def unit(cur: Cursor, unit_id: int) -> UnitName | None:
    """A unit, as far as is known."""
    cur.execute("SELECT id, code, name, parent_id FROM unit WHERE id = %s", (unit_id,))
    return one(cur, UnitName)


def units(cur: Cursor, unit_ids: Sequence[int]) -> list[UnitName]:
    """Those of the units that are known, in the order of the directory."""
    cur.execute("SELECT id, code, name, parent_id FROM unit WHERE id = ANY (%s) ORDER BY code, id", (list(unit_ids),))
    return many(cur, UnitName)


def last_source(cur: Cursor, indicator_ids: Sequence[int]) -> str:
    """The source that was typed last for any of the indicators; empty where none was."""
    cur.execute(
        """
        SELECT coalesce((
            SELECT source FROM fact WHERE origin = 'external' AND indicator_id = ANY (%s) AND source <> ''
            ORDER BY known_since DESC, id DESC LIMIT 1
        ), '')
        """,
        (list(indicator_ids),),
    )
    return value(cur, str)


def top_unit(cur: Cursor) -> UnitName | None:
    """The unit at the top of the tree; of several the first by code."""
    cur.execute("SELECT id, code, name, parent_id FROM unit WHERE parent_id IS NULL ORDER BY code, id LIMIT 1")
    return one(cur, UnitName)


def townships(cur: Cursor, top_id: int, indicator_ids: Sequence[int], *, limit: int) -> list[Township]:
    """The units right below the top one that are townships or have a figure of any of these, in directory order.

    A closed one is among them while it has figures.
    """
    cur.execute(
        """
        SELECT id, code, name, parent_id, is_active FROM unit
        WHERE parent_id = %s AND (kind = 'township' AND is_active OR EXISTS (
            SELECT FROM figure WHERE figure.unit_id = unit.id AND indicator_id = ANY (%s)
        ))
        ORDER BY code, id LIMIT %s
        """,
        (top_id, list(indicator_ids), limit),
    )
    return many(cur, Township)


def units_right_below(cur: Cursor, unit_id: int, *, limit: int, offset: int = 0) -> list[UnitName]:
    """The units right below one that are open or have any figure, in the order of the directory."""
    cur.execute(
        """
        SELECT id, code, name, parent_id FROM unit
        WHERE parent_id = %s AND (is_active OR EXISTS (SELECT FROM figure WHERE figure.unit_id = unit.id))
        ORDER BY code, id LIMIT %s OFFSET %s
        """,
        (unit_id, limit, offset),
    )
    return many(cur, UnitName)


def count_right_below(cur: Cursor, unit_id: int) -> int:
    """How many units `units_right_below` has on all its pages."""
    cur.execute(
        """
        SELECT count(*) FROM unit
        WHERE parent_id = %s AND (is_active OR EXISTS (SELECT FROM figure WHERE figure.unit_id = unit.id))
        """,
        (unit_id,),
    )
    return value(cur, int)


def units_above(cur: Cursor, unit_id: int) -> list[UnitName]:
    """The units above one, from the top down."""
    cur.execute(
        """
        WITH RECURSIVE line (id, depth) AS (
            SELECT parent_id, 1 FROM unit WHERE id = %s
            UNION ALL
            SELECT unit.parent_id, depth + 1 FROM line JOIN unit USING (id) WHERE depth < 50
        )
        SELECT unit.id, code, name, parent_id FROM line JOIN unit USING (id) ORDER BY depth DESC
        """,
        (unit_id,),
    )
    return many(cur, UnitName)


def newest_periods(cur: Cursor, indicator_ids: Sequence[int], *, year: int | None = None) -> list[str]:
    """Of each of the indicators that has any figure, the last period of which it has one, in one year or ever."""
    cur.execute(
        """
        SELECT newest FROM unnest(%(indicators)s::bigint[]) AS asked (id), LATERAL (
            SELECT period AS newest FROM figure
            WHERE indicator_id = asked.id AND period >= %(first)s AND period < %(end)s
            ORDER BY period DESC LIMIT 1
        ) AS found
        """,
        {
            "indicators": list(indicator_ids),
            "first": f"{year or EARLIEST_YEAR}",
            "end": f"{(year or LATEST_YEAR) + 1}",
        },
    )
    return values(cur, str)


def _alone(bases: Sequence[Base]) -> list[Needed]:
    return [Needed(0, base, base.period, 0) for base in bases]


def _asked(needed: Sequence[Needed], unit_ids: Sequence[int], as_of: dt.datetime | None) -> dict[str, object]:
    return {
        "places": [one.place for one in needed],
        "indicators": [one.base.indicator_id for one in needed],
        "periods": [one.base.period for one in needed],
        "parts": [one.part for one in needed],
        "least": [one.least for one in needed],
        "units": list(unit_ids),
        "as_of": as_of,
    }
