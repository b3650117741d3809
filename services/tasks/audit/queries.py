"""Reads of the audit log and of the refusals, a page at a time, newest first."""

from __future__ import annotations

from typing import Any

from shared.database import Cursor

PAGE = 50


def entries(cur: Cursor, page: int) -> list[Any]:
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
    return cur.fetchall()


def refusals(cur: Cursor, page: int) -> list[Any]:
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
    return cur.fetchall()


def pages(cur: Cursor) -> int:
    """Number of pages that show all of the longer list."""
    cur.execute("SELECT greatest((SELECT count(*) FROM audit_log), (SELECT count(*) FROM refusal)) AS longer")
    return max(1, -(-int(cur.fetchone().longer) // PAGE))
