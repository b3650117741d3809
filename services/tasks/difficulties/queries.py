"""Reads of difficulties."""

from __future__ import annotations

import datetime as dt

from services.tasks.difficulties.records import Counted, Open, Sought, Stand, Waiting
from shared.clock import start_of
from shared.database import Cursor
from shared.directory import STEPS_BELOW
from shared.rows import many, value

PAGE = 50

_STANDING = """
    FROM request
    JOIN duty ON duty.id = request.duty_id
    JOIN checklist ON checklist.id = duty.checklist_id
        AND (checklist.state <> 'closed' OR %(until)s::timestamptz IS NOT NULL)
    JOIN unit ON unit.id = duty.unit_id
    JOIN checklist_row AS item ON item.id = duty.item_id
    JOIN checklist_row AS task ON task.id = item.parent_id
    JOIN checklist_row AS measure ON measure.id = task.parent_id
    LEFT JOIN unit AS helper ON helper.id = request.asked_unit_id AND helper.is_active
    LEFT JOIN duty AS whole ON whole.id = duty.parent_id
    LEFT JOIN unit AS delegator ON delegator.id = whole.unit_id
    WHERE request.kind = 'blocker'
        AND CASE WHEN %(until)s::timestamptz IS NULL THEN request.ended_at IS NULL
            ELSE request.asked_at < %(until)s AND (request.ended_at IS NULL OR request.ended_at >= %(until)s) END
        AND (%(checklist)s::bigint IS NULL OR duty.checklist_id = %(checklist)s)
        AND (%(year)s::integer IS NULL OR checklist.year = %(year)s)
        AND (%(of_unit)s::bigint IS NULL OR duty.unit_id = %(of_unit)s)
        AND (%(unit)s IS NULL OR request.asked_unit_id = %(unit)s OR duty.unit_id IN (SELECT id FROM theirs))
        AND (%(text)s = '' OR strpos(lower(concat_ws(E'\\n', item.title, unit.name, helper.name, request.reason)),
            lower(%(text)s)) > 0)
"""
# How each stood at the end of that day; who has taken it on later, or answered later, had not.
_STATE = """
    CASE WHEN %(until)s::timestamptz IS NULL THEN request.state
        WHEN request.answered_at < %(until)s AND request.state <> 'accepted' THEN 'answered'
        WHEN request.accepted_on <= %(day)s THEN 'accepted'
        ELSE 'open' END
"""
_THEIRS = f"""
    WITH RECURSIVE {STEPS_BELOW}, theirs AS (SELECT unnest(ids) AS id FROM step)
"""


def difficulties(cur: Cursor, sought: Sought, *, state: Stand | None, page: int) -> list[Open]:
    """One page of those that stand, unanswered ones first, the longest standing first, those of a day by directory.

    To one reading unit: what it was asked to help with, and what it and the units below it have reported.
    """
    cur.execute(
        f"""
        {_THEIRS}
        SELECT duty.id AS duty_id, duty.unit_id, unit.name AS unit, item.title AS item, measure.title AS measure,
            duty.period, duty.due_on, {_STATE} AS state, request.reason, request.answer,
            coalesce(helper.name, delegator.name) AS asked_unit,
            request.asked_at, request.asked_by_post, request.accepted_on, request.answered_at, request.answered_by_unit
        {_STANDING} AND (%(state)s IS NULL OR {_STATE} = %(state)s)
        ORDER BY {_STATE} <> 'open', (request.asked_at AT TIME ZONE 'Asia/Shanghai')::date, unit.code, request.id
        LIMIT %(most)s OFFSET %(skip)s
        """,
        {
            **_params(sought),
            "state": state.value if state else None,
            "most": PAGE,
            "skip": (page - 1) * PAGE,
        },
    )
    return many(cur, Open)


def count(cur: Cursor, sought: Sought) -> dict[Stand, int]:
    """How many there are of `difficulties`, by state."""
    cur.execute(
        f"{_THEIRS} SELECT {_STATE} AS state, count(*) AS difficulties {_STANDING} GROUP BY 1",
        _params(sought),
    )
    return {found.state: found.difficulties for found in many(cur, Counted)}


def _params(sought: Sought) -> dict[str, object]:
    until = None if sought.as_of is None else start_of(sought.as_of + dt.timedelta(days=1))
    return {
        "unit": sought.reader_id,
        "above": sought.reader_id,
        "checklist": sought.checklist_id,
        "year": sought.year,
        "of_unit": sought.unit_id,
        "text": sought.text,
        "day": sought.as_of,
        "until": until,
    }


def asked_of(cur: Cursor, unit_id: int) -> int:
    """With how many difficulties a unit is asked to help and has not answered, whether or not it has taken them on.

    With a part of its own it helps where whoever was asked is closed.
    """
    cur.execute(
        """
        SELECT count(*) AS difficulties FROM request
        JOIN duty ON duty.id = duty_id
        JOIN checklist ON checklist.id = duty.checklist_id AND checklist.state <> 'closed'
        LEFT JOIN duty AS whole ON whole.id = duty.parent_id
        WHERE kind = 'blocker' AND ended_at IS NULL AND request.state IN ('open', 'accepted')
            AND (asked_unit_id = %(unit)s OR whole.unit_id = %(unit)s AND NOT EXISTS (
                SELECT FROM unit WHERE unit.id = asked_unit_id AND is_active))
        """,
        {"unit": unit_id},
    )
    return value(cur, int)


def waiting(cur: Cursor) -> list[Waiting]:
    """What waits for an answer, by kind; kinds without any are left out."""
    cur.execute(
        """
        SELECT kind, count(*) AS requests,
            extract(epoch FROM clock_timestamp() - min(asked_at))::float AS oldest_seconds
        FROM request
        JOIN duty ON duty.id = duty_id
        JOIN checklist ON checklist.id = checklist_id AND checklist.state <> 'closed'
        WHERE request.state = 'open' GROUP BY kind
        """
    )
    return many(cur, Waiting)
