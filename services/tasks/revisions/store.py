"""Writes of an amendment under way: cut into chunks by unit, and the duties of one chunk changed and announced.

Each duty is found by its unit, item and period; what the new revision wants beside what there is says what becomes of
it. What is accepted or does not apply stays, and a date of what is done moves to a later day alone, so that nobody
becomes late afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.tasks.issuing.store import CHUNK_DUTIES, EVENT_DUTIES, EXPANDED
from services.tasks.revisions.queries import BECOMES, HELD, OWED, parts_of_chunk
from services.tasks.revisions.records import (
    AmendChunk,
    AmendChunkDone,
    FinishedAmendment,
    SplitDuty,
    UnpreparedAmendment,
)
from shared import clock
from shared.database import Cursor, plan_anew
from shared.events import DutiesAmended, DutiesIssued
from shared.limits import DATABASE
from shared.rows import one, the


def claim_unprepared(cur: Cursor) -> UnpreparedAmendment | None:
    """An amendment that nobody prepares yet, locked until the commit."""
    cur.execute(
        """
        SELECT id, checklist_id, run_id, touched FROM amendment WHERE state = 'preparing'
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
        """
    )
    return one(cur, UnpreparedAmendment)


_PREPARE = f"""
    WITH {EXPANDED}, load AS (
        SELECT unit_id, sum(periods) AS duties,
            array_agg(item_id ORDER BY item_id) FILTER (WHERE role = 'lead') AS lead_item_ids,
            array_agg(item_id ORDER BY item_id) FILTER (WHERE role = 'support') AS support_item_ids
        FROM (
            SELECT item_id, unit_id, role, periods FROM expanded
            UNION ALL
            SELECT NULL, unit_id, NULL, count(*) FROM duty
            WHERE checklist_id = %(checklist)s AND item_id = ANY (%(touched)s) AND parent_id IS NULL GROUP BY unit_id
        ) AS either GROUP BY unit_id
    )
    INSERT INTO amendment_unit (amendment_id, chunk, unit_id, lead_item_ids, support_item_ids)
    SELECT %(amendment)s, ceil(sum(duties) OVER (ORDER BY unit_id) / %(size)s), unit_id,
        coalesce(lead_item_ids, '{{}}'), coalesce(support_item_ids, '{{}}')
    FROM load
"""


def prepare(cur: Cursor, amendment: UnpreparedAmendment, items: Sequence[tuple[int, int, int]]) -> None:
    """Resolve who has which items by the new revision and cut the units into chunks of about CHUNK_DUTIES duties.

    `items` are (item, row that names its units, number of its periods). Units that have something now are in it too.
    """
    cur.execute(f"SET LOCAL statement_timeout = '{DATABASE.long_statement:.0f}s'")
    cur.execute(
        _PREPARE,
        {
            "amendment": amendment.id,
            "checklist": amendment.checklist_id,
            "touched": amendment.touched,
            # Each duty weighs twice: as it is, and as it is to be.
            "size": 2 * CHUNK_DUTIES,
            "items": [item_id for item_id, _, _ in items],
            "rows": [row_id for _, row_id, _ in items],
            "periods": [number for _, _, number in items],
        },
    )
    cur.execute(
        """
        INSERT INTO amendment_chunk (amendment_id, number)
        SELECT DISTINCT amendment_id, chunk FROM amendment_unit WHERE amendment_id = %s
        """,
        (amendment.id,),
    )
    cur.execute("UPDATE amendment SET state = 'running' WHERE id = %s", (amendment.id,))


def claim_chunk(cur: Cursor) -> AmendChunk | None:
    """Lock the next chunk that no other issuer works on; None when there is none."""
    cur.execute(
        """
        SELECT amendment_id, number, checklist_id, revision, run_id, made_from, reworded, touched, reason,
            correlation_id, asked_by, asked_by_name, asked_by_post, asked_by_unit
        FROM amendment_chunk JOIN amendment ON amendment.id = amendment_id
        WHERE state = 'running' AND NOT is_done
        ORDER BY amendment_id, number LIMIT 1 FOR UPDATE OF amendment_chunk SKIP LOCKED
        """
    )
    return one(cur, AmendChunk)


_AMEND = f"""
    WITH period AS MATERIALIZED (
        SELECT item_id, period, written_due_on, due_on, is_provisional FROM item_period
        WHERE run_id = %(run_id)s AND item_id = ANY (%(touched)s)
    ), wanted AS (
        SELECT unit_id, item_id, period, CASE WHEN item_id = ANY (lead_item_ids) THEN 'lead' ELSE 'support' END AS role,
            written_due_on, due_on, is_provisional
        FROM amendment_unit JOIN period ON item_id = ANY (lead_item_ids) OR item_id = ANY (support_item_ids)
        WHERE amendment_id = %(amendment_id)s AND chunk = %(number)s
    ), blocked AS MATERIALIZED (
        SELECT duty_id, CASE WHEN request.state = 'accepted' THEN accepted_on END AS paused_on
        FROM request JOIN duty ON duty.id = duty_id
        WHERE request.kind = 'blocker' AND ended_at IS NULL AND duty.checklist_id = %(checklist_id)s
    ), owed AS (
        SELECT {OWED} {HELD}
    ), {BECOMES}, made AS (
        INSERT INTO duty (checklist_id, item_id, unit_id, period, revision, role, written_due_on, due_on,
            is_provisional)
        SELECT %(checklist_id)s, item_id, unit_id, period, %(revision)s, role, written_due_on, due_on, is_provisional
        FROM found WHERE becomes = 'made' ORDER BY unit_id, item_id, period
        ON CONFLICT DO NOTHING RETURNING id, item_id, unit_id, period, due_on
    ), moved AS (
        UPDATE duty SET
            state = CASE found.becomes WHEN 'withdrawn' THEN 'withdrawn' WHEN 'back' THEN 'issued' ELSE duty.state END,
            done_on = CASE WHEN found.becomes = 'changed' THEN duty.done_on END,
            role = coalesce(found.role, duty.role), due_on = coalesce(found.due_on, duty.due_on),
            written_due_on = coalesce(found.written_due_on, duty.written_due_on),
            is_provisional = coalesce(found.is_provisional, duty.is_provisional), parent_id = NULL,
            version = duty.version + 1
        FROM found WHERE duty.id = found.id AND found.becomes IS NOT NULL
        RETURNING duty.id, duty.item_id, duty.unit_id, duty.period, duty.due_on, duty.state, duty.done_on,
            duty.version, duty.written_due_on, found.becomes, found.was_due_on, found.was_written_due_on, found.is_kept
    ), ended AS (
        UPDATE request SET state = CASE request.state WHEN 'open' THEN 'ended' ELSE request.state END, ended_at = now()
        FROM moved WHERE moved.becomes = 'withdrawn' AND request.duty_id = moved.id AND request.ended_at IS NULL
    ), restarted AS (
        UPDATE request SET accepted_on = %(today)s FROM moved
        WHERE request.duty_id = moved.id AND request.kind = 'blocker' AND request.state = 'accepted'
            AND request.ended_at IS NULL AND moved.becomes = 'changed' AND moved.due_on <> moved.was_due_on
    ), overtaken AS (
        UPDATE request SET state = CASE request.state WHEN 'open' THEN 'ended' ELSE request.state END, ended_at = now()
        FROM moved WHERE request.duty_id = moved.id AND request.kind = 'extension' AND request.ended_at IS NULL
            AND moved.becomes = 'changed' AND moved.due_on <> moved.was_due_on AND moved.due_on >= request.wanted_on
        RETURNING moved.id, moved.version, request.wanted_on, request.state
    ), written AS (
        INSERT INTO duty_history (duty_id, version, action, text, person_id, person_name, post, unit_name)
        SELECT id, version, action, text, %(asked_by)s, %(asked_by_name)s, %(asked_by_post)s, %(asked_by_unit)s
        FROM (
            SELECT id, version, 1 AS place, CASE becomes WHEN 'withdrawn' THEN 'withdrawn' WHEN 'back'
                    THEN 'brought_back' ELSE 'amended' END AS action,
                CASE WHEN becomes = 'changed' AND due_on <> was_due_on THEN was_due_on || ' → ' || due_on || ' '
                    WHEN becomes = 'changed' AND is_kept
                        THEN was_written_due_on || ' → ' || written_due_on || '（已延期至 ' || due_on || '，不变）'
                    ELSE '' END || %(reason)s AS text
            FROM moved
            UNION ALL
            SELECT id, version, 2, 'extension_overtaken', wanted_on::text FROM overtaken WHERE state = 'ended'
        ) AS line ORDER BY id, place
    ), parts AS (
        SELECT unit_id, %(issued)s AS type, id,
            (row_number() OVER (PARTITION BY unit_id ORDER BY id) - 1) / %(most)s AS part,
            jsonb_build_object('duty_id', id, 'item_id', item_id, 'period', period, 'due_on', due_on) AS duty
        FROM made
        UNION ALL
        SELECT unit_id, %(amended)s, id, (row_number() OVER (PARTITION BY unit_id ORDER BY id) - 1) / %(most)s,
            jsonb_build_object('duty_id', id, 'item_id', item_id, 'period', period, 'due_on', due_on, 'state', state,
                'done_on', done_on, 'version', version,
                'is_blocked', becomes <> 'withdrawn' AND blocked.duty_id IS NOT NULL,
                'paused_on', CASE WHEN becomes = 'withdrawn' OR blocked.paused_on IS NULL THEN NULL
                    WHEN becomes = 'changed' AND due_on <> was_due_on THEN %(today)s ELSE blocked.paused_on END)
        FROM moved LEFT JOIN blocked ON blocked.duty_id = moved.id
    ), announced AS (
        INSERT INTO outbox (id, type, payload, correlation_id)
        SELECT gen_random_uuid(), type,
            jsonb_build_object('checklist_id', %(checklist_id)s, 'revision', %(revision)s, 'unit_id', unit_id,
                'duties', jsonb_agg(duty ORDER BY id)),
            %(correlation_id)s
        FROM parts GROUP BY unit_id, type, part ORDER BY unit_id, type, part
    )
    SELECT (SELECT count(*) FROM made)::integer
            + (count(*) FILTER (WHERE becomes = 'back'))::integer AS made,
        (count(*) FILTER (WHERE becomes = 'changed'))::integer AS changed,
        (count(*) FILTER (WHERE becomes = 'withdrawn'))::integer AS withdrawn
    FROM moved
"""


def amend_duties(cur: Cursor, chunk: AmendChunk) -> AmendChunkDone:
    """Change the duties of a chunk with their history and announcements, and return how many of each kind.

    The duties are locked first with their parts, by id, as everybody who changes several does: what a unit does
    meanwhile comes before or after, and is seen. The parts are not in the numbers.
    """
    about = chunk._asdict()
    cur.execute(
        f"""
        WITH held AS MATERIALIZED (SELECT id {HELD})
        SELECT id FROM duty WHERE id IN (
            SELECT id FROM held
            UNION ALL SELECT part.id FROM held JOIN duty AS part ON part.parent_id = held.id)
        ORDER BY id FOR NO KEY UPDATE
        """,
        about,
    )
    split = parts_of_chunk(cur, about)
    plan_anew(cur)
    kinds = {"issued": DutiesIssued.TYPE, "amended": DutiesAmended.TYPE}
    cur.execute(_AMEND, about | kinds | {"most": EVENT_DUTIES, "today": clock.today()})
    done = the(cur, AmendChunkDone)
    if split:
        _follow(cur, chunk, split)
    return done


# What becomes of the parts of duties: withdrawn with the whole, and not due after it where that came forward. What is
# done stays.
FOLLOW = """
    WITH whole AS (
        SELECT duty.id, duty.due_on, duty.due_on < before.due_on AS is_sooner,
            duty.state = 'withdrawn' OR item.dropped_in IS NOT NULL AS is_over
        FROM unnest(%(wholes)s::bigint[], %(days)s::date[]) AS before (id, due_on)
        JOIN duty USING (id) JOIN checklist_row AS item ON item.id = duty.item_id
    ), found AS (
        SELECT part.id, part.due_on AS was_due_on, whole.due_on, whole.is_over
        FROM whole JOIN duty AS part ON part.parent_id = whole.id
        WHERE part.state IN ('issued', 'acknowledged', 'returned', 'submitted')
            AND (whole.is_over OR whole.is_sooner AND part.due_on > whole.due_on)
    ), moved AS (
        UPDATE duty SET state = CASE WHEN is_over THEN 'withdrawn' ELSE duty.state END,
            done_on = CASE WHEN is_over THEN NULL ELSE done_on END,
            due_on = CASE WHEN is_over THEN duty.due_on ELSE found.due_on END,
            written_due_on = CASE WHEN is_over THEN written_due_on ELSE found.due_on END,
            first_due_on = CASE WHEN is_over OR first_due_on < found.due_on THEN first_due_on END,
            extended_on = CASE WHEN is_over THEN extended_on ELSE least(extended_on, found.due_on) END,
            version = duty.version + 1
        FROM found WHERE duty.id = found.id
        RETURNING duty.id, item_id, unit_id, period, duty.due_on, state, done_on, version, parent_id, was_due_on,
            is_over
    ), blocked AS (
        SELECT duty_id, CASE WHEN request.state = 'accepted' THEN %(today)s::date END AS paused_on
        FROM request JOIN moved ON moved.id = duty_id WHERE kind = 'blocker' AND ended_at IS NULL AND NOT is_over
    ), ended AS (
        UPDATE request SET state = CASE request.state WHEN 'open' THEN 'ended' ELSE request.state END, ended_at = now()
        FROM moved WHERE is_over AND request.duty_id = moved.id AND request.ended_at IS NULL
    ), restarted AS (
        UPDATE request SET accepted_on = paused_on FROM blocked
        WHERE request.duty_id = blocked.duty_id AND kind = 'blocker' AND ended_at IS NULL AND paused_on IS NOT NULL
    ), written AS (
        INSERT INTO duty_history (duty_id, version, action, text, person_id, person_name, post, unit_name)
        SELECT id, version, CASE WHEN is_over THEN 'withdrawn' ELSE 'amended' END,
            CASE WHEN is_over THEN '' ELSE was_due_on || ' → ' || due_on || ' ' END || %(reason)s,
            %(asked_by)s, %(asked_by_name)s, %(asked_by_post)s, %(asked_by_unit)s
        FROM moved ORDER BY id
    )
    INSERT INTO outbox (id, type, payload, correlation_id)
    SELECT gen_random_uuid(), %(amended)s,
        jsonb_build_object('checklist_id', %(checklist_id)s, 'revision', %(revision)s, 'unit_id', unit_id,
            'duties', jsonb_agg(jsonb_build_object('duty_id', id, 'item_id', item_id, 'period', period,
                'due_on', due_on, 'state', state, 'done_on', done_on, 'version', version, 'parent_id', parent_id,
                'is_blocked', blocked.duty_id IS NOT NULL, 'paused_on', paused_on) ORDER BY id)),
        %(correlation_id)s
    FROM moved LEFT JOIN blocked ON blocked.duty_id = moved.id GROUP BY unit_id, id / %(most)s ORDER BY unit_id
"""


def _follow(cur: Cursor, chunk: AmendChunk, split: Sequence[SplitDuty]) -> None:
    cur.execute(
        FOLLOW,
        chunk._asdict()
        | {
            "wholes": [one.id for one in split],
            "days": [one.due_on for one in split],
            "amended": DutiesAmended.TYPE,
            "most": EVENT_DUTIES,
            "today": clock.today(),
        },
    )


def finish_chunk(cur: Cursor, chunk: AmendChunk, done: AmendChunkDone) -> None:
    """Note that a chunk's duties are changed."""
    cur.execute(
        """
        UPDATE amendment_chunk SET is_done = true, made = %s, changed = %s, withdrawn = %s
        WHERE amendment_id = %s AND number = %s
        """,
        (*done, chunk.amendment_id, chunk.number),
    )


def claim_finished(cur: Cursor) -> FinishedAmendment | None:
    """Lock an amendment whose chunks are all done but which does not say so yet."""
    cur.execute(
        """
        SELECT id, checklist_id, correlation_id FROM amendment
        WHERE state = 'running'
            AND NOT EXISTS (SELECT FROM amendment_chunk WHERE amendment_id = amendment.id AND NOT is_done)
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
        """
    )
    return one(cur, FinishedAmendment)


def finish(cur: Cursor, amendment_id: int) -> None:
    """Note that all duties are changed."""
    cur.execute("UPDATE amendment SET state = 'done', done_at = now() WHERE id = %s", (amendment_id,))
