"""Writes of duties: changes guarded by their version, and the history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from psycopg2.extras import execute_values

from services.tasks.duties.duty import ASKING, CLOSING, NOT_DUE, Action, Duty, ended_by, overtakes
from services.tasks.duties.notes import note_key
from shared.actor import Signature
from shared.database import Cursor
from shared.rows import returned


@dataclass(frozen=True, slots=True)
class Change:
    """A duty before and after one action, with what the person wrote."""

    before: Duty
    after: Duty
    action: Action
    text: str

    @property
    def resumes(self) -> bool:
        """Whether days count again, from which the due date moved; they do not where none was due any more."""
        return self.before.paused_on is not None and self.after.paused_on is None and self.after.state not in NOT_DUE

    @property
    def restarts(self) -> bool:
        """Whether the clock goes on standing, counted anew from a date that was given meanwhile."""
        return (
            None not in (self.before.paused_on, self.after.paused_on) and self.before.paused_on != self.after.paused_on
        )


@dataclass(frozen=True, slots=True)
class Reminder:
    """That a person was reminded of a duty; `stage` says why."""

    duty_id: int
    person_id: int
    stage: str
    sent_at: dt.datetime


class _Id(NamedTuple):
    id: int


def save(cur: Cursor, changes: Sequence[Change]) -> int:
    """Write the states after `changes` and return how many duties still had the version they were based on."""
    saved = returned(
        cur,
        _Id,
        """
        UPDATE duty SET state = new.state, done_on = new.done_on, returned_reason = new.returned_reason,
            last_note = new.last_note, note_key = new.note_key, due_on = new.due_on, first_due_on = new.first_due_on,
            extended_on = CASE WHEN new.due_on <> duty.due_on THEN new.due_on ELSE extended_on END,
            version = new.version,
            changed_at = CASE WHEN new.version > duty.version THEN now() ELSE changed_at END
        FROM (VALUES %s) AS new (id, based_on, state, done_on, returned_reason, last_note, version, due_on,
            first_due_on, note_key)
        WHERE duty.id = new.id AND duty.version = new.based_on
        RETURNING duty.id
        """,
        [
            (
                change.after.id,
                change.before.version,
                change.after.state.value,
                change.after.done_on,
                change.after.returned_reason,
                change.after.last_note,
                change.after.version,
                change.after.due_on,
                change.after.first_due_on,
                note_key(change.after.last_note),
            )
            for change in changes
        ],
        template="(%s, %s, %s, %s::date, %s, %s, %s, %s::date, %s::date, %s)",
    )
    return len(saved)


def save_requests(cur: Cursor, changes: Sequence[Change], *, who: Signature) -> None:
    """Write what `changes` ask, answer and end of requests, in their transaction."""
    _close_requests(cur, changes, who=who)
    over = [
        (change.after.id, kind) for change in changes for kind in ended_by(change.before, change.after, change.action)
    ]
    if over:
        execute_values(
            cur,
            """
            UPDATE request SET state = CASE request.state WHEN 'open' THEN 'ended' ELSE request.state END,
                ended_at = now()
            FROM (VALUES %s) AS over (duty_id, kind)
            WHERE request.duty_id = over.duty_id AND request.kind = over.kind AND request.ended_at IS NULL
            """,
            over,
        )
    restarted = [change.after for change in changes if change.restarts]
    if restarted:
        execute_values(
            cur,
            """
            UPDATE request SET accepted_on = again.paused_on FROM (VALUES %s) AS again (duty_id, paused_on)
            WHERE request.duty_id = again.duty_id AND kind = 'blocker' AND ended_at IS NULL
            """,
            [(duty.id, duty.paused_on) for duty in restarted],
            template="(%s::bigint, %s::date)",
        )
    asked = [change for change in changes if change.action in ASKING]
    if asked:
        execute_values(
            cur,
            """
            INSERT INTO request
                (duty_id, kind, reason, wanted_on, asked_unit_id, asked_by, asked_by_name, asked_by_post, asked_by_unit)
            VALUES %s
            """,
            [
                (
                    change.after.id,
                    ASKING[change.action],
                    change.text,
                    change.after.wanted_on if change.action is Action.EXTENSION_ASKED else None,
                    change.after.asked_unit_id if change.action is Action.BLOCKED else None,
                    *_whose(who),
                )
                for change in asked
            ],
            template="(%s, %s, %s, %s::date, %s::bigint, %s::bigint, %s, %s, %s)",
        )


def _close_requests(cur: Cursor, changes: Sequence[Change], *, who: Signature) -> None:
    """Write what became of the requests that `changes` answer, take back or solve; a refusal or advice still stands.

    Taking a difficulty on after it was answered leaves the answer there, before what is said now.
    """
    closed = [change for change in changes if change.action in CLOSING]
    if closed:
        execute_values(
            cur,
            """
            UPDATE request SET state = new.state,
                answer = CASE WHEN new.state = 'accepted' THEN concat_ws(E'\n', nullif(request.answer, ''),
                    nullif(new.answer, '')) ELSE new.answer END,
                granted_on = new.granted_on, answered_at = now(),
                accepted_on = coalesce(new.accepted_on, request.accepted_on),
                answered_by = new.person_id, answered_by_name = new.name, answered_by_post = new.post,
                answered_by_unit = new.unit
            FROM (VALUES %s) AS new (duty_id, kind, state, answer, granted_on, accepted_on, person_id, name, post, unit)
            WHERE request.duty_id = new.duty_id AND request.kind = new.kind AND request.ended_at IS NULL
            """,
            [
                (
                    change.after.id,
                    *CLOSING[change.action],
                    change.text,
                    change.after.due_on if change.action is Action.EXTENDED else None,
                    change.after.paused_on if change.action is Action.BLOCKER_ACCEPTED else None,
                    *_whose(who),
                )
                for change in closed
            ],
            template="(%s::bigint, %s, %s, %s, %s::date, %s::date, %s::bigint, %s, %s, %s)",
        )


def _told(change: Change) -> str:
    """The words of a change for its line; what asks for a day or gives one begins with it."""
    days = {Action.EXTENSION_ASKED: change.after.wanted_on, Action.EXTENDED: change.after.due_on}
    day = days.get(change.action)
    return " ".join(word for word in (day.isoformat(), change.text) if word) if day else change.text


def _whose(who: Signature) -> tuple[int | None, str | None, str | None, str | None]:
    return (who.person_id, who.name, who.post, who.unit)


def add_history(cur: Cursor, changes: Sequence[Change], *, who: Signature) -> None:
    """Write one line per change, in the transaction of the changes, and one where a change lets the clock run again."""
    whose = _whose(who)
    lines = [(change.after, change.action, _told(change)) for change in changes]
    lines += [
        (change.after, Action.CLOCK_RESUMED, change.after.due_on.isoformat()) for change in changes if change.resumes
    ]
    lines += [
        (change.after, Action.EXTENSION_OVERTAKEN, change.before.wanted_on.isoformat())
        for change in changes
        if change.before.wanted_on and overtakes(change.before, change.after, change.action)
    ]
    execute_values(
        cur,
        """
        INSERT INTO duty_history (duty_id, version, action, text, person_id, person_name, post, unit_name) VALUES %s
        """,
        [(after.id, after.version, action.value, text, *whose) for after, action, text in lines],
        page_size=1000,
    )


def add_reminders(cur: Cursor, reminders: Sequence[Reminder]) -> int:
    """Write reminders into the timelines of the duties that exist, each once however often it is told.

    An event names nobody, so post and unit are those of now, seconds after the reminding.
    """
    added = returned(
        cur,
        _Id,
        """
        INSERT INTO duty_history (duty_id, version, action, person_id, post, unit_name, text, at)
        SELECT DISTINCT duty.id, duty.version, 'reminded', told.person_id, person.post, unit.name, told.stage, told.at
        FROM (VALUES %s) AS told (duty_id, person_id, stage, at) JOIN duty ON duty.id = told.duty_id
        LEFT JOIN person ON person.id = told.person_id
        LEFT JOIN unit ON unit.id = person.unit_id
        WHERE NOT EXISTS (
            SELECT FROM duty_history AS known
            WHERE known.duty_id = duty.id AND known.action = 'reminded'
                AND known.person_id = told.person_id AND known.at = told.at AND known.text = told.stage)
        ORDER BY duty.id
        RETURNING id
        """,
        [(reminder.duty_id, reminder.person_id, reminder.stage, reminder.sent_at) for reminder in reminders],
        template="(%s::bigint, %s::bigint, %s, %s::timestamptz)",
    )
    return len(added)
