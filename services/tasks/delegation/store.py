"""Writes of delegation: the parts of a duty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from services.tasks.delegation.records import Part
from shared.database import Cursor
from shared.rows import returned


class _Id(NamedTuple):
    id: int


_GIVEN = "(%s::bigint, %s::date, %s::date, %s, %s::bigint)"


def bring_back(cur: Cursor, duty_id: int, parts: Sequence[Part]) -> list[int]:
    """Make what was withdrawn of these units a part of the locked duty, under its old history; return the ids."""
    brought = returned(
        cur,
        _Id,
        """
        UPDATE duty SET state = 'issued', parent_id = whole.id, role = whole.role, revision = whole.revision,
            written_due_on = given.written_due_on, due_on = given.due_on, is_provisional = given.is_provisional,
            first_due_on = NULL, extended_on = NULL, done_on = NULL, returned_reason = NULL,
            version = duty.version + 1, changed_at = now()
        FROM (VALUES %s) AS given (unit_id, written_due_on, due_on, is_provisional, whole_id)
        JOIN duty AS whole ON whole.id = given.whole_id
        WHERE duty.unit_id = given.unit_id AND duty.item_id = whole.item_id AND duty.period = whole.period
            AND duty.state = 'withdrawn'
        RETURNING duty.id
        """,
        [(*part, duty_id) for part in parts],
        template=_GIVEN,
    )
    return [one.id for one in brought]


def make(cur: Cursor, duty_id: int, parts: Sequence[Part]) -> list[int]:
    """Give the units parts of the locked duty and return their ids; a unit that has something of it gets nothing."""
    made = returned(
        cur,
        _Id,
        """
        INSERT INTO duty (checklist_id, item_id, unit_id, period, revision, role, written_due_on, due_on,
            is_provisional, parent_id)
        SELECT checklist_id, item_id, given.unit_id, period, revision, role, given.written_due_on, given.due_on,
            given.is_provisional, whole.id
        FROM (VALUES %s) AS given (unit_id, written_due_on, due_on, is_provisional, whole_id)
        JOIN duty AS whole ON whole.id = given.whole_id
        ORDER BY given.unit_id
        ON CONFLICT DO NOTHING RETURNING id
        """,
        [(*part, duty_id) for part in parts],
        template=_GIVEN,
    )
    return [one.id for one in made]
