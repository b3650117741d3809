"""Reads of meetings, and of what they decided."""

from __future__ import annotations

import datetime as dt

from services.tasks.meetings.records import Decision, Listed, Meeting, UnderWay
from shared.clock import start_of
from shared.database import Cursor
from shared.rows import many, one, value, value_or_none

PAGE = 20
_MEETING = """
    SELECT meeting.id, held_on, meeting.title, meeting.year, meeting.version, meeting.made_at, made_by_post,
        made_by_unit, checklist.id AS checklist_id, checklist.state, draft.id AS draft_id
    FROM meeting
    LEFT JOIN checklist ON checklist.meeting_id = meeting.id
    LEFT JOIN checklist AS draft ON draft.id = checklist.id AND checklist.state = 'draft'
        OR draft.amends_id = checklist.id
"""


def meeting(cur: Cursor, meeting_id: int) -> Meeting | None:
    """One meeting; None when there is none."""
    cur.execute(f"{_MEETING} WHERE meeting.id = %s", (meeting_id,))
    return one(cur, Meeting)


def hold(cur: Cursor, meeting_id: int) -> bool:
    """Lock a meeting until the commit; False when there is none."""
    cur.execute("SELECT id FROM meeting WHERE id = %s FOR UPDATE", (meeting_id,))
    return value_or_none(cur, int) is not None


def held_on(cur: Cursor, day: dt.date) -> int | None:
    """The meeting of a day."""
    cur.execute("SELECT id FROM meeting WHERE held_on = %s", (day,))
    return value_or_none(cur, int)


def before(cur: Cursor, day: dt.date) -> Meeting | None:
    """The last meeting before a day, of whatever year."""
    cur.execute(f"{_MEETING} WHERE held_on < %s ORDER BY held_on DESC LIMIT 1", (day,))
    return one(cur, Meeting)


def first_day(cur: Cursor) -> dt.date | None:
    """The day on which the first checklist was issued; None before."""
    cur.execute(
        """
        SELECT (issued_at AT TIME ZONE 'Asia/Shanghai')::date AS first FROM checklist
        WHERE issued_at IS NOT NULL ORDER BY issued_at LIMIT 1
        """
    )
    return value_or_none(cur, dt.date)


def under_way(cur: Cursor, year: int, *, until: dt.date | None) -> list[UnderWay]:
    """The checklists of a year that are issued and not ended, now or at the end of a day; meetings' own ones last."""
    cur.execute(
        """
        SELECT id AS checklist_id, title FROM checklist
        WHERE year = %(year)s AND amends_id IS NULL AND state <> 'draft'
            AND CASE WHEN %(end)s::timestamptz IS NULL THEN state <> 'closed'
                ELSE issued_at < %(end)s AND (closed_at IS NULL OR closed_at >= %(end)s) END
        ORDER BY meeting_id IS NOT NULL, id DESC
        """,
        {"year": year, "end": None if until is None else start_of(until + dt.timedelta(days=1))},
    )
    return many(cur, UnderWay)


def count(cur: Cursor) -> int:
    """How many meetings there are."""
    cur.execute("SELECT count(*) AS meetings FROM meeting")
    return value(cur, int)


def listed(cur: Cursor, *, page: int) -> list[Listed]:
    """One page of the meetings, the newest first, each with how much it decided and how much of that waits."""
    cur.execute(
        """
        SELECT meeting.id, held_on, meeting.title, meeting.year,
            count(item.id) FILTER (WHERE item.checklist_id = own.id AND own.state <> 'draft') AS decisions,
            count(item.id) FILTER (WHERE item.checklist_id = draft.id AND item.of_row_id IS NULL) AS waiting
        FROM meeting
        LEFT JOIN checklist AS own ON own.meeting_id = meeting.id
        LEFT JOIN checklist AS draft ON draft.id = own.id AND own.state = 'draft' OR draft.amends_id = own.id
        LEFT JOIN checklist_row AS item ON item.checklist_id IN (own.id, draft.id) AND item.level = 4
            AND item.dropped_in IS NULL
        GROUP BY meeting.id ORDER BY held_on DESC LIMIT %s OFFSET %s
        """,
        (PAGE, (page - 1) * PAGE),
    )
    return many(cur, Listed)


def decisions(cur: Cursor, meeting: Meeting) -> list[Decision]:
    """What a meeting decided, as the checklist is read: where a draft amends it, as the draft has it."""
    cur.execute(
        """
        SELECT CASE WHEN item.checklist_id = %(checklist)s::bigint AND %(state)s::text <> 'draft' THEN item.id
                ELSE item.of_row_id END AS row_id,
            CASE WHEN item.checklist_id = %(draft)s::bigint THEN item.id END AS draft_row_id,
            task.title AS task, item.title AS text, item.body AS about, item.due_on,
            ARRAY(SELECT coalesce(unit.name, unit_group.name) FROM row_unit
                LEFT JOIN unit ON unit.id = unit_id LEFT JOIN unit_group ON unit_group.id = group_id
                WHERE row_id = item.id ORDER BY role, unit.code, row_unit.position) AS units
        FROM checklist_row AS item
        JOIN checklist_row AS task ON task.id = item.parent_id
        JOIN checklist_row AS measure ON measure.id = task.parent_id
        JOIN checklist_row AS area ON area.id = measure.parent_id
        WHERE item.checklist_id = coalesce(%(draft)s::bigint, %(checklist)s::bigint)
            AND item.level = 4 AND item.dropped_in IS NULL
        ORDER BY area.position, area.id, measure.position, measure.id, task.position, task.id, item.position, item.id
        """,
        {"checklist": meeting.checklist_id, "draft": meeting.draft_id, "state": meeting.state},
    )
    return many(cur, Decision)
