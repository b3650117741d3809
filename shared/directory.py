"""The small copy of the directory that a service keeps from events: units with their tree, people with their roles.

The tables `unit` and `person` are in the migrations of each service that keeps one; tasks owns the original.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

from psycopg2.extras import execute_values

from shared.actor import Actor, Role, Signature
from shared.database import Cursor
from shared.events import PersonChanged, Received, UnitChanged
from shared.newest import newest
from shared.rows import ROWS_PER_STATEMENT, one, values

# Nobody builds a tree as high; it ends the circle that events half-way through a move of units can show.
HIGHEST_TREE = 50
# For WITH RECURSIVE: the unit %(above)s and all below it, as `step` with one array of ids per level. A level at a time,
# because for a lookup per unit PostgreSQL may read the whole table each time, and does where most have one parent.
STEPS_BELOW = f"""
    step (depth, ids) AS (
        SELECT 0, ARRAY[%(above)s::bigint]
        UNION ALL
        SELECT depth + 1, ARRAY(SELECT id FROM unit WHERE parent_id = ANY (step.ids))
        FROM step WHERE cardinality(ids) > 0 AND depth < {HIGHEST_TREE}
    )
"""


class Person(NamedTuple):
    """An active person; `roles` may hold some that only a newer release knows, `unit` is None while it is unknown.

    `post` is None for whom an earlier release took over, which did not keep posts.
    """

    id: int
    unit_id: int
    roles: list[str]
    unit: str | None
    post: str | None
    other_accounts: list[int]


class Desk(NamedTuple):
    """Which post in which unit somebody has, as far as it is known."""

    post: str | None
    unit: str | None


def apply(cur: Cursor, events: Sequence[Received]) -> None:
    """Take over the changes of units and people among `events`, whatever their order; older versions do nothing."""
    facts = [event.data for event in events]
    units = [fact for fact in facts if isinstance(fact, UnitChanged)]
    if units:
        _save_units(cur, newest(units, key=attrgetter("unit_id"), version=attrgetter("version")))
    people = [fact for fact in facts if isinstance(fact, PersonChanged)]
    if people:
        _save_people(cur, newest(people, key=attrgetter("person_id"), version=attrgetter("version")))


def load_actor(cur: Cursor, person_id: int) -> Actor | None:
    """The active person; None when unknown or closed."""
    cur.execute(
        """
        SELECT person.id, unit_id, roles, unit.name AS unit, post,
            ARRAY(
                SELECT other.id FROM person AS other
                WHERE coalesce(person.same_as, person.id) IN (other.id, other.same_as)
            ) AS other_accounts
        FROM person LEFT JOIN unit ON unit.id = unit_id
        WHERE person.id = %s AND person.is_active
        """,
        (person_id,),
    )
    person = one(cur, Person)
    if person is None:
        return None
    return Actor(
        person_id=person.id,
        unit_id=person.unit_id,
        roles=frozenset(Role(role) for role in person.roles if role in set(Role)),
        unit=person.unit,
        post=person.post,
        other_accounts=frozenset(person.other_accounts),
    )


def signature(cur: Cursor, person_id: int) -> Signature:
    """What is known of a person, who may be closed: names do not travel in events."""
    cur.execute(
        "SELECT post, unit.name AS unit FROM person LEFT JOIN unit ON unit.id = unit_id WHERE person.id = %s",
        (person_id,),
    )
    found = one(cur, Desk) or Desk(None, None)
    return Signature(person_id, post=found.post, unit=found.unit)


def units_below(cur: Cursor, unit_ids: Iterable[int], above_id: int) -> set[int]:
    """Those of the units that are the unit `above_id` or lie below it, however far; an unknown one lies nowhere.

    Asked upwards, from the units in question, so it reads as many rows as the tree is high, whatever lies below.
    The service that owns the directory may ask it of its own table `unit` as well.
    """
    asked = set(unit_ids)
    if asked <= {above_id}:
        return asked
    # UNION, not UNION ALL: events that are half-way through a move of units can show a circle. The unit above is a
    # subquery because for a join PostgreSQL, which cannot know how short the way is, may well read the whole table.
    cur.execute(
        """
        WITH RECURSIVE line (unit_id, id) AS (
            SELECT asked, asked FROM unnest(%(units)s::bigint[]) AS asked
            UNION
            SELECT unit_id, (SELECT parent_id FROM unit WHERE unit.id = line.id) FROM line WHERE id <> %(above)s
        )
        SELECT unit_id FROM line WHERE id = %(above)s
        """,
        {"units": sorted(asked), "above": above_id},
    )
    return set(values(cur, int))


def _save_units(cur: Cursor, units: Sequence[UnitChanged]) -> None:
    execute_values(
        cur,
        """
        INSERT INTO unit (id, code, name, kind, parent_id, is_active, version) VALUES %s
        ON CONFLICT (id) DO UPDATE SET code = excluded.code, name = excluded.name, kind = excluded.kind,
            parent_id = excluded.parent_id, is_active = excluded.is_active, version = excluded.version
        WHERE unit.version < excluded.version
        """,
        [(u.unit_id, u.code, u.name, u.kind, u.parent_id, u.is_active, u.version) for u in units],
        page_size=ROWS_PER_STATEMENT,
    )


def _save_people(cur: Cursor, people: Sequence[PersonChanged]) -> None:
    execute_values(
        cur,
        """
        INSERT INTO person (id, unit_id, roles, is_active, version, post, same_as) VALUES %s
        ON CONFLICT (id) DO UPDATE SET unit_id = excluded.unit_id, roles = excluded.roles,
            is_active = excluded.is_active, version = excluded.version, post = excluded.post,
            same_as = excluded.same_as
        WHERE person.version < excluded.version
            OR (person.version = excluded.version
                AND (person.post, person.same_as) IS DISTINCT FROM (excluded.post, excluded.same_as))
        """,
        [(p.person_id, p.unit_id, p.roles, p.is_active, p.version, p.post, p.same_as) for p in people],
        template="(%s, %s, %s::text[], %s, %s, %s, %s::bigint)",
        page_size=ROWS_PER_STATEMENT,
    )
