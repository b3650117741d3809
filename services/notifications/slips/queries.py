"""What is read of slips."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from services.notifications.policies.rules import Scope
from shared.database import Cursor
from shared.rows import many, value_or_none

# A slip stands as long as nothing settled it and its checklist is not ended; of one thing the last one that was issued
# tells how far it went.
_STANDING = """
    slip.settled_on IS NULL AND NOT EXISTS (
        SELECT FROM slip AS later WHERE later.kind = slip.kind AND later.subject_id = slip.subject_id
            AND later.level > slip.level AND later.settled_on IS NULL)
    AND NOT EXISTS (
        SELECT FROM duty JOIN checklist ON checklist.id = duty.checklist_id
        WHERE slip.kind = 'checklist' AND duty.id = slip.subject_id AND checklist.state = 'closed')
"""


class Listed(NamedTuple):
    """A slip with what it is on; `subject_id` is the duty or the submission."""

    id: int
    kind: Scope
    subject_id: int
    unit: str
    title: str
    period: str
    level: int
    name_zh: str
    name_en: str
    audience: list[str]
    due_on: dt.date
    issued_on: dt.date
    settled_on: dt.date | None
    settled_why: str | None


_LISTED = """
    SELECT slip.id, slip.kind, slip.subject_id, coalesce(unit.name, '') AS unit,
        coalesce(item.title, submission.report_name, '') AS title,
        coalesce(duty.period, submission.period, '') AS period, slip.level, slip.name_zh, slip.name_en,
        slip.audience, slip.due_on, slip.issued_on, slip.settled_on, slip.settled_why
    FROM slip LEFT JOIN unit ON unit.id = slip.unit_id
    LEFT JOIN duty ON slip.kind = 'checklist' AND duty.id = slip.subject_id LEFT JOIN item ON item.id = duty.item_id
    LEFT JOIN submission ON slip.kind = 'report' AND submission.id = slip.subject_id
"""


def standing(cur: Cursor, unit_id: int | None, level: int | None, *, limit: int, offset: int) -> list[Listed]:
    """A page of what is escalated, of one unit or of all, each thing by its last slip: the highest level first."""
    cur.execute(
        f"""
        {_LISTED}
        WHERE {_STANDING} AND (%(unit)s::bigint IS NULL OR slip.unit_id = %(unit)s)
            AND (%(level)s::integer IS NULL OR slip.level = %(level)s)
        ORDER BY slip.level DESC, unit.code, slip.due_on, slip.id LIMIT %(limit)s OFFSET %(offset)s
        """,
        {"unit": unit_id, "level": level, "limit": limit, "offset": offset},
    )
    return many(cur, Listed)


class Counted(NamedTuple):
    level: int
    slips: int


def counts(cur: Cursor, unit_id: int | None) -> dict[int, int]:
    """How many things are escalated to each level, of one unit or of all."""
    cur.execute(
        f"""
        SELECT level, count(*) AS slips FROM slip
        WHERE {_STANDING} AND (%(unit)s::bigint IS NULL OR unit_id = %(unit)s) GROUP BY level ORDER BY level
        """,
        {"unit": unit_id},
    )
    return {one.level: one.slips for one in many(cur, Counted)}


def of_subject(cur: Cursor, kind: Scope, subject_id: int) -> list[Listed]:
    """All slips of a duty or a submission, in the order in which they were issued."""
    cur.execute(f"{_LISTED} WHERE slip.kind = %s AND slip.subject_id = %s ORDER BY slip.id", (kind, subject_id))
    return many(cur, Listed)


def unit_of(cur: Cursor, kind: Scope, subject_id: int) -> int | None:
    """Whose duty or submission it is; None for one of which nothing was heard."""
    table = "duty" if kind is Scope.CHECKLIST else "submission"
    cur.execute(f"SELECT unit_id FROM {table} WHERE id = %s", (subject_id,))
    return value_or_none(cur, int)
