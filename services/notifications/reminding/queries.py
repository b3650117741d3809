"""What reminding reads: who is to be told, what waits for the sweep, and how fresh the picture is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from services.notifications.reminding.readers import Readers
from shared.actor import UNIT_ROLES, Role
from shared.agreeing.holding import Named
from shared.agreeing.store import SUMS, CountedCell
from shared.database import Cursor
from shared.rows import many, the, value_or_none, values


class Waiting(NamedTuple):
    """How many duties wait for a sweep, and the first of their days."""

    duties: int
    first_day: dt.date | None


class _Person(NamedTuple):
    id: int
    unit_id: int
    roles: list[str]


class _Recipients(NamedTuple):
    unit_id: int
    person_ids: list[int]


def picture_age(cur: Cursor, *, table: str = "heartbeat") -> float | None:
    """How many seconds ago what came with the last heartbeat was true at its sender; None before the first.

    Both clocks may be wrong: how far apart they are is the least by which a heartbeat was ever late, and is taken off.
    """
    cur.execute(
        f"""
        SELECT extract(epoch FROM now() - ticked_at - least(least_delay, least_delay_before))::float AS seconds
        FROM {table}
        """
    )
    return value_or_none(cur, float)


def waiting_for_sweep(cur: Cursor, today: dt.date) -> Waiting:
    """The open duties that a sweep would take on `today`, and the askings and answers that nobody was told of yet."""
    cur.execute(
        """
        SELECT count(*) AS duties, min(day) AS first_day FROM (
            SELECT remind_on AS day FROM duty WHERE remind_on <= %s AND (is_open OR answer = 'withdrawn'
                OR EXISTS (SELECT FROM spoken WHERE duty_id = duty.id))
            UNION ALL
            SELECT asked_on FROM asked WHERE NOT is_told
            UNION ALL
            SELECT remark_answer.answered_on
            FROM remark_answer JOIN duty ON duty.id = duty_id JOIN person ON person.id = person_id
            WHERE message_id IS NULL
        ) AS waiting
        """,
        (today,),
    )
    return the(cur, Waiting)


def recipients_of_units(cur: Cursor, unit_ids: Sequence[int]) -> dict[int, list[int]]:
    """The active staff and heads of each unit, as {unit id: person ids}; a unit without any is left out."""
    return _people_with(cur, unit_ids, UNIT_ROLES)


def readers(cur: Cursor, unit_ids: Sequence[int]) -> Readers:
    """The active people of these units by what they are there, and those of the lead bureau and the leadership."""
    cur.execute(
        """
        SELECT id, unit_id, roles FROM person
        WHERE is_active AND (unit_id = ANY(%s::bigint[]) AND roles && %s::text[] OR roles && %s::text[])
        ORDER BY id
        """,
        (list(unit_ids), sorted(UNIT_ROLES), [Role.LEAD_BUREAU.value, Role.LEADERSHIP.value]),
    )
    people = many(cur, _Person)
    units = set(unit_ids)
    staff: dict[int, list[int]] = {}
    heads: dict[int, list[int]] = {}
    for one in people:
        for role, of_unit in ((Role.UNIT_STAFF, staff), (Role.UNIT_HEAD, heads)):
            if role in one.roles and one.unit_id in units:
                of_unit.setdefault(one.unit_id, []).append(one.id)
    return Readers(
        staff,
        heads,
        lead_bureau=[one.id for one in people if Role.LEAD_BUREAU in one.roles],
        leaders=[one.id for one in people if Role.LEADERSHIP in one.roles],
    )


def helpers_of_units(cur: Cursor, unit_ids: Sequence[int]) -> dict[int, list[int]]:
    """Who may help with a difficulty that the unit was asked about: leaders too; as `recipients_of_units`."""
    return _people_with(cur, unit_ids, UNIT_ROLES | {Role.LEADERSHIP})


def lead_bureau(cur: Cursor) -> list[int]:
    """The active people of the lead bureau, whichever unit they are in."""
    cur.execute(
        "SELECT id FROM person WHERE is_active AND %s = ANY (roles) ORDER BY id",
        (Role.LEAD_BUREAU.value,),
    )
    return values(cur, int)


def _people_with(cur: Cursor, unit_ids: Sequence[int], roles: frozenset[Role]) -> dict[int, list[int]]:
    cur.execute(
        """
        SELECT unit_id, array_agg(id ORDER BY id) AS person_ids FROM person
        WHERE unit_id = ANY(%s::bigint[]) AND is_active AND roles && %s::text[]
        GROUP BY unit_id
        """,
        (list(unit_ids), sorted(roles)),
    )
    return {found.unit_id: found.person_ids for found in many(cur, _Recipients)}


class Held(NamedTuple):
    """A duty as reminders are planned by it."""

    id: int
    version: int
    state: str
    due_on: dt.date


def held(cur: Cursor, duty_ids: Sequence[int]) -> dict[int, Held]:
    """Those of the duties that are known here."""
    cur.execute("SELECT id, version, state, due_on FROM duty WHERE id = ANY (%s)", (list(duty_ids),))
    return {one.id: one for one in many(cur, Held)}


def counted_for_ledger(cur: Cursor) -> list[CountedCell]:
    """Duties as reminders are planned by them, as the ledger counts its own."""
    cur.execute(
        f"""
        SELECT checklist_id, item_id, due_on AS due_on, state, {SUMS.format(due_on="due_on")}
        FROM duty GROUP BY checklist_id, item_id, due_on, state
        """
    )
    return many(cur, CountedCell)


def items_named(cur: Cursor, item_ids: Sequence[int]) -> dict[int, Named]:
    """Those of the items that are known here, with their titles."""
    cur.execute(
        """
        SELECT item.id AS item_id, coalesce(checklist.title, '') AS checklist, item.title AS item
        FROM item LEFT JOIN checklist ON checklist.id = checklist_id WHERE item.id = ANY (%s)
        """,
        (list(item_ids),),
    )
    return {one.item_id: one for one in many(cur, Named)}
