"""Draft checklists straight into the tables, and issuing them: for tests of what comes after drafting."""

from __future__ import annotations

import datetime as dt
from collections import namedtuple
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.tasks.issuer import issue_next_chunk
from shared.database import Database
from shared.rows import value

YEAR = 2026
DUE_ON = dt.date(2026, 6, 30)
# ("lead", unit id, None) or ("lead", None, group id)
Named = tuple[str, int | None, int | None]


@dataclass(slots=True)
class Drafted:
    """A checklist in the database with the ids of its rows by title."""

    id: int
    version: int = 1
    rows: dict[str, int] = field(default_factory=dict)


def lead(unit_id: int) -> Named:
    return ("lead", unit_id, None)


def support(unit_id: int) -> Named:
    return ("support", unit_id, None)


def group(group_id: int, role: str = "lead") -> Named:
    return (role, None, group_id)


def draft(database: Database, *, title: str = "2026年就业清单", year: int = YEAR) -> Drafted:
    """An empty area, measure and task: 领域, 举措, 任务."""
    with database.transaction() as cur:
        cur.execute("INSERT INTO checklist (title, year) VALUES (%s, %s) RETURNING id", (title, year))
        drafted = Drafted(value(cur, int))
    for level, name in enumerate(["领域", "举措", "任务"], start=1):
        add_row(database, drafted, name, level=level, under=[None, "领域", "举措"][level - 1])
    return drafted


def add_row(
    database: Database,
    drafted: Drafted,
    title: str,
    *,
    level: int = 4,
    under: str | None = "任务",
    units: Sequence[Named] = (),
    due_on: dt.date | None = None,
    recurrence: str = "once",
    due_day: int | None = None,
    review_rule: str = "none",
    evidence_rule: str = "optional",
    reviewer_unit_id: int | None = None,
) -> int:
    """Add a row below `under` and remember it by its title."""
    with database.transaction() as cur:
        cur.execute(
            """
            INSERT INTO checklist_row
                (checklist_id, parent_id, level, position, title, due_on, recurrence, due_day, review_rule,
                evidence_rule, reviewer_unit_id)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
            """,
            (
                drafted.id,
                drafted.rows.get(under or ""),
                level,
                len(drafted.rows) + 1,
                title,
                due_on,
                recurrence,
                due_day,
                review_rule,
                evidence_rule,
                reviewer_unit_id,
            ),
        )
        row_id = value(cur, int)
    drafted.rows[title] = row_id
    name_units(database, row_id, units)
    return row_id


def name_units(database: Database, row_id: int, units: Iterable[Named]) -> None:
    with database.transaction() as cur:
        for position, (role, unit_id, group_id) in enumerate(units, start=1):
            cur.execute(
                "INSERT INTO row_unit (row_id, position, role, unit_id, group_id) VALUES (%s, %s, %s, %s, %s)",
                (row_id, position, role, unit_id, group_id),
            )


def ask(
    database: Database, drafted: Drafted, text: str, *, row_id: int | None = None, group_id: int | None = None
) -> int:
    """An open question in the draft."""
    with database.transaction() as cur:
        cur.execute(
            """
            INSERT INTO question (checklist_id, row_id, group_id, kind, text_zh, text_en)
            VALUES (%s, %s, %s, 'open_ended', %s, %s) RETURNING id
            """,
            (drafted.id, row_id, group_id, text, text),
        )
        return value(cur, int)


def work_off(database: Database) -> int:
    """Let an issuer do everything that is to be done; return the number of steps."""
    steps = 0
    while issue_next_chunk(database):
        steps += 1
    return steps


def issue(call: Any, drafted: Drafted) -> None:
    """Issue a draft as the lead bureau and make all its duties."""
    call("issue_checklist", {"checklist_id": drafted.id, "version": drafted.version}, as_="lead")
    work_off(call.service.database)


def duties_of(database: Database, unit_id: int) -> list[Any]:
    return fetch(database, "SELECT * FROM duty WHERE unit_id = %s ORDER BY item_id, period", (unit_id,))


def events(database: Database, event_type: str = "%") -> list[Any]:
    """Type and payload of the announcements in the order they were written."""
    return fetch(database, "SELECT type, payload FROM outbox WHERE type LIKE %s ORDER BY seq", (event_type,))


def fetch(database: Database, statement: str, values: Sequence[Any] = ()) -> list[Any]:
    """The rows of a statement that a test makes up, each with the names of its columns."""
    with database.transaction() as cur:
        cur.execute(statement, values)
        found = namedtuple("found", [column.name for column in cur.description], rename=True)  # noqa: PYI024
        return [found(*row) for row in cur.fetchall()]


def run(database: Database, statement: str, values: Sequence[Any] = ()) -> None:
    with database.transaction() as cur:
        cur.execute(statement, values)


def rewrite(database: Database, statement: str, values: Sequence[Any] = ()) -> None:
    """Carry out what the triggers of a sealed log refuse, as only the server's superuser can."""
    with database.transaction() as cur:
        cur.execute("SET LOCAL session_replication_role TO 'replica'")
        cur.execute(statement, values)
