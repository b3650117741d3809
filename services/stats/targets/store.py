"""All writes of targets, which only grow.

Whoever writes holds the clock of figures, which says since when each is known.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from psycopg2.extras import execute_values

from services.stats.targets.records import Share, Statement, Target
from shared.actor import Signature
from shared.database import Cursor
from shared.rows import value


def new_target(cur: Cursor) -> int:
    """The id of a target that has no version yet."""
    cur.execute("INSERT INTO target DEFAULT VALUES RETURNING id")
    return value(cur, int)


def keep_version(cur: Cursor, target: Target, shares: Sequence[Share], *, since: dt.datetime, who: Signature) -> None:
    """Write a version down, with how it is split."""
    cur.execute(
        """
        INSERT INTO target_version (target_id, version, indicator_id, unit_id, comparator, value, baseline, tolerance,
            course, first_month, last_month, words, whole_id, is_dropped, reason, known_since, person_id, person_post,
            person_unit)
        VALUES (%(target_id)s, %(version)s, %(indicator_id)s, %(unit_id)s, %(comparator)s, %(value)s, %(baseline)s,
            %(tolerance)s, %(course)s, %(first_month)s, %(last_month)s, %(words)s, %(whole_id)s, %(is_dropped)s,
            %(reason)s, %(since)s, %(person)s, %(post)s, %(of)s)
        """,
        target._asdict()
        | {"comparator": target.comparator.value, "course": target.course.value}
        | {"since": since, "person": who.person_id, "post": who.post, "of": who.unit},
    )
    cur.execute(
        """
        INSERT INTO target_share (target_id, version, position, year, unit_id, value)
        SELECT %s, %s, number, year, unit_id, value
        FROM unnest(%s::integer[], %s::bigint[], %s::numeric[]) WITH ORDINALITY AS given (year, unit_id, value, number)
        """,
        (
            target.target_id,
            target.version,
            [share.year for share in shares],
            [share.unit_id for share in shares],
            [share.value for share in shares],
        ),
    )


def save_statements(cur: Cursor, found: Sequence[Statement]) -> None:
    """Keep what notices say of targets, in the order of their ids; what was told later holds."""
    execute_values(
        cur,
        """
        INSERT INTO stated_target (id, plan, from_year, name, quote, comparator, value, unit_of_measure, to_year,
            is_part, told_at)
        VALUES %s
        ON CONFLICT (id) DO UPDATE SET plan = excluded.plan, from_year = excluded.from_year, name = excluded.name,
            quote = excluded.quote, comparator = excluded.comparator, value = excluded.value,
            unit_of_measure = excluded.unit_of_measure, to_year = excluded.to_year, is_part = excluded.is_part,
            told_at = excluded.told_at
        WHERE stated_target.told_at < excluded.told_at
        """,
        found,
    )


def settle_statement(cur: Cursor, statement_id: int, target_id: int) -> bool:
    """Say which target was made of a statement; whether nobody had dealt with it."""
    cur.execute(
        "UPDATE stated_target SET target_id = %s WHERE id = %s AND target_id IS NULL AND put_aside_at IS NULL",
        (target_id, statement_id),
    )
    return cur.rowcount == 1


def put_aside(cur: Cursor, statement_id: int) -> bool:
    """Make no target of a statement; whether nobody had dealt with it."""
    cur.execute(
        """
        UPDATE stated_target SET put_aside_at = clock_timestamp()
        WHERE id = %s AND target_id IS NULL AND put_aside_at IS NULL
        """,
        (statement_id,),
    )
    return cur.rowcount == 1
