"""All reads of targets, as they are or as they were known at a moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from services.stats.targets.records import NamedUnit, Share, Statement, Target, TargetVersion
from shared.database import Cursor
from shared.rows import many

_COLUMNS = ", ".join(Target._fields)
_NEWEST = f"""
    SELECT DISTINCT ON (target_id) {_COLUMNS} FROM target_version
    WHERE known_since <= coalesce(%(as_of)s, 'infinity'::timestamptz)
    ORDER BY target_id, version DESC
"""


def targets(cur: Cursor, *, as_of: dt.datetime | None = None) -> list[Target]:
    """All targets but dropped ones, each part after its whole; `moments.settle` first where `as_of` is given."""
    cur.execute(
        f"""
        SELECT * FROM ({_NEWEST}) AS newest WHERE NOT is_dropped
        ORDER BY coalesce(whole_id, target_id), whole_id IS NOT NULL, target_id
        """,
        {"as_of": as_of},
    )
    return many(cur, Target)


def shares(cur: Cursor, found: Sequence[Target]) -> list[Share]:
    """How these versions are split, in the order in which that was written down."""
    cur.execute(
        """
        SELECT target_id, year, unit_id, value FROM target_share
            JOIN unnest(%s::bigint[], %s::integer[]) AS wanted (target_id, version) USING (target_id, version)
        ORDER BY target_id, position
        """,
        ([one.target_id for one in found], [one.version for one in found]),
    )
    return many(cur, Share)


def versions(cur: Cursor, target_id: int) -> list[TargetVersion]:
    """All versions of a target, the newest first."""
    cur.execute(
        """
        SELECT version, comparator, value, is_dropped, reason, known_since, person_post, person_unit
        FROM target_version WHERE target_id = %s ORDER BY version DESC
        """,
        (target_id,),
    )
    return many(cur, TargetVersion)


def units_called(cur: Cursor, texts: Sequence[str]) -> dict[str, list[int]]:
    """The units that texts may mean: the one with that code, or else all open ones with that name."""
    cur.execute(
        """
        SELECT typed, coalesce(coded.id, named.id) AS id FROM unnest(%s::text[]) AS typed
            LEFT JOIN unit AS coded ON coded.code = typed
            LEFT JOIN unit AS named ON named.name = typed AND coded.id IS NULL AND named.is_active
        WHERE coalesce(coded.id, named.id) IS NOT NULL
        """,
        (list(texts),),
    )
    found: dict[str, list[int]] = {}
    for unit in many(cur, NamedUnit):
        found.setdefault(unit.typed, []).append(unit.id)
    return found


def statements(cur: Cursor) -> list[Statement]:
    """What notices say of targets and nobody has dealt with yet, in the order of the notices."""
    cur.execute(
        """
        SELECT id AS statement_id, plan, from_year, name, quote, comparator, value, unit_of_measure, to_year, is_part,
            told_at
        FROM stated_target WHERE target_id IS NULL AND put_aside_at IS NULL ORDER BY id
        """
    )
    return many(cur, Statement)
