"""All writes of targets, which only grow.

Whoever writes holds the clock of figures, which says since when each is known.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from services.stats.targets.records import Share, Target
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
