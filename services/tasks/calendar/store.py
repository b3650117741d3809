"""Writes of the calendar, and of the duties whose dates follow it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from psycopg2.extras import Json, execute_values

from services.tasks.calendar.records import Announced, Job, Moved, OwnDay, ToTell, UnfinishedPeriod
from services.tasks.issuing.store import EVENT_DUTIES
from shared.actor import Signature
from shared.calendars import as_json
from shared.database import Cursor
from shared.events import DutiesAmended
from shared.rows import many

# One change at a time: each is checked against what stands there, year by year.
_LOCK = 0x63616C


def lock(cur: Cursor) -> None:
    """Let nobody else change the calendar until the commit. Before any row: who changes it holds no duty."""
    cur.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))


def save_announced(cur: Cursor, year: Announced, reason: str, *, who: Signature) -> None:
    """Keep what a notice says of a year; it takes the place of an earlier one."""
    cur.execute(
        """
        INSERT INTO announced_year (year, off, worked, reason, person_id, person_name, post, unit_name)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (year) DO UPDATE SET off = excluded.off, worked = excluded.worked, reason = excluded.reason,
            person_id = excluded.person_id, person_name = excluded.person_name, post = excluded.post,
            unit_name = excluded.unit_name, at = now()
        """,
        (
            year.year,
            Json(as_json(year.off)),
            Json(as_json(year.worked)),
            reason,
            who.person_id,
            who.name,
            who.post,
            who.unit,
        ),
    )


def save_own_day(cur: Cursor, own: OwnDay, reason: str, *, who: Signature) -> None:
    """Keep a single day that is different, with who says so and why."""
    cur.execute(
        """
        INSERT INTO own_day (day, is_worked, name, reason, person_id, person_name, post, unit_name)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (day) DO UPDATE SET is_worked = excluded.is_worked, name = excluded.name,
            reason = excluded.reason, person_id = excluded.person_id, person_name = excluded.person_name,
            post = excluded.post, unit_name = excluded.unit_name, at = now()
        """,
        (own.day, own.is_worked, own.name, reason, who.person_id, who.name, who.post, who.unit),
    )


def drop_own_day(cur: Cursor, day: dt.date) -> None:
    """Let a single day be again as it was announced."""
    cur.execute("DELETE FROM own_day WHERE day = %s", (day,))


def note_told(cur: Cursor, year: int) -> None:
    """Note that the table of a year was told just now."""
    cur.execute("UPDATE calendar_year SET told_at = now() WHERE year = %s", (year,))


def claim_untold(cur: Cursor, *, from_year: int, seconds: int) -> list[ToTell]:
    """The years whose tables were not told for so long, noted as told; those of another replica are left to it."""
    cur.execute(
        """
        UPDATE calendar_year SET told_at = now() WHERE year IN (
            SELECT year FROM calendar_year
            WHERE year >= %s AND told_at < now() - make_interval(secs => %s) ORDER BY year FOR UPDATE SKIP LOCKED)
        RETURNING year, version
        """,
        (from_year, seconds),
    )
    return many(cur, ToTell)


def see(cur: Cursor, fingerprint: str, *, away_seconds: int) -> bool:
    """Note that a release's calendar is running; True when due dates are to be gone over by it.

    So it is with a new one, and with one that returns once nobody has run the last one for so long: of two that run
    side by side the newer holds.
    """
    cur.execute("INSERT INTO seen_calendar (fingerprint) VALUES (%s) ON CONFLICT DO NOTHING", (fingerprint,))
    if cur.rowcount == 1:
        return True
    cur.execute("UPDATE seen_calendar SET seen_at = now() WHERE fingerprint = %s", (fingerprint,))
    cur.execute(
        """
        UPDATE seen_calendar SET gone_over_at = now()
        WHERE fingerprint = %s AND EXISTS (
            SELECT FROM seen_calendar AS last
            WHERE last.gone_over_at > seen_calendar.gone_over_at
                AND last.gone_over_at = (SELECT max(gone_over_at) FROM seen_calendar)
                AND last.seen_at < now() - make_interval(secs => %s))
        """,
        (fingerprint, away_seconds),
    )
    return cur.rowcount == 1


def begin_moving(
    cur: Cursor, span: tuple[dt.date, dt.date], reason: str, *, who: Signature | None = None, correlation_id: str = ""
) -> None:
    """Have the due dates written for days of a span follow; without `who` a release brought the calendar."""
    asked = who or Signature()
    cur.execute(
        """
        INSERT INTO calendar_move (from_day, until_day, reason, asked_by, asked_by_name, asked_by_post, asked_by_unit,
            correlation_id)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (*span, reason, asked.person_id, asked.name, asked.post, asked.unit, correlation_id),
    )


def set_progress(cur: Cursor, job: Job, *, duties_after: int, moved: int) -> None:
    """Note how far it has come."""
    cur.execute(
        "UPDATE calendar_move SET duties_after = %s, moved = moved + %s WHERE id = %s", (duties_after, moved, job.id)
    )


def finish_pass(cur: Cursor, job: Job) -> None:
    """Note that all duties were gone over: for the first time, or for the second and last."""
    cur.execute(
        """
        UPDATE calendar_move SET duties_after = 0, is_again = true, done_at = CASE WHEN is_again THEN now() END
        WHERE id = %s
        """,
        (job.id,),
    )


def move_periods(cur: Cursor, periods: Sequence[UnfinishedPeriod]) -> None:
    """Give the dates of which duties are still being made their days of now."""
    execute_values(
        cur,
        """
        UPDATE item_period SET due_on = new.due_on, is_provisional = new.is_provisional
        FROM (VALUES %s) AS new (run_id, item_id, period, due_on, is_provisional)
        WHERE (item_period.run_id, item_period.item_id, item_period.period) = (new.run_id, new.item_id, new.period)
        """,
        [(one.run_id, one.item_id, one.period, one.due_on, one.is_provisional) for one in periods],
        template="(%s::bigint, %s::bigint, %s, %s::date, %s)",
    )


# A question for more time that the new date answers is over, as with an amendment. A clock that stands goes on
# standing: the working days of the pause are counted when it ends, by the calendar of then.
_MOVE = """
    WITH found AS (
        SELECT id, duty.due_on AS was_due_on, given.due_on, given.is_provisional, given.extended_on
        FROM unnest(%(ids)s::bigint[], %(days)s::date[], %(provisional)s::boolean[], %(extended)s::date[])
            AS given (id, due_on, is_provisional, extended_on) JOIN duty USING (id)
    ), moved AS (
        UPDATE duty SET due_on = found.due_on, is_provisional = found.is_provisional, version = version + 1,
            extended_on = CASE WHEN first_due_on IS NOT NULL THEN found.extended_on END
        FROM found WHERE duty.id = found.id
        RETURNING duty.id, checklist_id, item_id, unit_id, period, duty.due_on, state, done_on, version, parent_id,
            was_due_on
    ), blocked AS (
        SELECT duty_id, CASE WHEN request.state = 'accepted' THEN accepted_on END AS paused_on
        FROM request JOIN found ON found.id = duty_id WHERE kind = 'blocker' AND ended_at IS NULL
    ), overtaken AS (
        UPDATE request SET state = CASE request.state WHEN 'open' THEN 'ended' ELSE request.state END, ended_at = now()
        FROM moved WHERE request.duty_id = moved.id AND request.kind = 'extension' AND request.ended_at IS NULL
            AND moved.due_on >= request.wanted_on
        RETURNING moved.id, moved.version, request.wanted_on, request.state
    ), written AS (
        INSERT INTO duty_history (duty_id, version, action, text, person_id, person_name, post, unit_name)
        SELECT id, version, action, text, %(asked_by)s, %(asked_by_name)s, %(asked_by_post)s, %(asked_by_unit)s
        FROM (
            SELECT id, version, 1 AS place, 'amended' AS action,
                was_due_on || ' → ' || due_on || ' ' || %(words)s AS text FROM moved
            UNION ALL
            SELECT id, version, 2, 'extension_overtaken', wanted_on::text FROM overtaken WHERE state = 'ended'
        ) AS line ORDER BY id, place
    ), told AS (
        SELECT moved.*, (row_number() OVER (PARTITION BY checklist_id, unit_id ORDER BY id) - 1) / %(most)s AS part
        FROM moved
    )
    INSERT INTO outbox (id, type, payload, correlation_id)
    SELECT gen_random_uuid(), %(amended)s,
        jsonb_build_object('checklist_id', told.checklist_id, 'revision', max(checklist.revision), 'unit_id', unit_id,
            'duties', jsonb_agg(jsonb_strip_nulls(jsonb_build_object('parent_id', parent_id, 'paused_on', paused_on))
                || jsonb_build_object('duty_id', told.id, 'item_id', item_id, 'period', period, 'due_on', due_on,
                'state', told.state, 'done_on', done_on, 'version', told.version,
                'is_blocked', blocked.duty_id IS NOT NULL) ORDER BY told.id)),
        %(correlation_id)s
    FROM told JOIN checklist ON checklist.id = told.checklist_id LEFT JOIN blocked ON blocked.duty_id = told.id
    GROUP BY told.checklist_id, unit_id, part ORDER BY told.checklist_id, unit_id, part
"""


def keep_days(cur: Cursor, days: Mapping[int, dt.date]) -> None:
    """Note the day before which no amendment brings a locked duty whose due date stays as it is."""
    cur.execute(
        """
        UPDATE duty SET extended_on = kept.day FROM unnest(%s::bigint[], %s::date[]) AS kept (id, day)
        WHERE duty.id = kept.id AND extended_on IS DISTINCT FROM kept.day
        """,
        (list(days), list(days.values())),
    )


def move_duties(cur: Cursor, job: Job, days: Mapping[int, Moved], words: str) -> None:
    """Give locked duties their new due dates, with history and announcement."""
    ids = sorted(days)
    cur.execute(
        _MOVE,
        job._asdict()
        | {
            "ids": ids,
            "days": [days[one].due_on for one in ids],
            "provisional": [days[one].is_provisional for one in ids],
            "extended": [days[one].extended_on for one in ids],
            "words": words,
            "amended": DutiesAmended.TYPE,
            "most": EVENT_DUTIES,
        },
    )
