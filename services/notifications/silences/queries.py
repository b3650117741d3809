"""What is read of silences: those in force, all of them, and what was not said because of them."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from services.notifications.policies.rules import Scope
from services.notifications.silences.rules import Hushed, Silence
from shared.database import Cursor
from shared.rows import has_row, many, value


class Listed(NamedTuple):
    """A silence with the names that it is for, None where it is for each of them, and how much was not said."""

    id: int
    scope: Scope
    name: str | None
    unit: str | None
    stage: str | None
    from_day: dt.date
    until_day: dt.date
    reason: str
    author: str
    made_at: dt.datetime
    ended_by: str | None
    ended_at: dt.datetime | None
    end_reason: str | None
    silenced: int


class Silenced(NamedTuple):
    """What was not said of a duty or a report on a day.

    `title` is that of the item or the report, `code` that of the unit, `subject_id` the duty's or the submission's.
    """

    day: dt.date
    unit: str
    kind: Scope
    title: str
    period: str
    due_on: dt.date
    stage: str
    code: str
    subject_id: int


class Unit(NamedTuple):
    """A unit that may be silenced."""

    unit_id: int
    name: str


class _Silence(NamedTuple):
    id: int
    scope: Scope
    subject_id: int
    unit_id: int | None
    stage: str | None
    from_day: dt.date
    until_day: dt.date


def reaching(cur: Cursor, first: dt.date, last: dt.date) -> list[Silence]:
    """The silences that have a day from `first` to `last`."""
    cur.execute(
        """
        SELECT id, scope, subject_id, unit_id, stage, from_day, until_day FROM silence
        WHERE from_day <= %s AND until_day >= greatest(%s, from_day) ORDER BY id
        """,
        (last, first),
    )
    return [_as_silence(one) for one in many(cur, _Silence)]


def listing(cur: Cursor, *, limit: int, offset: int) -> list[Listed]:
    """A page of all silences, newest first."""
    cur.execute(
        """
        SELECT silence.id, silence.scope,
            CASE silence.scope
                WHEN 'checklist' THEN (SELECT title FROM checklist WHERE id = silence.subject_id)
                WHEN 'report' THEN (SELECT report_name FROM report_round WHERE report_id = silence.subject_id
                    ORDER BY due_on DESC, id DESC LIMIT 1)
            END AS name,
            (SELECT name FROM unit WHERE id = silence.unit_id) AS unit, stage, from_day, until_day, reason, author,
            made_at, ended_by, ended_at, end_reason,
            (SELECT count(*) FROM silenced WHERE silence_id = silence.id) AS silenced
        FROM silence ORDER BY silence.id DESC LIMIT %s OFFSET %s
        """,
        (limit, offset),
    )
    return many(cur, Listed)


def count(cur: Cursor) -> int:
    """How many silences there are in all."""
    cur.execute("SELECT count(*) AS silences FROM silence")
    return value(cur, int)


def exists(cur: Cursor, silence_id: int) -> bool:
    """Whether there is such a silence."""
    cur.execute("SELECT FROM silence WHERE id = %s", (silence_id,))
    return has_row(cur)


def silenced(cur: Cursor, silence_id: int, *, limit: int) -> list[Silenced]:
    """What was not said because of a silence, newest day first, units in the order of the directory."""
    cur.execute(
        """
        SELECT silenced.day, coalesce(unit.name, '') AS unit, silenced.kind, coalesce(item.title, '') AS title,
            duty.period, duty.due_on, silenced.stage, coalesce(unit.code, '') AS code,
            silenced.subject_id
        FROM silenced JOIN duty ON duty.id = silenced.subject_id LEFT JOIN item ON item.id = duty.item_id
        LEFT JOIN unit ON unit.id = duty.unit_id
        WHERE silence_id = %(silence)s AND silenced.kind = 'checklist'
        UNION ALL
        SELECT silenced.day, coalesce(unit.name, ''), silenced.kind, submission.report_name, submission.period,
            coalesce(report_round.due_on, submission.due_on), silenced.stage, coalesce(unit.code, ''),
            silenced.subject_id
        FROM silenced JOIN submission ON submission.id = silenced.subject_id
        LEFT JOIN report_round ON report_round.id = submission.round_id
        LEFT JOIN unit ON unit.id = submission.unit_id
        WHERE silence_id = %(silence)s AND silenced.kind = 'report'
        ORDER BY day DESC, code, kind, due_on, subject_id LIMIT %(limit)s
        """,
        {"silence": silence_id, "limit": limit},
    )
    return many(cur, Silenced)


def units(cur: Cursor, *, most: int) -> list[Unit]:
    """The first of the units that are not closed, in the order of the directory."""
    cur.execute("SELECT id AS unit_id, name FROM unit WHERE is_active ORDER BY code, id LIMIT %s", (most,))
    return many(cur, Unit)


def is_open(cur: Cursor, unit_id: int) -> bool:
    """Whether there is such a unit and it is not closed."""
    cur.execute("SELECT EXISTS (SELECT FROM unit WHERE id = %s AND is_active) AS found", (unit_id,))
    return value(cur, bool)


def _as_silence(one: _Silence) -> Silence:
    stage = Hushed(one.stage) if one.stage else None
    return Silence(one.id, one.scope, one.subject_id, one.unit_id, stage, one.from_day, one.until_day)
