"""Reads of the audit log and of the refusals, a page at a time, newest first."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from shared.database import Cursor
from shared.rows import many, value

PAGE = 50


class Entry(NamedTuple):
    """One change; `detail` is decoded JSON, `person` and `unit` are None where no person did it."""

    at: dt.datetime
    action: str
    subject: str
    detail: dict[str, Any]
    correlation_id: str
    person: str | None
    unit: str | None


class Refusal(NamedTuple):
    """One call that was refused; `person` and `unit` are None where nobody was signed in."""

    at: dt.datetime
    operation: str
    reason: str
    correlation_id: str
    person: str | None
    unit: str | None


def entries(cur: Cursor, page: int) -> list[Entry]:
    cur.execute(
        """
        SELECT at, action, subject, detail, correlation_id, person.display_name AS person, unit.name AS unit
        FROM audit_log
        LEFT JOIN person ON person.id = person_id
        LEFT JOIN unit ON unit.id = person.unit_id
        ORDER BY audit_log.id DESC LIMIT %s OFFSET %s
        """,
        (PAGE, (page - 1) * PAGE),
    )
    return many(cur, Entry)


def refusals(cur: Cursor, page: int) -> list[Refusal]:
    cur.execute(
        """
        SELECT refused_at AS at, operation, reason, correlation_id, person.display_name AS person, unit.name AS unit
        FROM refusal
        LEFT JOIN person ON person.id = person_id
        LEFT JOIN unit ON unit.id = person.unit_id
        ORDER BY refusal.id DESC LIMIT %s OFFSET %s
        """,
        (PAGE, (page - 1) * PAGE),
    )
    return many(cur, Refusal)


def pages(cur: Cursor) -> int:
    """Number of pages that show all of the longer list."""
    cur.execute("SELECT greatest((SELECT count(*) FROM audit_log), (SELECT count(*) FROM refusal)) AS longer")
    return max(1, -(-value(cur, int) // PAGE))
