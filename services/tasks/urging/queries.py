"""Reads of urging: which open duties somebody means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from services.tasks.urging.records import Chosen, Named
from shared.clock import start_of
from shared.database import Cursor
from shared.rows import many, one, value_or_none, values


@dataclass(frozen=True, slots=True)
class Meant:
    """One duty, those of an item, those of a unit under a checklist, or the parts of a whole; the others are None.

    `duty_ids` says which of a unit's; None stands for all.
    """

    duty_id: int | None
    item_id: int | None
    unit_id: int | None
    checklist_id: int | None
    duty_ids: list[int] | None
    whole_id: int | None = None


def chosen(cur: Cursor, meant: Meant, *, today: dt.date, soon_until: dt.date) -> list[Chosen]:
    """The open duties that are meant, locked, by id; otherwise those that are overdue or due soon.

    Of an item of which nothing is due yet, those of its next date. Checklists that are closed are left out, and so are
    parts of duties, unless they are meant: the unit that has the whole sees to them.
    """
    cur.execute(
        """
        WITH open AS (
            SELECT duty.id, duty.item_id, duty.due_on FROM duty JOIN checklist ON checklist.id = checklist_id
            WHERE duty.state IN ('issued', 'acknowledged', 'returned') AND checklist.state <> 'closed'
                AND (duty.id = %(duty)s OR duty.parent_id = %(whole)s OR duty.parent_id IS NULL
                    AND (item_id = %(item)s OR unit_id = %(unit)s AND checklist_id = %(checklist)s
                        AND (%(among)s::bigint[] IS NULL OR duty.id = ANY (%(among)s))))
        )
        SELECT id FROM duty
        WHERE id IN (
            SELECT id FROM open WHERE due_on <= %(soon)s OR id = %(duty)s
                OR item_id = %(item)s AND due_on = (SELECT min(due_on) FROM open)
        )
        ORDER BY id FOR NO KEY UPDATE
        """,
        {
            "duty": meant.duty_id,
            "whole": meant.whole_id,
            "item": meant.item_id,
            "unit": meant.unit_id,
            "checklist": meant.checklist_id,
            "among": meant.duty_ids,
            "soon": soon_until,
        },
    )
    return _standing(cur, values(cur, int), today=today)


def _standing(cur: Cursor, duty_ids: Sequence[int], *, today: dt.date) -> list[Chosen]:
    """Locked duties that are still open, by id.

    Read once they are locked: a statement that waits for another urging does not see what that one wrote.
    """
    cur.execute(
        """
        SELECT duty.id, unit_id,
            EXISTS (SELECT FROM duty_history WHERE duty_id = duty.id AND action = 'urged' AND at >= %(since)s)
                AS is_urged,
            asked.duty_id IS NOT NULL AS is_waiting, asked.unit AS asked_unit
        FROM duty LEFT JOIN LATERAL (
            SELECT duty_id, coalesce(helper.name, delegator.name) AS unit FROM request
            LEFT JOIN unit AS helper ON helper.id = asked_unit_id AND helper.is_active
            LEFT JOIN duty AS whole ON whole.id = duty.parent_id
            LEFT JOIN unit AS delegator ON delegator.id = whole.unit_id
            WHERE duty_id = duty.id AND request.state IN ('open', 'accepted') AND ended_at IS NULL
            ORDER BY helper.id IS NOT NULL, request.id LIMIT 1
        ) AS asked ON true
        WHERE duty.id = ANY (%(ids)s) AND duty.state IN ('issued', 'acknowledged', 'returned') ORDER BY duty.id
        """,
        {"ids": list(duty_ids), "since": start_of(today)},
    )
    return many(cur, Chosen)


def named(cur: Cursor, duty_id: int) -> Named | None:
    """The single duty that is meant, locked until the commit."""
    cur.execute("SELECT FROM duty WHERE id = %s FOR NO KEY UPDATE", (duty_id,))
    cur.execute(
        """
        SELECT duty.state, due_on, checklist.state = 'closed' AS is_ended, blocker.id IS NOT NULL AS is_blocked,
            coalesce(blocker.state = 'accepted', false) AS is_paused
        FROM duty JOIN checklist ON checklist.id = checklist_id
        LEFT JOIN request AS blocker
            ON blocker.duty_id = duty.id AND blocker.kind = 'blocker' AND blocker.ended_at IS NULL
                AND blocker.state IN ('open', 'accepted')
        WHERE duty.id = %s
        """,
        (duty_id,),
    )
    return one(cur, Named)


def delegator(cur: Cursor, meant: Meant) -> int | None:
    """The unit that split what is meant: of a part the one that has the whole, else None."""
    cur.execute(
        """
        SELECT whole.unit_id FROM duty AS whole
        WHERE whole.id = %(whole)s OR whole.id = (SELECT parent_id FROM duty WHERE id = %(duty)s)
        """,
        {"whole": meant.whole_id, "duty": meant.duty_id},
    )
    return value_or_none(cur, int)
