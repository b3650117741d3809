"""Reads of posts: who holds them, who held them, and who stands in."""

from __future__ import annotations

import datetime as dt

from services.tasks.directory.queries import IN_FORCE, SUBSTITUTIONS
from services.tasks.posts.records import Colleague, Ended, Holder, Post, Substitution
from shared.database import Cursor
from shared.rows import has_row, many, one, value_or_none

_JOINED = f"FROM {SUBSTITUTIONS} JOIN unit ON unit.id = post.unit_id"
_SUBSTITUTION = f"""
    SELECT substitution.id, post.id AS person_id, post.display_name AS name, post.post, unit.id AS unit_id,
        unit.name AS unit, substitute.id AS substitute_id, substitute.display_name AS substitute,
        account.id AS account_id, from_on, until_on
    {_JOINED}
"""


def post(cur: Cursor, person_id: int) -> Post | None:
    """The account as a post; None when there is none."""
    cur.execute(
        """
        SELECT person.id, sign_in_name, display_name AS name, post, unit_id, unit.name AS unit, roles,
            person.is_active, person.version, holder, held_since, same_as
        FROM person JOIN unit ON unit.id = unit_id WHERE person.id = %s
        """,
        (person_id,),
    )
    return one(cur, Post)


def former_holders(cur: Cursor, person_id: int) -> list[Holder]:
    """Who held the post before, the last first."""
    cur.execute(
        "SELECT name, held_from, held_until FROM former_holder WHERE person_id = %s ORDER BY holder DESC", (person_id,)
    )
    return many(cur, Holder)


def substitution(cur: Cursor, substitution_id: int, today: dt.date) -> Substitution | None:
    """One that is in force or will be; None otherwise."""
    cur.execute(
        f"{_SUBSTITUTION} WHERE substitution.id = %(id)s AND {IN_FORCE}", {"id": substitution_id, "today": today}
    )
    return one(cur, Substitution)


def substitutions_for(cur: Cursor, person_id: int, today: dt.date) -> list[Substitution]:
    """Who stands in for the post, now or later, in the order of the days."""
    cur.execute(
        f"{_SUBSTITUTION} WHERE substitution.person_id = %(person)s AND {IN_FORCE} ORDER BY from_on, substitution.id",
        {"person": person_id, "today": today},
    )
    return many(cur, Substitution)


def substitutions_by(cur: Cursor, substitute_id: int, today: dt.date) -> list[Substitution]:
    """For whom the person stands in, now or later, in the order of the days."""
    cur.execute(
        f"""
        {_SUBSTITUTION} WHERE substitution.substitute_id = %(person)s AND {IN_FORCE} ORDER BY from_on, substitution.id
        """,
        {"person": substitute_id, "today": today},
    )
    return many(cur, Substitution)


def is_taken(cur: Cursor, person_id: int, from_on: dt.date, until_on: dt.date, today: dt.date) -> bool:
    """Whether somebody stands in for the post on any of these days."""
    cur.execute(
        f"""
        SELECT 1 {_JOINED} WHERE substitution.person_id = %(person)s AND {IN_FORCE}
            AND from_on <= %(until)s AND until_on >= %(from)s
        """,
        {"person": person_id, "from": from_on, "until": until_on, "today": today},
    )
    return has_row(cur)


def colleagues(cur: Cursor, unit_id: int, *, but: int) -> list[Colleague]:
    """Who else works in the unit, by name; at most 200."""
    cur.execute(
        """
        SELECT id, display_name AS name, post FROM person
        WHERE unit_id = %s AND is_active AND same_as IS NULL AND id <> %s ORDER BY display_name, id LIMIT 200
        """,
        (unit_id, but),
    )
    return many(cur, Colleague)


def person_called(cur: Cursor, sign_in_name: str) -> int | None:
    """The own account that somebody signs in with."""
    cur.execute("SELECT id FROM person WHERE sign_in_name = %s AND same_as IS NULL", (sign_in_name,))
    return value_or_none(cur, int)


def account_called(cur: Cursor, sign_in_name: str) -> int | None:
    """The account under which somebody has stood in before."""
    cur.execute("SELECT id FROM person WHERE sign_in_name = %s AND same_as IS NOT NULL", (sign_in_name,))
    return value_or_none(cur, int)


def is_needed(cur: Cursor, account_id: int) -> bool:
    """Whether another substitution that has not ended, such as a later one, is under the account."""
    cur.execute("SELECT 1 FROM substitution WHERE account_id = %s AND ended_at IS NULL", (account_id,))
    return has_row(cur)


def out_of_force(cur: Cursor, today: dt.date) -> Ended | None:
    """The oldest substitution that is over but not ended, with its account; None when there is none."""
    cur.execute(
        f"""
        SELECT substitution.id, account.id AS account_id, post.display_name AS name,
            substitute.display_name AS substitute
        {_JOINED}
        WHERE substitution.ended_at IS NULL AND NOT ({IN_FORCE})
        ORDER BY substitution.id LIMIT 1
        """,
        {"today": today},
    )
    return one(cur, Ended)
