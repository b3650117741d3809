"""Reads of the audit log and of the refusals, a page at a time, newest first."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from shared.database import Cursor
from shared.rows import many, value

PAGE = 50


class Entry(NamedTuple):
    """One change; `detail` is decoded JSON, `person`, `post` and `unit` are None where no person did it."""

    at: dt.datetime
    action: str
    subject: str
    detail: dict[str, Any]
    correlation_id: str
    person: str | None
    post: str | None
    unit: str | None


class Refusal(NamedTuple):
    """One call that was refused; `person`, `post` and `unit` are None where nobody was signed in."""

    at: dt.datetime
    operation: str
    reason: str
    correlation_id: str
    person: str | None
    post: str | None
    unit: str | None


# What the row says of who it was. Only a row that the release before wrote says nothing, and takes the person of now.
_WHO = """
    coalesce(person_name, person.display_name) AS person, coalesce({0}.post, person.post) AS post,
    coalesce(unit_name, unit.name) AS unit
"""
_PERSON_OF_NOW = """
    LEFT JOIN person ON person.id = person_id AND {0}.post IS NULL
    LEFT JOIN unit ON unit.id = person.unit_id
"""


def entries(cur: Cursor, page: int) -> list[Entry]:
    """A page of changes, newest first."""
    cur.execute(
        f"""
        SELECT at, action, subject, detail, correlation_id, {_WHO.format("audit_log")}
        FROM audit_log {_PERSON_OF_NOW.format("audit_log")}
        ORDER BY audit_log.id DESC LIMIT %s OFFSET %s
        """,
        (PAGE, (page - 1) * PAGE),
    )
    return many(cur, Entry)


def refusals(cur: Cursor, page: int) -> list[Refusal]:
    """A page of refused calls, newest first."""
    cur.execute(
        f"""
        SELECT refused_at AS at, operation, reason, correlation_id, {_WHO.format("refusal")}
        FROM refusal {_PERSON_OF_NOW.format("refusal")}
        ORDER BY refusal.id DESC LIMIT %s OFFSET %s
        """,
        (PAGE, (page - 1) * PAGE),
    )
    return many(cur, Refusal)


def pages(cur: Cursor) -> int:
    """Number of pages that show all of the longer list."""
    cur.execute("SELECT greatest((SELECT count(*) FROM audit_log), (SELECT count(*) FROM refusal)) AS longer")
    return max(1, -(-value(cur, int) // PAGE))
