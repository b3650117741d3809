"""Writes of the directory. Versions count up with each change and guard against stale ones.

Locks are taken in one order, or two at once could each hold what the other waits for: the names of both, drafts by
id, groups by id, the table of units or the accounts, units by id. Whoever needs fewer leaves some out. Duties are
locked by id, and with them nothing but that their checklists do not end meanwhile. A foreign key counts as well: to
write a row that names a unit locks the unit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from psycopg2.extras import execute_values

from shared.database import Cursor, plan_anew
from shared.events import UnitChanged
from shared.rows import one, returned, value


class _Made(NamedTuple):
    code: str
    id: int


def lock_names(cur: Cursor) -> None:
    """Let one transaction at a time name units or groups, which share their names: each looks first what is taken."""
    cur.execute("SELECT pg_advisory_xact_lock(hashtext('names of unit groups'))")


def lock_units(cur: Cursor) -> None:
    """Let one change of the unit tree happen at a time: two moves at once could close a circle. Names come first."""
    lock_names(cur)
    cur.execute("LOCK TABLE unit IN SHARE ROW EXCLUSIVE MODE")


def lock_people(cur: Cursor) -> None:
    """Let one change of accounts happen at a time: two at once could remove the last two administrators."""
    cur.execute("SELECT pg_advisory_xact_lock(hashtext('people'))")


def insert_unit(cur: Cursor, unit: dict[str, Any]) -> int:
    """Make a unit and return its id."""
    cur.execute(
        """
        INSERT INTO unit (code, name, kind, parent_id, aliases, is_active)
        VALUES (%(code)s, %(name)s, %(kind)s, %(parent_id)s, %(aliases)s, %(is_active)s) RETURNING id
        """,
        unit,
    )
    return value(cur, int)


def update_unit(cur: Cursor, unit: dict[str, Any]) -> None:
    """Change a unit and count its version up."""
    cur.execute(
        """
        UPDATE unit SET code = %(code)s, name = %(name)s, kind = %(kind)s, parent_id = %(parent_id)s,
            aliases = %(aliases)s, is_active = %(is_active)s, version = version + 1
        WHERE id = %(unit_id)s
        """,
        unit,
    )


def insert_units(cur: Cursor, rows: Sequence[tuple[str, str, str, list[str]]]) -> dict[str, int]:
    """Insert (code, name, kind, aliases) without a place in the tree yet; return the ids by code."""
    found = returned(
        cur,
        _Made,
        "INSERT INTO unit (code, name, kind, aliases) VALUES %s RETURNING code, id",
        rows,
        template="(%s, %s, %s, %s::text[])",
    )
    return {unit.code: unit.id for unit in found}


def hold_units(cur: Cursor, unit_ids: Sequence[int]) -> None:
    """Lock units by id, as drafts do, before an UPDATE that takes its rows in whatever order it finds them."""
    cur.execute("SELECT FROM unit WHERE id = ANY (%s) ORDER BY id FOR UPDATE", (list(unit_ids),))


def set_aside_names(cur: Cursor, unit_ids: Sequence[int]) -> None:
    """Give units provisional names, so that two may swap theirs: PostgreSQL checks uniqueness row by row."""
    cur.execute("UPDATE unit SET name = '~' || id WHERE id = ANY (%s)", (list(unit_ids),))


def update_units(cur: Cursor, rows: Sequence[tuple[int, str, str, int | None, list[str]]]) -> None:
    """Set (id, name, kind, parent id, aliases) of many units and count their versions up."""
    execute_values(
        cur,
        """
        UPDATE unit SET name = new.name, kind = new.kind, parent_id = new.parent_id, aliases = new.aliases,
            version = version + 1
        FROM (VALUES %s) AS new (id, name, kind, parent_id, aliases) WHERE unit.id = new.id
        """,
        rows,
        template="(%s, %s, %s, %s::bigint, %s::text[])",
        page_size=1000,
    )


def announce_units(cur: Cursor, unit_ids: Iterable[int], *, correlation_id: str) -> None:
    """Announce units as they are now, in the order of their codes, without fetching them."""
    cur.execute(
        """
        INSERT INTO outbox (id, type, payload, correlation_id)
        SELECT gen_random_uuid(), %s,
            jsonb_build_object('unit_id', unit.id, 'code', code, 'name', name, 'kind', kind, 'parent_id', parent_id,
                'is_active', is_active, 'version', version),
            %s
        FROM unnest(%s::bigint[]) AS told (id) JOIN unit USING (id) ORDER BY code
        """,
        (UnitChanged.TYPE, correlation_id, sorted(unit_ids)),
    )


def place_units(cur: Cursor, places: Sequence[tuple[int, int | None]]) -> None:
    """Set (id, parent id) of many units."""
    plan_anew(cur)
    execute_values(
        cur,
        "UPDATE unit SET parent_id = new.parent_id FROM (VALUES %s) AS new (id, parent_id) WHERE unit.id = new.id",
        places,
        template="(%s, %s::bigint)",
        page_size=1000,
    )


def insert_group(cur: Cursor, name: str, aliases: Sequence[str]) -> int:
    """Make a group without members and return its id."""
    cur.execute("INSERT INTO unit_group (name, aliases) VALUES (%s, %s) RETURNING id", (name, list(aliases)))
    return value(cur, int)


def update_group(cur: Cursor, group_id: int, *, name: str, aliases: Sequence[str]) -> None:
    """Change a group's names and count its version up."""
    cur.execute(
        "UPDATE unit_group SET name = %s, aliases = %s, version = version + 1 WHERE id = %s",
        (name, list(aliases), group_id),
    )


def lock_groups(cur: Cursor, group_ids: Iterable[int]) -> None:
    """Lock groups for a change, by id and after the drafts that name them; rows may come to name them meanwhile."""
    cur.execute("SELECT FROM unit_group WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE", (list(group_ids),))


def keep_named(cur: Cursor, *, group_ids: Iterable[int], unit_ids: Iterable[int]) -> None:
    """Take, in their order, the locks that rows naming these groups and units take one by one as they are written."""
    cur.execute("SELECT FROM unit_group WHERE id = ANY (%s) ORDER BY id FOR KEY SHARE", (list(group_ids),))
    cur.execute("SELECT FROM unit WHERE id = ANY (%s) ORDER BY id FOR KEY SHARE", (list(unit_ids),))


def count_group_up(cur: Cursor, group_id: int) -> None:
    """Count the group's version up, because its members changed."""
    cur.execute("UPDATE unit_group SET version = version + 1 WHERE id = %s", (group_id,))


def set_members(cur: Cursor, group_id: int, unit_ids: Sequence[int]) -> None:
    """Let these units, and no others, be the group's members."""
    cur.execute("DELETE FROM unit_group_member WHERE group_id = %s", (group_id,))
    cur.execute(
        "INSERT INTO unit_group_member (group_id, unit_id) SELECT %s, unnest(%s::bigint[])",
        (group_id, sorted(set(unit_ids))),
    )


def add_members(cur: Cursor, group_id: int, unit_ids: Sequence[int]) -> None:
    cur.execute(
        "INSERT INTO unit_group_member (group_id, unit_id) SELECT %s, unnest(%s::bigint[]) ON CONFLICT DO NOTHING",
        (group_id, sorted(set(unit_ids))),
    )


def remove_members(cur: Cursor, group_id: int, unit_ids: Sequence[int]) -> None:
    cur.execute("DELETE FROM unit_group_member WHERE group_id = %s AND unit_id = ANY (%s)", (group_id, list(unit_ids)))


def insert_person(cur: Cursor, person: dict[str, Any]) -> int:
    """Make an account and return its id; with `same_as` one that nobody signs in with."""
    cur.execute(
        """
        INSERT INTO person (sign_in_name, display_name, post, unit_id, roles, password_hash, is_active, same_as,
            must_change_password)
        VALUES (%(sign_in_name)s, %(display_name)s, %(post)s, %(unit_id)s, %(roles)s, %(password_hash)s, %(is_active)s,
            %(same_as)s, %(same_as)s::bigint IS NULL)
        RETURNING id
        """,
        {"same_as": None, **person},
    )
    return value(cur, int)


def update_person(cur: Cursor, person: dict[str, Any]) -> None:
    """Change an account and count its version up; the password stays."""
    cur.execute(
        """
        UPDATE person SET sign_in_name = %(sign_in_name)s, display_name = %(display_name)s, post = %(post)s,
            unit_id = %(unit_id)s, roles = %(roles)s, is_active = %(is_active)s, version = version + 1
        WHERE id = %(person_id)s
        """,
        person,
    )


def set_password(cur: Cursor, person_id: int, password_hash: str, *, must_change: bool) -> None:
    """Set it and lift a lock; the version stays, since nothing that others see changes."""
    cur.execute(
        """
        UPDATE person SET password_hash = %s, must_change_password = %s, failures = 0, locked_until = NULL
        WHERE id = %s
        """,
        (password_hash, must_change, person_id),
    )


class Counted(NamedTuple):
    """An attempt that may be judged; with `locked_until` it is the last one until then, unless it proves right."""

    locked_until: dt.datetime | None


def count_attempt(
    cur: Cursor, person_id: int, now: dt.datetime, *, most: int, locked_until: dt.datetime
) -> Counted | None:
    """Count an attempt to sign in before it is judged; None when the account is locked.

    Counting first means that attempts made at the same time cannot slip through together. The attempt that reaches
    `most` locks at once; if it proves right, `clear_failures` unlocks.
    """
    cur.execute(
        """
        WITH counted AS (
            SELECT id, CASE WHEN locked_until IS NULL THEN failures + 1 ELSE 1 END AS failures
            FROM person WHERE id = %(id)s AND (locked_until IS NULL OR locked_until <= %(now)s) FOR UPDATE
        )
        UPDATE person SET failures = counted.failures,
            locked_until = CASE WHEN counted.failures >= %(most)s THEN %(until)s END
        FROM counted WHERE person.id = counted.id RETURNING person.locked_until
        """,
        {"id": person_id, "now": now, "most": most, "until": locked_until},
    )
    return one(cur, Counted)


def clear_failures(cur: Cursor, person_id: int) -> None:
    """Forget failed attempts and lift the lock."""
    cur.execute("UPDATE person SET failures = 0, locked_until = NULL WHERE id = %s", (person_id,))
