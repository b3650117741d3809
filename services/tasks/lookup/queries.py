"""Searches of the directory, each a page at a time with the true number of what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from services.tasks.directory.queries import GroupHead, Person, Unit
from shared.actor import Role
from shared.database import Cursor
from shared.directory import STEPS_BELOW
from shared.rows import many, value


@dataclass(frozen=True, slots=True)
class SoughtUnits:
    """Which units are meant: whose name, code or other name holds the text, of a kind, in use or not, below another."""

    text: str = ""
    kind: str | None = None
    is_active: bool | None = None
    below_id: int | None = None


@dataclass(frozen=True, slots=True)
class SoughtPeople:
    """Which accounts are meant; the text may stand in a name, the post or the unit's name."""

    text: str = ""
    unit_id: int | None = None
    role: Role | None = None
    is_active: bool | None = None


class NamedUnit(NamedTuple):
    id: int
    name: str


class ChosenUnit(NamedTuple):
    """A unit as a form offers it, with the code that orders it."""

    id: int
    name: str
    code: str
    kind: str
    is_active: bool


class NamedGroup(NamedTuple):
    """A group as a form offers it; `members` is their number."""

    id: int
    name: str
    members: int


# Text is looked for as it is: strpos knows no patterns, so that a percent sign is a percent sign.
_HOLDS_TEXT = """
    (%(text)s = '' OR strpos(lower(name), lower(%(text)s)) > 0 OR strpos(lower(code), lower(%(text)s)) > 0
        OR EXISTS (SELECT FROM unnest(aliases) AS alias WHERE strpos(lower(alias), lower(%(text)s)) > 0))
"""
_UNITS = """
    {below}
    SELECT {columns} FROM unit
    WHERE (%(is_active)s::boolean IS NULL OR is_active = %(is_active)s)
        AND (%(kind)s::text IS NULL OR kind = %(kind)s)
        AND {holds_text} AND {is_below}
"""
# Who types a whole name wants that unit, not the twenty that begin so.
_UNITS_IN_ORDER = """
    ORDER BY name = %(text)s OR code = %(text)s DESC, starts_with(name, %(text)s) DESC, code
    LIMIT %(limit)s OFFSET %(offset)s
"""
_PEOPLE = """
    FROM person JOIN unit ON unit.id = person.unit_id
    WHERE person.same_as IS NULL AND (%(is_active)s::boolean IS NULL OR person.is_active = %(is_active)s)
        AND (%(unit_id)s::bigint IS NULL OR person.unit_id = %(unit_id)s)
        AND (%(role)s::text IS NULL OR %(role)s = ANY (roles))
        AND (%(text)s = '' OR strpos(lower(display_name), lower(%(text)s)) > 0
            OR strpos(sign_in_name, lower(%(text)s)) > 0 OR strpos(lower(post), lower(%(text)s)) > 0
            OR strpos(lower(unit.name), lower(%(text)s)) > 0)
"""
_GROUPS = """
    FROM unit_group WHERE %(text)s = '' OR strpos(lower(name), lower(%(text)s)) > 0
        OR EXISTS (SELECT FROM unnest(aliases) AS alias WHERE strpos(lower(alias), lower(%(text)s)) > 0)
"""
_MEMBER_COUNT = "(SELECT count(*) FROM unit_group_member AS member WHERE member.group_id = unit_group.id) AS members"
# Members are found as units are: a member among the units found must be known as one.
_MEMBERS = f"FROM unit_group_member JOIN unit ON unit.id = unit_id WHERE group_id = %(group)s AND {_HOLDS_TEXT}"


def count_units(cur: Cursor, sought: SoughtUnits) -> int:
    cur.execute(_of("count(*) AS units", sought), _of_units(sought))
    return value(cur, int)


def units(cur: Cursor, sought: SoughtUnits, *, limit: int, offset: int = 0) -> list[Unit]:
    """Units by code; those whose name or code is the text come first, then those whose name begins with it."""
    columns = "id, code, name, kind, parent_id, aliases, is_active, version"
    cur.execute(_of(columns, sought) + _UNITS_IN_ORDER, {**_of_units(sought), "limit": limit, "offset": offset})
    return many(cur, Unit)


def _of(columns: str, sought: SoughtUnits) -> str:
    """The search with these columns; it walks down the tree only where it is asked to."""
    if sought.below_id is None:
        return _UNITS.format(columns=columns, below="", holds_text=_HOLDS_TEXT, is_below="true")
    below, is_below = f"WITH RECURSIVE {STEPS_BELOW}", "id IN (SELECT unnest(ids) FROM step)"
    return _UNITS.format(columns=columns, below=below, holds_text=_HOLDS_TEXT, is_below=is_below)


def _of_units(sought: SoughtUnits) -> dict[str, object]:
    return {
        "text": sought.text,
        "kind": sought.kind,
        "is_active": sought.is_active,
        "above": sought.below_id,
    }


def choices(cur: Cursor, sought: SoughtUnits, *, limit: int) -> list[ChosenUnit]:
    """The first of the units sought, in the order of `units`."""
    columns = "id, name, code, kind, is_active"
    cur.execute(_of(columns, sought) + _UNITS_IN_ORDER, {**_of_units(sought), "limit": limit, "offset": 0})
    return many(cur, ChosenUnit)


def chosen(cur: Cursor, unit_ids: Sequence[int]) -> list[ChosenUnit]:
    """Those of the units that exist, by code."""
    cur.execute("SELECT id, name, code, kind, is_active FROM unit WHERE id = ANY (%s) ORDER BY code", (list(unit_ids),))
    return many(cur, ChosenUnit)


def unit_names(cur: Cursor, unit_ids: Sequence[int]) -> list[NamedUnit]:
    cur.execute("SELECT id, name FROM unit WHERE id = ANY (%s) ORDER BY code", (list(unit_ids),))
    return many(cur, NamedUnit)


def count_people(cur: Cursor, sought: SoughtPeople) -> int:
    cur.execute(f"SELECT count(*) AS people {_PEOPLE}", _of_people(sought))
    return value(cur, int)


def people(cur: Cursor, sought: SoughtPeople, *, limit: int, offset: int) -> list[Person]:
    """Accounts by the codes of their units, then by sign-in name; without the hashes, which nothing here needs."""
    cur.execute(
        f"""
        SELECT person.id, sign_in_name, display_name, post, unit_id, roles, '' AS password_hash, must_change_password,
            failures, locked_until, person.is_active, person.version, unit.name AS unit_name, unit.kind AS unit_kind,
            holder, same_as
        {_PEOPLE} ORDER BY unit.code, sign_in_name LIMIT %(limit)s OFFSET %(offset)s
        """,
        {**_of_people(sought), "limit": limit, "offset": offset},
    )
    return many(cur, Person)


def _of_people(sought: SoughtPeople) -> dict[str, object]:
    return {
        "text": sought.text,
        "unit_id": sought.unit_id,
        "role": sought.role.value if sought.role else None,
        "is_active": sought.is_active,
    }


def count_groups(cur: Cursor, text: str = "") -> int:
    cur.execute(f"SELECT count(*) AS groups {_GROUPS}", {"text": text})
    return value(cur, int)


def groups(cur: Cursor, text: str, *, limit: int, offset: int) -> list[GroupHead]:
    """Groups by name."""
    cur.execute(
        f"""
        SELECT id, name, aliases, version, {_MEMBER_COUNT}
        {_GROUPS} ORDER BY name LIMIT %(limit)s OFFSET %(offset)s
        """,
        {"text": text, "limit": limit, "offset": offset},
    )
    return many(cur, GroupHead)


def group_choices(cur: Cursor, text: str, *, limit: int) -> list[NamedGroup]:
    cur.execute(
        f"SELECT id, name, {_MEMBER_COUNT} {_GROUPS} ORDER BY name LIMIT %(limit)s", {"text": text, "limit": limit}
    )
    return many(cur, NamedGroup)


def chosen_groups(cur: Cursor, group_ids: Sequence[int]) -> list[NamedGroup]:
    """Those of the groups that exist, by name."""
    cur.execute(
        f"SELECT id, name, {_MEMBER_COUNT} FROM unit_group WHERE id = ANY (%s) ORDER BY name", (list(group_ids),)
    )
    return many(cur, NamedGroup)


def count_members(cur: Cursor, group_id: int, text: str) -> int:
    cur.execute(f"SELECT count(*) AS members {_MEMBERS}", {"group": group_id, "text": text})
    return value(cur, int)


def members(cur: Cursor, group_id: int, text: str, *, limit: int, offset: int) -> list[NamedUnit]:
    """Members that the text finds, in the order of `units`."""
    cur.execute(
        f"SELECT id, name {_MEMBERS} {_UNITS_IN_ORDER}",
        {"group": group_id, "text": text, "limit": limit, "offset": offset},
    )
    return many(cur, NamedUnit)
