"""Reads of remarks."""

from __future__ import annotations

from collections.abc import Sequence

from services.tasks.remarks.records import Asked, Listed, Meant, Waiting
from shared.database import Cursor
from shared.rows import many, one, the, value

PAGE = 30


def meant(cur: Cursor, *, duty_id: int | None, item_id: int | None) -> list[Meant]:
    """The duty, or of each unit of an item the one that is due next, or the newest; its lead units if it has any.

    What does not apply, was withdrawn or is ended with its checklist is left out; of an item so are parts of duties.
    """
    cur.execute(
        """
        WITH found AS (
            SELECT DISTINCT ON (unit_id) id AS duty_id, unit_id, item_id, role FROM duty
            WHERE (id = %(duty)s OR item_id = %(item)s AND parent_id IS NULL) AND state NOT IN ('waived', 'withdrawn')
                AND checklist_id NOT IN (SELECT id FROM checklist WHERE state = 'closed')
            ORDER BY unit_id, (state IN ('accepted', 'submitted')), CASE WHEN state IN ('accepted', 'submitted')
                THEN -extract(epoch FROM due_on) ELSE extract(epoch FROM due_on) END
        )
        SELECT duty_id, unit_id, item_id FROM found
        WHERE duty_id = %(duty)s OR role = 'lead' OR NOT EXISTS (SELECT FROM found AS other WHERE other.role = 'lead')
        ORDER BY duty_id
        """,
        {"duty": duty_id, "item": item_id},
    )
    return many(cur, Meant)


def asked(cur: Cursor, remark_id: int, duty_id: int) -> Asked | None:
    """What the duty owes to the remark, locked until the commit; None when it is not about that duty."""
    cur.execute(
        f"{_ASKED} WHERE remark_id = %s AND duty_id = %s FOR UPDATE OF remark_answer",
        (remark_id, duty_id),
    )
    return one(cur, Asked)


_ASKED = """
    SELECT remark_id, duty_id, duty.unit_id, unit.name AS unit, made_by, answer, answered_at, answered_by_post,
        answered_by_unit
    FROM remark_answer JOIN remark ON remark.id = remark_id JOIN duty ON duty.id = duty_id
    JOIN unit ON unit.id = duty.unit_id
"""


def answers(cur: Cursor, remark_ids: Sequence[int]) -> list[Asked]:
    """What all duties owe or have answered to the remarks, those that owe first, units in directory order."""
    cur.execute(
        f"{_ASKED} WHERE remark_id = ANY (%s) ORDER BY remark_id, (answered_at IS NOT NULL), unit.code, duty_id",
        (list(remark_ids),),
    )
    return many(cur, Asked)


_LISTED = """
    SELECT remark.id, remark.item_id, checklist_row.title AS item, remark.text, made_at, made_by_post, made_by_unit,
        count(*)::integer AS units, count(answered_at)::integer AS answered, max(answered_at) AS last_answered_at,
        checklist.state = 'closed' AS is_ended
    FROM remark JOIN remark_answer ON remark_id = remark.id JOIN checklist_row ON checklist_row.id = remark.item_id
    JOIN checklist ON checklist.id = checklist_row.checklist_id
"""
_GROUPED = "GROUP BY remark.id, checklist_row.title, checklist.state"
# Whether nobody is waited for any more.
_SETTLED = "(count(*) = count(answered_at) OR checklist.state = 'closed')"


def remarks(cur: Cursor, *, page: int) -> list[Listed]:
    """One page: what is open, oldest first, then what is answered or ended with its checklist, newest first."""
    cur.execute(
        f"""
        {_LISTED} {_GROUPED}
        ORDER BY {_SETTLED},
            CASE WHEN {_SETTLED} THEN -extract(epoch FROM made_at) ELSE extract(epoch FROM made_at) END, remark.id
        LIMIT %s OFFSET %s
        """,
        (PAGE, (page - 1) * PAGE),
    )
    return many(cur, Listed)


def of_duty(cur: Cursor, duty_id: int) -> list[Listed]:
    """The remarks on a duty, newest first, each with that duty's answer alone counted."""
    cur.execute(
        f"{_LISTED} WHERE remark_answer.duty_id = %s {_GROUPED} ORDER BY remark.id DESC",
        (duty_id,),
    )
    return many(cur, Listed)


def count(cur: Cursor) -> int:
    """How many remarks there are."""
    cur.execute("SELECT count(*) AS remarks FROM remark")
    return value(cur, int)


def waiting(cur: Cursor) -> Waiting:
    """The answers that are owed; who asked for one wants it of a duty that was withdrawn meanwhile as well.

    Under a checklist that is ended nobody can answer any more.
    """
    cur.execute(
        """
        SELECT count(*) AS answers,
            coalesce(extract(epoch FROM clock_timestamp() - min(made_at)), 0)::float AS oldest_seconds
        FROM remark_answer JOIN remark ON remark.id = remark_id JOIN duty ON duty.id = duty_id
        JOIN checklist ON checklist.id = duty.checklist_id
        WHERE answered_at IS NULL AND checklist.state <> 'closed'
        """
    )
    return the(cur, Waiting)
