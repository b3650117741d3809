"""Reads of duties: with their titles, by unit, waiting for review, and what happened to one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.database import Cursor

PAGE = 50

_DUTY = """
    SELECT duty.*, unit.name AS unit_name, item.title AS item, item.review_rule, item.acceptance_rule,
        task.title AS task, measure.title AS measure, area.title AS area
    FROM duty
    JOIN unit ON unit.id = duty.unit_id
    JOIN checklist_row AS item ON item.id = duty.item_id
    JOIN checklist_row AS task ON task.id = item.parent_id
    JOIN checklist_row AS measure ON measure.id = task.parent_id
    JOIN checklist_row AS area ON area.id = measure.parent_id
"""
_WAITING = "(duty.state = 'submitted' OR waiver_reason IS NOT NULL)"


def duties(cur: Cursor, duty_ids: Sequence[int], *, for_update: bool = False) -> list[Any]:
    """The duties by id; locked in that order, so that two who mark several at once wait instead of deadlocking."""
    cur.execute(
        _DUTY + f"WHERE duty.id = ANY (%s) ORDER BY duty.id {'FOR UPDATE OF duty' if for_update else ''}",
        (list(duty_ids),),
    )
    return cur.fetchall()


def standing_of_unit(cur: Cursor, unit_id: int) -> list[Any]:
    """What decides the lights of all that a unit owes under the checklists in force."""
    cur.execute(
        """
        SELECT duty.id, duty.state, due_on, done_on, blocked_reason
        FROM duty JOIN checklist ON checklist.id = checklist_id
        WHERE unit_id = %s AND duty.state <> 'withdrawn' AND checklist.state <> 'closed'
        """,
        (unit_id,),
    )
    return cur.fetchall()


def units(cur: Cursor, unit_ids: Sequence[int], *, most: int) -> list[Any]:
    """The active ones of the units in directory order."""
    cur.execute(
        "SELECT id, name FROM unit WHERE id = ANY (%s) AND is_active ORDER BY code LIMIT %s", (list(unit_ids), most)
    )
    return cur.fetchall()


def unit(cur: Cursor, unit_id: int) -> Any:
    cur.execute("SELECT id, name FROM unit WHERE id = %s", (unit_id,))
    return cur.fetchone()


def waiting(cur: Cursor, page: int) -> list[Any]:
    """One page of what the lead bureau has to decide, longest waiting first."""
    cur.execute(
        _DUTY + f"WHERE {_WAITING} ORDER BY duty.changed_at, duty.id LIMIT %s OFFSET %s",
        (PAGE, (page - 1) * PAGE),
    )
    return cur.fetchall()


def pages_waiting(cur: Cursor) -> int:
    cur.execute(f"SELECT count(*) AS number FROM duty WHERE {_WAITING}")
    return max(1, -(-int(cur.fetchone().number) // PAGE))


def history(cur: Cursor, duty_id: int) -> list[Any]:
    """What happened, oldest first. That it was issued is known from the run, so no duty needs a row for it."""
    cur.execute(
        """
        SELECT happened.at, action, text, person.post, unit.name AS unit
        FROM (
            SELECT 0 AS id, asked_at AS at, 'issued' AS action, '' AS text, asked_by AS person_id
            FROM duty JOIN issue_run USING (checklist_id, revision) WHERE duty.id = %(duty)s
            UNION ALL
            SELECT id, at, action, text, person_id FROM duty_history WHERE duty_id = %(duty)s
        ) AS happened
        LEFT JOIN person ON person.id = person_id
        LEFT JOIN unit ON unit.id = person.unit_id
        ORDER BY happened.at, happened.id
        """,
        {"duty": duty_id},
    )
    return cur.fetchall()


def latest_changes(cur: Cursor, duty_ids: Sequence[int]) -> dict[int, Any]:
    """By duty, who last changed it and when; reminders change nothing."""
    cur.execute(
        """
        SELECT DISTINCT ON (duty_id) duty_id, at, action, person.post, unit.name AS unit
        FROM duty_history
        JOIN person ON person.id = person_id
        JOIN unit ON unit.id = person.unit_id
        WHERE duty_id = ANY (%s) AND action <> 'reminded'
        ORDER BY duty_id, duty_history.id DESC
        """,
        (list(duty_ids),),
    )
    return {row.duty_id: row for row in cur.fetchall()}
