"""What the dry run reads: what waits, what was said of it, what is to be planned anew, and names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from services.notifications.planning.forecast import Change, Waiting
from services.notifications.planning.reaching import Contact
from services.notifications.policies.rules import Scope
from services.notifications.reminding.policy import Occasion, Stage
from shared.database import Cursor
from shared.light import State
from shared.rows import many, values


class Name(NamedTuple):
    """What a duty or a report is called."""

    kind: Scope
    id: int
    title: str
    period: str


class Post(NamedTuple):
    """Who is told, by unit and post; `place` is that of the unit in the directory."""

    person_id: int
    unit: str
    post: str
    code: str


class _Waiting(NamedTuple):
    kind: Scope
    id: int
    subject_id: int | None
    unit_id: int
    due_on: dt.date
    remind_on: dt.date | None
    state: str
    answer: str | None
    answered_on: dt.date | None
    until: dt.date | None
    standing: int


class _Said(NamedTuple):
    kind: Scope
    id: int
    stage: Stage
    slot: dt.date


class _Change(NamedTuple):
    day: dt.date
    scope: Scope
    subject_id: int


_WAITING = """
    SELECT 'checklist' AS kind, duty.id, checklist_id AS subject_id, unit_id, due_on, remind_on, duty.state, answer,
        answered_on, NULL::date AS until,
        (SELECT count(*) FROM slip WHERE kind = 'checklist' AND slip.subject_id = duty.id AND settled_on IS NULL)
            AS standing
    FROM duty WHERE is_open AND NOT is_paused
        AND NOT EXISTS (SELECT FROM checklist WHERE checklist.id = checklist_id AND checklist.state = 'closed')
    UNION ALL
    SELECT 'report', submission.id, coalesce(report_round.report_id, submission.report_id), unit_id,
        coalesce(report_round.due_on, submission.due_on), remind_on,
        CASE WHEN submission.state = 'open' THEN 'issued' ELSE 'acknowledged' END,
        CASE WHEN returned_on IS NOT NULL THEN 'returned' END, returned_on,
        coalesce(report_round.lock_on, submission.lock_on),
        (SELECT count(*) FROM slip WHERE kind = 'report' AND slip.subject_id = submission.id AND settled_on IS NULL)
    FROM submission LEFT JOIN report_round ON report_round.id = round_id WHERE is_open AND NOT is_correction
    ORDER BY kind, id
"""


def waiting(cur: Cursor) -> list[Waiting]:
    """Everything that is open and whose clock runs, with the occasions that were used."""
    cur.execute(_WAITING)
    found = many(cur, _Waiting)
    said = _said(cur)
    return [_as_waiting(one, said.get((one.kind, one.id), frozenset())) for one in found]


def _said(cur: Cursor) -> dict[tuple[Scope, int], frozenset[tuple[Stage, dt.date]]]:
    cur.execute(
        """
        SELECT 'checklist' AS kind, duty_id AS id, stage, slot FROM reminder JOIN duty ON duty.id = duty_id
        WHERE duty.is_open
        UNION ALL
        SELECT 'report', submission_id, stage, slot FROM submission_reminder
        JOIN submission ON submission.id = submission_id WHERE submission.is_open
        """
    )
    found: dict[tuple[Scope, int], set[tuple[Stage, dt.date]]] = {}
    for one in many(cur, _Said):
        found.setdefault((one.kind, one.id), set()).add((one.stage, one.slot))
    return {key: frozenset(said) for key, said in found.items()}


def changes(cur: Cursor, until: dt.date) -> list[Change]:
    """What is to be planned anew up to a day."""
    cur.execute("SELECT from_day AS day, scope, subject_id FROM replanning WHERE from_day <= %s ORDER BY id", (until,))
    return [Change(*one) for one in many(cur, _Change)]


def units_with_people(cur: Cursor) -> list[int]:
    """The units in which somebody can be told."""
    cur.execute("SELECT DISTINCT unit_id FROM person WHERE is_active ORDER BY unit_id")
    return values(cur, int)


def posts(cur: Cursor, person_ids: Sequence[int]) -> dict[int, Post]:
    """The people by id."""
    cur.execute(
        """
        SELECT person.id AS person_id, coalesce(unit.name, '') AS unit, coalesce(person.post, '') AS post,
            coalesce(unit.code, '') AS code
        FROM person LEFT JOIN unit ON unit.id = person.unit_id WHERE person.id = ANY (%s)
        """,
        (list(person_ids),),
    )
    return {one.person_id: one for one in many(cur, Post)}


def contacts(cur: Cursor, person_ids: Sequence[int]) -> list[Contact]:
    """The proven contacts of these posts."""
    cur.execute(
        """
        SELECT person_id, channel, address, rhythm FROM contact
        WHERE person_id = ANY (%s) AND verified_at IS NOT NULL ORDER BY person_id, channel
        """,
        (list(person_ids),),
    )
    return many(cur, Contact)


def names(cur: Cursor, duty_ids: Sequence[int], submission_ids: Sequence[int]) -> dict[tuple[Scope, int], Name]:
    """What these are called, by kind and id."""
    cur.execute(
        """
        SELECT 'checklist' AS kind, duty.id, coalesce(item.title, '') AS title, duty.period
        FROM duty LEFT JOIN item ON item.id = duty.item_id WHERE duty.id = ANY (%s)
        UNION ALL
        SELECT 'report', id, report_name, period FROM submission WHERE id = ANY (%s)
        """,
        (list(duty_ids), list(submission_ids)),
    )
    return {(one.kind, one.id): one for one in many(cur, Name)}


def _as_waiting(one: _Waiting, said: frozenset[tuple[Stage, dt.date]]) -> Waiting:
    answer = Occasion(Stage(one.answer), one.answered_on) if one.answer and one.answered_on else None
    return Waiting(
        kind=one.kind,
        id=one.id,
        subject_id=one.subject_id,
        unit_id=one.unit_id,
        due_on=one.due_on,
        remind_on=one.remind_on,
        state=State(one.state),
        answer=answer,
        until=one.until,
        standing=one.standing,
        said=said,
    )
