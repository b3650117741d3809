"""Reads of duties: with their titles, by unit, waiting for review, and what happened to one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from shared.database import Cursor
from shared.directory import STEPS_BELOW
from shared.light import State
from shared.rows import many, the, value

PAGE = 50

_DUTY = """
    SELECT duty.id, duty.checklist_id, duty.item_id, duty.unit_id, duty.period, duty.role, duty.written_due_on,
        duty.due_on, duty.is_provisional, duty.state, duty.done_on, duty.blocked_reason, duty.waiver_reason,
        duty.returned_reason, duty.last_note, duty.version, unit.name AS unit_name, item.title AS item,
        item.review_rule, item.acceptance_rule, task.title AS task, measure.title AS measure, area.title AS area
    FROM duty
    JOIN unit ON unit.id = duty.unit_id
    JOIN checklist_row AS item ON item.id = duty.item_id
    JOIN checklist_row AS task ON task.id = item.parent_id
    JOIN checklist_row AS measure ON measure.id = task.parent_id
    JOIN checklist_row AS area ON area.id = measure.parent_id
"""
# What the row says of who it was. Only a row that the release before wrote says nothing, and takes the person of now.
_WHO = "coalesce(happened.post, person.post) AS post, coalesce(happened.unit_name, unit.name) AS unit"
_PERSON_OF_NOW = """
    LEFT JOIN person ON person.id = happened.person_id AND happened.post IS NULL
    LEFT JOIN unit ON unit.id = person.unit_id
"""
_WAITING = "(duty.state = 'submitted' OR waiver_reason IS NOT NULL)"


class ShownDuty(NamedTuple):
    """A duty with the name of its unit and the titles above it, from its item up to its area."""

    id: int
    checklist_id: int
    item_id: int
    unit_id: int
    period: str
    role: str
    written_due_on: dt.date
    due_on: dt.date
    is_provisional: bool
    state: State
    done_on: dt.date | None
    blocked_reason: str | None
    waiver_reason: str | None
    returned_reason: str | None
    last_note: str | None
    version: int
    unit_name: str
    item: str
    review_rule: str
    acceptance_rule: str
    task: str
    measure: str
    area: str


class Standing(NamedTuple):
    """What decides the light of a duty."""

    id: int
    state: State
    due_on: dt.date
    done_on: dt.date | None
    blocked_reason: str | None


class NamedUnit(NamedTuple):
    id: int
    name: str


class CodedUnit(NamedTuple):
    """A unit with the code that orders it in the directory."""

    id: int
    name: str
    code: str


class Happened(NamedTuple):
    """One line of a duty's history, with the post and the unit of who did it as they were then; None when unknown."""

    at: dt.datetime
    action: str
    text: str
    post: str | None
    unit: str | None


class _Signed(NamedTuple):
    duty_id: int
    version: int


class LatestChange(NamedTuple):
    """When a duty was changed, and by whom, with the post and the unit of then; None when unknown."""

    duty_id: int
    at: dt.datetime
    post: str | None
    unit: str | None


def duties(cur: Cursor, duty_ids: Sequence[int], *, for_update: bool = False) -> list[ShownDuty]:
    """The duties by id; locked in that order, so that two who mark several at once wait instead of deadlocking.

    The lock lets lines of their history be written, which name a duty and nothing else of it.
    """
    cur.execute(
        _DUTY + f"WHERE duty.id = ANY (%s) ORDER BY duty.id {'FOR NO KEY UPDATE OF duty' if for_update else ''}",
        (list(duty_ids),),
    )
    return many(cur, ShownDuty)


def standing_of_unit(cur: Cursor, unit_id: int) -> list[Standing]:
    """What decides the lights of all that a unit owes under the checklists in force."""
    cur.execute(
        """
        SELECT duty.id, duty.state, due_on, done_on, blocked_reason
        FROM duty JOIN checklist ON checklist.id = checklist_id
        WHERE unit_id = %s AND duty.state <> 'withdrawn' AND checklist.state <> 'closed'
        """,
        (unit_id,),
    )
    return many(cur, Standing)


def units_from(cur: Cursor, unit_id: int, *, most: int) -> list[CodedUnit]:
    """The active ones of a unit and all below it, at most `most` of them and the nearest first.

    PostgreSQL walks down no further than it must, so a whole country costs as much as a large county. OFFSET 0 keeps
    it from making a join of the look at each unit, for which it may read the whole table.
    """
    cur.execute(
        f"""
        WITH RECURSIVE {STEPS_BELOW}
        SELECT own.id, name, code FROM (SELECT unnest(ids) AS id FROM step) AS own
        CROSS JOIN LATERAL (SELECT name, code, is_active FROM unit WHERE unit.id = own.id OFFSET 0) AS unit
        WHERE is_active LIMIT %(most)s
        """,
        {"above": unit_id, "most": most},
    )
    return many(cur, CodedUnit)


def unit(cur: Cursor, unit_id: int) -> NamedUnit:
    """A unit's name."""
    cur.execute("SELECT id, name FROM unit WHERE id = %s", (unit_id,))
    return the(cur, NamedUnit)


def waiting(cur: Cursor, page: int) -> list[ShownDuty]:
    """One page of what the lead bureau has to decide, longest waiting first."""
    cur.execute(
        _DUTY + f"WHERE {_WAITING} ORDER BY duty.changed_at, duty.id LIMIT %s OFFSET %s",
        (PAGE, (page - 1) * PAGE),
    )
    return many(cur, ShownDuty)


def pages_waiting(cur: Cursor) -> int:
    """Number of pages of what waits for the lead bureau, at least one."""
    cur.execute(f"SELECT count(*) AS number FROM duty WHERE {_WAITING}")
    return max(1, -(-value(cur, int) // PAGE))


def history(cur: Cursor, duty_id: int) -> list[Happened]:
    """What happened, oldest first. That it was issued is known from the run, so no duty needs a row for it."""
    cur.execute(
        f"""
        SELECT happened.at, action, text, {_WHO}
        FROM (
            SELECT 0 AS id, asked_at AS at, 'issued' AS action, '' AS text, asked_by AS person_id,
                asked_by_post AS post, asked_by_unit AS unit_name
            FROM duty JOIN issue_run USING (checklist_id, revision) WHERE duty.id = %(duty)s
            UNION ALL
            SELECT id, at, action, text, person_id, post, unit_name FROM duty_history WHERE duty_id = %(duty)s
        ) AS happened {_PERSON_OF_NOW}
        ORDER BY happened.at, happened.id
        """,
        {"duty": duty_id},
    )
    return many(cur, Happened)


def latest_changes(cur: Cursor, duty_ids: Sequence[int]) -> dict[int, LatestChange]:
    """By duty, who last changed it and when; reminders change nothing."""
    cur.execute(
        f"""
        SELECT DISTINCT ON (duty_id) duty_id, at, {_WHO}
        FROM duty_history AS happened {_PERSON_OF_NOW}
        WHERE duty_id = ANY (%s) AND action <> 'reminded'
        ORDER BY duty_id, happened.id DESC
        """,
        (list(duty_ids),),
    )
    return {change.duty_id: change for change in many(cur, LatestChange)}


def versions_signed(cur: Cursor, duty_ids: Sequence[int]) -> dict[int, int]:
    """By duty, the version that it got when somebody signed for it, which happens once at most."""
    cur.execute(
        "SELECT duty_id, version FROM duty_history WHERE duty_id = ANY (%s) AND action = 'acknowledged'",
        (list(duty_ids),),
    )
    return {signed.duty_id: signed.version for signed in many(cur, _Signed)}
