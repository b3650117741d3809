"""Reads of the directory: units, groups, people, and who is asking."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from services.tasks.notices.everyone import kind_of_group
from shared.actor import Signature
from shared.database import Cursor
from shared.rows import has_row, many, one, the, value, values
from shared.typed_text import BLANKS, INVISIBLE, LINE_ENDS, comparable

_UNIT = "id, code, name, kind, parent_id, aliases, is_active, version"
_GROUP = """
    SELECT id, name, aliases, version,
        ARRAY(SELECT unit_id FROM unit_group_member AS member WHERE member.group_id = unit_group.id ORDER BY unit_id)
            AS member_ids
    FROM unit_group
"""
_GROUP_HEAD = """
    SELECT id, name, aliases, version,
        (SELECT count(*) FROM unit_group_member AS member WHERE member.group_id = unit_group.id) AS members
    FROM unit_group
"""
_PERSON = """
    SELECT person.id, sign_in_name, display_name, post, unit_id, roles, password_hash, must_change_password, failures,
        locked_until, person.is_active, person.version, unit.name AS unit_name, unit.kind AS unit_kind, holder, same_as
    FROM person JOIN unit ON unit.id = person.unit_id
"""


class Asking(NamedTuple):
    """An active person who asks."""

    id: int
    unit_id: int
    roles: list[str]
    must_change_password: bool
    name: str
    post: str
    unit: str
    other_accounts: list[int]
    same_as: int | None
    holder: int


class _Signing(NamedTuple):
    name: str
    post: str
    unit: str


class Unit(NamedTuple):
    """A unit of the tree."""

    id: int
    code: str
    name: str
    kind: str
    parent_id: int | None
    aliases: list[str]
    is_active: bool
    version: int


class Group(NamedTuple):
    """A unit group with its members in the order of their ids."""

    id: int
    name: str
    aliases: list[str]
    version: int
    member_ids: list[int]


class Namesake(NamedTuple):
    """A unit, or a group, which has no code, by all that it answers to."""

    code: str
    name: str
    aliases: list[str]


class GroupHead(NamedTuple):
    """A unit group with the number of its members: nobody who looks for its name needs forty thousand ids."""

    id: int
    name: str
    aliases: list[str]
    version: int
    members: int


class _OfKind(NamedTuple):
    kind: str
    units: int


class _Members(NamedTuple):
    group_id: int
    name: str
    aliases: list[str]
    members: int
    kinds: list[str] | None


class GroupToJoin(NamedTuple):
    """A group with its active members; `kind` when they are all active units of one kind.

    Of fewer than two only in a group whose name means all units of it: in a new directory that has none yet.
    """

    group_id: int
    name: str
    members: int
    kind: str | None


class Person(NamedTuple):
    """An account with its secrets, which no answer and no log may tell: the hash, failed attempts, the lock."""

    id: int
    sign_in_name: str
    display_name: str
    post: str
    unit_id: int
    roles: list[str]
    password_hash: str
    must_change_password: bool
    failures: int
    locked_until: dt.datetime | None
    is_active: bool
    version: int
    unit_name: str
    unit_kind: str
    holder: int
    same_as: int | None


class UsesOfUnit(NamedTuple):
    """How many open duties, active people and active units below a unit has; names of its groups and drafts."""

    open_duties: int
    people: int
    units_below: int
    groups: list[str]
    drafts: list[str]


class _Switched(NamedTuple):
    name: str
    is_active: bool


class _Named(NamedTuple):
    id: int
    name: str


# A substitution ends with its last day, with either of the two who agreed on it, and with the post as it was then.
SUBSTITUTIONS = """
    substitution
    JOIN person AS post ON post.id = substitution.person_id
    JOIN person AS substitute ON substitute.id = substitution.substitute_id
    JOIN person AS account ON account.id = substitution.account_id
"""
IN_FORCE = """
    substitution.ended_at IS NULL AND substitution.until_on >= %(today)s
    AND post.is_active AND post.holder = substitution.post_holder
    AND substitute.is_active AND substitute.holder = substitution.substitute_holder
    AND account.unit_id = post.unit_id AND account.roles = post.roles
"""


def actor(cur: Cursor, person_id: int, today: dt.date) -> Asking | None:
    """An active person as an asker, and whoever stands in for one today; None when there is none."""
    cur.execute(
        """
        SELECT person.id, unit_id, roles, must_change_password, display_name AS name, post, unit.name AS unit,
            ARRAY(
                SELECT other.id FROM person AS other
                WHERE coalesce(person.same_as, person.id) IN (other.id, other.same_as)
            ) AS other_accounts, person.same_as, person.holder
        FROM person JOIN unit ON unit.id = unit_id
        WHERE person.id = %s AND person.is_active
        """,
        (person_id,),
    )
    asking = one(cur, Asking)
    # Each call asks for its actor; planning this for those who stand in for nobody would take most of that time.
    if asking is not None and asking.same_as is not None and not _stands_in(cur, person_id, today):
        return None
    return asking


def _stands_in(cur: Cursor, account_id: int, today: dt.date) -> bool:
    """Whether the account that somebody enters for another post is one that may be entered today."""
    cur.execute(
        f"""
        SELECT FROM {SUBSTITUTIONS}
        WHERE substitution.account_id = %(account)s AND substitution.from_on <= %(today)s AND {IN_FORCE} LIMIT 1
        """,
        {"account": account_id, "today": today},
    )
    return has_row(cur)


def posts_to_enter(cur: Cursor, person_id: int, today: dt.date) -> int:
    """In how many posts the person stands in for somebody today."""
    # Each page asks; planning the rest for the many who stand in for nobody would take most of that time.
    cur.execute("SELECT FROM substitution WHERE substitute_id = %s AND ended_at IS NULL LIMIT 1", (person_id,))
    if not has_row(cur):
        return 0
    cur.execute(
        f"""
        SELECT count(*) FROM {SUBSTITUTIONS}
        WHERE substitution.substitute_id = %(person)s AND substitution.from_on <= %(today)s AND {IN_FORCE}
        """,
        {"person": person_id, "today": today},
    )
    return value(cur, int)


def signature(cur: Cursor, person_id: int) -> Signature:
    """How a person is called now, who may be closed; only the id where there is nobody."""
    cur.execute(
        """
        SELECT display_name AS name, post, unit.name AS unit FROM person JOIN unit ON unit.id = unit_id
        WHERE person.id = %s
        """,
        (person_id,),
    )
    found = one(cur, _Signing)
    return Signature(person_id, *found) if found else Signature(person_id)


def units(cur: Cursor) -> list[Unit]:
    """All units; parents before children at each code's place is not promised, the order is that of the codes."""
    cur.execute(f"SELECT {_UNIT} FROM unit ORDER BY code")
    return many(cur, Unit)


def unit(cur: Cursor, unit_id: int) -> Unit | None:
    """The unit with this id."""
    cur.execute(f"SELECT {_UNIT} FROM unit WHERE id = %s", (unit_id,))
    return one(cur, Unit)


def unit_with_code(cur: Cursor, code: str, *, but: int | None) -> Unit | None:
    """Another unit with this code, in whichever width its letters and digits are kept."""
    cur.execute(
        f"SELECT {_UNIT} FROM unit WHERE normalize(code, NFKC) = %s AND id IS DISTINCT FROM %s ORDER BY id LIMIT 1",
        (code, but),
    )
    return one(cur, Unit)


def namesakes(cur: Cursor, names: Sequence[str], *, but_unit: int | None, but_group: int | None) -> list[Namesake]:
    """Units and groups of which a name or another name is `comparable` with one of `names`."""
    cur.execute(
        f"""
        SELECT code, name, aliases FROM (
            SELECT code, name, aliases FROM unit WHERE id IS DISTINCT FROM %(but_unit)s
            UNION ALL SELECT '', name, aliases FROM unit_group WHERE id IS DISTINCT FROM %(but_group)s
        ) AS other
        WHERE {_comparable("name")} = ANY (%(names)s)
            OR EXISTS (SELECT FROM unnest(aliases) AS alias WHERE {_comparable("alias")} = ANY (%(names)s))
        ORDER BY code, name
        """,
        {
            "names": [comparable(name) for name in names],
            "unseen": f"[{INVISIBLE}{BLANKS}{LINE_ENDS}]",
            "but_unit": but_unit,
            "but_group": but_group,
        },
    )
    return many(cur, Namesake)


def units_called(cur: Cursor, names: Sequence[str]) -> list[Unit]:
    """The units of which the code, the name or another name is `comparable` with one of `names`."""
    cur.execute(
        f"""
        SELECT {_UNIT} FROM unit
        WHERE {_comparable("name")} = ANY (%(names)s) OR {_comparable("code")} = ANY (%(names)s)
            OR EXISTS (SELECT FROM unnest(aliases) AS alias WHERE {_comparable("alias")} = ANY (%(names)s))
        ORDER BY code
        """,
        {"names": [comparable(name) for name in names], "unseen": f"[{INVISIBLE}{BLANKS}{LINE_ENDS}]"},
    )
    return many(cur, Unit)


def _comparable(column: str) -> str:
    """`shared.typed_text.comparable` in SQL: the names of a whole country are compared without being fetched."""
    return f"lower(replace(normalize(regexp_replace({column}, %(unseen)s, '', 'g'), NFKC), ' ', ''))"


def inactive_or_missing(cur: Cursor, unit_ids: Sequence[int]) -> tuple[list[str], int]:
    """Names of those that are switched off, and how many do not exist."""
    cur.execute("SELECT name, is_active FROM unit WHERE id = ANY (%s)", (list(unit_ids),))
    found = many(cur, _Switched)
    return [row.name for row in found if not row.is_active], len(set(unit_ids)) - len(found)


def uses_of_unit(cur: Cursor, unit_id: int) -> UsesOfUnit:
    """What still needs the unit to be active: open duties, people and units below, groups and drafts."""
    cur.execute(
        """
        SELECT
            (SELECT count(*) FROM duty WHERE unit_id = %(unit)s
                AND state IN ('issued', 'acknowledged', 'submitted', 'returned')) AS open_duties,
            (SELECT count(*) FROM person WHERE unit_id = %(unit)s AND is_active AND same_as IS NULL) AS people,
            (SELECT count(*) FROM unit WHERE parent_id = %(unit)s AND is_active) AS units_below,
            ARRAY(SELECT name FROM unit_group JOIN unit_group_member ON group_id = id
                WHERE unit_id = %(unit)s ORDER BY name) AS groups,
            ARRAY(SELECT DISTINCT checklist.title FROM checklist
                JOIN checklist_row ON checklist_id = checklist.id JOIN row_unit ON row_id = checklist_row.id
                WHERE unit_id = %(unit)s AND state IN ('draft', 'issuing') ORDER BY 1) AS drafts
        """,
        {"unit": unit_id},
    )
    return the(cur, UsesOfUnit)


def groups(cur: Cursor) -> list[Group]:
    """All groups with the ids of their members, by name."""
    cur.execute(_GROUP + "ORDER BY name")
    return many(cur, Group)


def group_heads(cur: Cursor) -> list[GroupHead]:
    """All groups by name."""
    cur.execute(_GROUP_HEAD + "ORDER BY name")
    return many(cur, GroupHead)


def group_head(cur: Cursor, group_id: int) -> GroupHead | None:
    """The group with this id."""
    cur.execute(_GROUP_HEAD + "WHERE id = %s", (group_id,))
    return one(cur, GroupHead)


def groups_with_ids(cur: Cursor, group_ids: Sequence[int]) -> list[Group]:
    """The groups with all their members, in the order of their ids."""
    cur.execute(_GROUP + "WHERE id = ANY (%s) ORDER BY id", (list(group_ids),))
    return many(cur, Group)


def not_in_group(cur: Cursor, group_id: int, unit_ids: Sequence[int]) -> list[int]:
    """Those of `unit_ids` that are no members, each once."""
    cur.execute(
        "SELECT unnest(%s::bigint[]) AS id EXCEPT SELECT unit_id FROM unit_group_member WHERE group_id = %s",
        (list(unit_ids), group_id),
    )
    return values(cur, int)


def groups_to_join(cur: Cursor, *, most: int) -> list[GroupToJoin]:
    """Groups by name, each with the kind of unit that it has all of."""
    cur.execute("SELECT kind, count(*) AS units FROM unit WHERE is_active GROUP BY kind")
    there = {row.kind: row.units for row in many(cur, _OfKind)}
    cur.execute(
        """
        SELECT unit_group.id AS group_id, unit_group.name, unit_group.aliases, count(unit.id) AS members,
            array_agg(DISTINCT kind) FILTER (WHERE kind IS NOT NULL) AS kinds
        FROM unit_group LEFT JOIN unit_group_member ON group_id = unit_group.id
        LEFT JOIN unit ON unit.id = unit_id AND unit.is_active
        GROUP BY unit_group.id ORDER BY unit_group.name LIMIT %s
        """,
        (most,),
    )
    return [GroupToJoin(one.group_id, one.name, one.members, _whole_kind(one, there)) for one in many(cur, _Members)]


def _whole_kind(group: _Members, there: Mapping[str, int]) -> str | None:
    meant = kind_of_group((group.name, *group.aliases))
    kinds = group.kinds or ([meant] if meant else [])
    is_sure = group.members > 1 or kinds == [meant]
    return kinds[0] if is_sure and len(kinds) == 1 and there.get(kinds[0], 0) == group.members else None


def in_group(cur: Cursor, group_id: int, unit_ids: Sequence[int], *, most: int) -> list[str]:
    """The names of those of `unit_ids` that are members, by code."""
    cur.execute(
        """
        SELECT name FROM unit_group_member JOIN unit ON unit.id = unit_id
        WHERE group_id = %s AND unit_id = ANY (%s) ORDER BY code LIMIT %s
        """,
        (group_id, list(unit_ids), most),
    )
    return values(cur, str)


def others_in_group(cur: Cursor, group_id: int, unit_ids: Sequence[int], *, most: int) -> list[str]:
    """The names of members that are none of `unit_ids`, by code."""
    cur.execute(
        """
        SELECT name FROM unit_group_member JOIN unit ON unit.id = unit_id
        WHERE group_id = %s AND NOT EXISTS (SELECT FROM unnest(%s::bigint[]) AS kept WHERE kept = unit_id)
        ORDER BY code LIMIT %s
        """,
        (group_id, list(unit_ids), most),
    )
    return values(cur, str)


def first_member_ids(cur: Cursor, group_id: int, *, most: int) -> list[int]:
    """Members in the order of their ids."""
    cur.execute("SELECT unit_id FROM unit_group_member WHERE group_id = %s ORDER BY unit_id LIMIT %s", (group_id, most))
    return values(cur, int)


def people(cur: Cursor, unit_id: int | None) -> list[Person]:
    """The accounts of a unit, or of all; by unit and name."""
    cur.execute(
        _PERSON + "WHERE %(unit)s IS NULL OR unit_id = %(unit)s ORDER BY unit.code, sign_in_name", {"unit": unit_id}
    )
    return many(cur, Person)


def people_named(cur: Cursor, sign_in_names: Sequence[str]) -> list[Person]:
    """The accounts with these sign-in names, by unit and name."""
    cur.execute(
        _PERSON + "WHERE sign_in_name = ANY (%s) ORDER BY unit.code, sign_in_name", ([*map(str.lower, sign_in_names)],)
    )
    return many(cur, Person)


def person(cur: Cursor, person_id: int) -> Person | None:
    """The account with this id, closed ones too."""
    cur.execute(_PERSON + "WHERE person.id = %s", (person_id,))
    return one(cur, Person)


def person_signing_in_as(cur: Cursor, sign_in_names: Sequence[str]) -> Person | None:
    """The person with the first of these names that anybody has."""
    cur.execute(
        _PERSON + "JOIN unnest(%s::text[]) WITH ORDINALITY AS asked (name, place) ON sign_in_name = asked.name"
        " ORDER BY place LIMIT 1",
        (list(sign_in_names),),
    )
    return one(cur, Person)


def other_person_called(cur: Cursor, sign_in_name: str, *, but: int | None) -> Person | None:
    """Another person with this name, in whichever width its letters and digits are kept."""
    cur.execute(
        _PERSON + "WHERE lower(normalize(sign_in_name, NFKC)) = %s AND person.id IS DISTINCT FROM %s LIMIT 1",
        (sign_in_name, but),
    )
    return one(cur, Person)


def has_other_active_administrator(cur: Cursor, person_id: int) -> bool:
    """Whether somebody else could still administer."""
    cur.execute("SELECT 1 FROM person WHERE is_active AND 'administrator' = ANY (roles) AND id <> %s", (person_id,))
    return has_row(cur)


def units_with_codes(cur: Cursor, codes: Iterable[str]) -> list[Unit]:
    """The units with these codes."""
    cur.execute(f"SELECT {_UNIT} FROM unit WHERE code = ANY (%s)", (list(codes),))
    return many(cur, Unit)


def unit_ids_by_name(cur: Cursor, names: Iterable[str]) -> dict[str, int]:
    """The units of these names."""
    cur.execute("SELECT id, name FROM unit WHERE name = ANY (%s)", (list(names),))
    return {unit.name: unit.id for unit in many(cur, _Named)}


def units_with_ids(cur: Cursor, unit_ids: Sequence[int | None]) -> list[Unit]:
    """The units with these ids; those that are not there are left out."""
    cur.execute(f"SELECT {_UNIT} FROM unit WHERE id = ANY (%s::bigint[])", (list(unit_ids),))
    return many(cur, Unit)


def group_names(cur: Cursor, group_ids: Sequence[int | None]) -> dict[int, str]:
    """The names of the groups with these ids."""
    cur.execute("SELECT id, name FROM unit_group WHERE id = ANY (%s::bigint[])", (list(group_ids),))
    return {group.id: group.name for group in many(cur, _Named)}
