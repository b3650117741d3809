"""What a person reads of the own inbox."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from shared.database import Cursor
from shared.rows import many, one, value, value_or_none


class Message(NamedTuple):
    """A day's message with the number of its lines by stage, and of the checklists that ended and the remarks answered.

    What was urged or remarked counts beside the stage of its line.
    """

    message_id: int
    day: dt.date
    is_read: bool
    issued: int
    due_soon: int
    overdue: int
    amended: int
    withdrawn: int
    urged: int
    remarked: int
    asked: int
    taken_on: int
    answered: int
    refused: int
    extended: int
    not_extended: int
    returned: int
    ended: int
    answered_remarks: int


class OpenMessage(NamedTuple):
    """One message with its owner; `changed_at` is when a line was last added."""

    id: int
    person_id: int
    day: dt.date
    is_read: bool
    changed_at: dt.datetime


class Line(NamedTuple):
    """A line with what is known of its duty now; `lines` is how many the message has altogether.

    `urged` and `remarked` are the words of it, None where nobody did; `unit` and `needed` say to who is asked to help
    whose duty it is and what it needs. `is_answered` is of a difficulty about which the person need do nothing more,
    `is_ended` whether the checklist ended.
    """

    duty_id: int
    stage: str
    item: str
    period: str
    due_on: dt.date
    first_due_on: dt.date | None
    is_open: bool
    delegated_by: str | None
    urged: str | None
    remarked: str | None
    unit: str | None
    needed: str | None
    is_answered: bool
    is_ended: bool
    words_zh: str | None
    words_en: str | None
    lines: int


class Ended(NamedTuple):
    """A checklist whose end a message tells."""

    checklist_id: int
    title: str


class Reply(NamedTuple):
    """What a unit answered to a remark of the person."""

    duty_id: int
    unit: str
    item: str
    period: str
    text: str


class ReportStages(NamedTuple):
    """How many lines about reports a message has, by stage."""

    message_id: int
    stage: str
    lines: int


class ReportLine(NamedTuple):
    """A line about a report, with what is known of the submission now."""

    submission_id: int
    stage: str
    report: str
    period: str
    due_on: dt.date
    is_open: bool
    words_zh: str | None
    words_en: str | None


def messages_newest_first(cur: Cursor, person_id: int, *, limit: int, offset: int) -> list[Message]:
    """A page of a person's messages, newest day first, with how many lines of each stage they have."""
    cur.execute(
        """
        SELECT message.id AS message_id, message.day, message.is_read,
            count(*) FILTER (WHERE line.stage = 'issued') AS issued,
            count(*) FILTER (WHERE line.stage = 'due_soon') AS due_soon,
            count(*) FILTER (WHERE line.stage = 'overdue') AS overdue,
            count(*) FILTER (WHERE line.stage = 'amended') AS amended,
            count(*) FILTER (WHERE line.stage = 'withdrawn') AS withdrawn,
            count(*) FILTER (WHERE line.stage = 'urged' OR line.urged IS NOT NULL) AS urged,
            count(*) FILTER (WHERE line.stage = 'remarked' OR line.remarked IS NOT NULL) AS remarked,
            count(*) FILTER (WHERE line.stage = 'asked') AS asked,
            count(*) FILTER (WHERE line.stage = 'taken_on') AS taken_on,
            count(*) FILTER (WHERE line.stage = 'answered') AS answered,
            count(*) FILTER (WHERE line.stage = 'refused') AS refused,
            count(*) FILTER (WHERE line.stage = 'extended') AS extended,
            count(*) FILTER (WHERE line.stage = 'not_extended') AS not_extended,
            count(*) FILTER (WHERE line.stage = 'returned') AS returned,
            (SELECT count(*) FROM message_checklist WHERE message_id = message.id) AS ended,
            (SELECT count(*) FROM remark_answer WHERE message_id = message.id) AS answered_remarks
        FROM (
            SELECT * FROM message WHERE person_id = %s ORDER BY day DESC LIMIT %s OFFSET %s
        ) AS message
        LEFT JOIN message_line line ON line.message_id = message.id
        GROUP BY message.id, message.day, message.is_read
        ORDER BY message.day DESC
        """,
        (person_id, limit, offset),
    )
    return many(cur, Message)


def message(cur: Cursor, message_id: int) -> OpenMessage | None:
    cur.execute("SELECT id, person_id, day, is_read, changed_at FROM message WHERE id = %s", (message_id,))
    return one(cur, OpenMessage)


def newest_change(cur: Cursor, person_id: int) -> dt.datetime | None:
    """When the person's messages were last added to; None when there are none."""
    cur.execute("SELECT changed_at FROM message WHERE person_id = %s ORDER BY changed_at DESC LIMIT 1", (person_id,))
    return value_or_none(cur, dt.datetime)


def message_count(cur: Cursor, person_id: int) -> int:
    """How many messages the person has in all."""
    cur.execute("SELECT count(*) AS messages FROM message WHERE person_id = %s", (person_id,))
    return value(cur, int)


def unread_count(cur: Cursor, person_id: int) -> int:
    """How many messages of the person are unread."""
    cur.execute("SELECT count(*) AS unread FROM message WHERE person_id = %s AND NOT is_read", (person_id,))
    return value(cur, int)


def lines_of_message(cur: Cursor, message_id: int, *, limit: int) -> tuple[list[Line], int]:
    """Lines, open and early ones first; and the number of all lines."""
    cur.execute(
        """
        SELECT line.duty_id, line.stage, coalesce(item.title, '') AS item, duty.period, duty.due_on, duty.first_due_on,
            duty.is_open, delegator.name AS delegated_by, line.urged, line.remarked, unit.name AS unit,
            asked.reason AS needed,
            line.stage = 'asked' AND (duty.is_blocked IS FALSE OR asked.unit_id IS NULL
                AND 'lead_bureau' <> ALL (person.roles)) AS is_answered,
            checklist.ended_on IS NOT NULL AS is_ended, line.words_zh, line.words_en, count(*) OVER () AS lines
        FROM message_line line
        JOIN message ON message.id = line.message_id
        JOIN person ON person.id = message.person_id
        JOIN duty ON duty.id = line.duty_id
        LEFT JOIN checklist ON checklist.id = duty.checklist_id
        LEFT JOIN asked ON asked.duty_id = duty.id AND line.stage = 'asked'
        LEFT JOIN unit ON unit.id = duty.unit_id AND (line.stage = 'asked' OR NOT person.roles && ARRAY['unit_staff',
            'unit_head'] OR duty.unit_id <> person.unit_id)
        LEFT JOIN item ON item.id = duty.item_id
        LEFT JOIN duty AS whole ON whole.id = duty.parent_id
        LEFT JOIN unit AS delegator ON delegator.id = whole.unit_id
        WHERE line.message_id = %s
        ORDER BY duty.is_open AND checklist.ended_on IS NULL DESC, duty.due_on, line.duty_id
        LIMIT %s
        """,
        (message_id, limit),
    )
    lines = many(cur, Line)
    return lines, lines[0].lines if lines else 0


def ended_in_message(cur: Cursor, message_id: int) -> list[Ended]:
    """The checklists whose end a message tells."""
    cur.execute(
        """
        SELECT checklist_id, coalesce(title, '') AS title
        FROM message_checklist JOIN checklist ON checklist.id = checklist_id WHERE message_id = %s ORDER BY checklist_id
        """,
        (message_id,),
    )
    return many(cur, Ended)


def replies_in_message(cur: Cursor, message_id: int, *, limit: int) -> list[Reply]:
    """What units answered to remarks, remark by remark, units in directory order."""
    cur.execute(
        """
        SELECT duty_id, unit.name AS unit, coalesce(item.title, '') AS item, duty.period, words AS text
        FROM remark_answer JOIN duty ON duty.id = duty_id JOIN unit ON unit.id = duty.unit_id
        LEFT JOIN item ON item.id = duty.item_id
        WHERE message_id = %s ORDER BY remark_id, unit.code, duty_id LIMIT %s
        """,
        (message_id, limit),
    )
    return many(cur, Reply)


def report_stages(cur: Cursor, message_ids: Sequence[int]) -> list[ReportStages]:
    """The numbers of lines about reports that the messages have, by stage; none where there is none."""
    cur.execute(
        """
        SELECT message_id, stage, count(*) AS lines FROM message_submission
        WHERE message_id = ANY (%s) GROUP BY message_id, stage
        """,
        (list(message_ids),),
    )
    return many(cur, ReportStages)


def report_lines(cur: Cursor, message_id: int, *, limit: int) -> list[ReportLine]:
    """Lines about reports, open and early ones first."""
    cur.execute(
        """
        SELECT line.submission_id, line.stage, submission.report_name AS report, submission.period,
            coalesce(report_round.due_on, submission.due_on) AS due_on, submission.is_open, line.words_zh,
            line.words_en
        FROM message_submission line
        JOIN submission ON submission.id = line.submission_id
        LEFT JOIN report_round ON report_round.id = submission.round_id
        WHERE line.message_id = %s
        ORDER BY submission.is_open DESC, due_on, line.submission_id
        LIMIT %s
        """,
        (message_id, limit),
    )
    return many(cur, ReportLine)
