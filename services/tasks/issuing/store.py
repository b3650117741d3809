"""Writes of issuing: freezing a revision, cutting the work into chunks, making the duties of one chunk."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg2.extras import execute_values

from services.tasks.issuing.periods import Period
from services.tasks.issuing.queries import CHECKLIST
from services.tasks.issuing.records import Checklist, Chunk, FinishedRun, UnpreparedRun
from shared.actor import Signature
from shared.database import Cursor, plan_anew
from shared.events import DutiesIssued
from shared.limits import DATABASE
from shared.rows import one, the, value, value_or_none

# A chunk is one transaction of well under the statement's limit, and little is done again after a kill.
CHUNK_DUTIES = 5000
# A unit's duties in one event, far below 64 KB.
EVENT_DUTIES = 200


def before_holding(cur: Cursor) -> None:
    """Remember where the transaction stands before it locks a checklist."""
    cur.execute("SAVEPOINT before_holding")


def let_go(cur: Cursor) -> None:
    """Give up every lock and change since `before_holding`."""
    cur.execute("ROLLBACK TO SAVEPOINT before_holding")


def insert_run(cur: Cursor, checklist_id: int, *, revision: int, who: Signature, correlation_id: str) -> int | None:
    """Start the run of a revision; None when there is one already."""
    cur.execute(
        """
        INSERT INTO issue_run (checklist_id, revision, asked_by, asked_by_post, asked_by_unit, correlation_id)
        VALUES (%s, %s, %s, %s, %s, %s)
        ON CONFLICT DO NOTHING RETURNING id
        """,
        (checklist_id, revision, who.person_id, who.post, who.unit, correlation_id),
    )
    return value_or_none(cur, int)


def insert_periods(cur: Cursor, run_id: int, periods: Sequence[tuple[int, Period]]) -> None:
    """Keep which item is due in which periods, for the steps of the run."""
    plan_anew(cur)
    execute_values(
        cur,
        "INSERT INTO item_period (run_id, item_id, period, written_due_on, due_on, is_provisional) VALUES %s",
        [
            (run_id, item_id, period.label, period.written_due_on, period.due_on, period.is_provisional)
            for item_id, period in periods
        ],
        page_size=1000,
    )


def set_checklist_state(cur: Cursor, checklist_id: int, state: str) -> Checklist:
    """Move the checklist on and return it; `issued_at` is when the last duty of the first revision was made."""
    cur.execute(
        f"""
        UPDATE checklist SET state = %(state)s, version = version + 1,
            issued_at = CASE WHEN %(state)s = 'issued' THEN coalesce(issued_at, now()) ELSE issued_at END
        WHERE id = %(id)s RETURNING {CHECKLIST}
        """,
        {"state": state, "id": checklist_id},
    )
    return the(cur, Checklist)


def claim_unprepared_run(cur: Cursor) -> UnpreparedRun | None:
    """A run that nobody prepares yet, locked until the commit."""
    cur.execute(
        """
        SELECT id, checklist_id FROM issue_run WHERE state = 'preparing'
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
        """
    )
    return one(cur, UnpreparedRun)


# Who has which item, from `items`, the `rows` that name their units, and `periods`, the number of each one's periods.
EXPANDED = """
    expanded AS (
        SELECT item_id, coalesce(member.unit_id, row_unit.unit_id) AS unit_id, min(role) AS role,
            min(periods) AS periods
        FROM unnest(%(items)s::bigint[], %(rows)s::bigint[], %(periods)s::bigint[])
            AS given (item_id, row_id, periods)
        JOIN row_unit USING (row_id)
        LEFT JOIN unit_group_member AS member USING (group_id)
        JOIN unit ON unit.id = coalesce(member.unit_id, row_unit.unit_id) AND unit.is_active
        GROUP BY 1, 2
    )
"""


def prepare_run(cur: Cursor, run: UnpreparedRun, items: Sequence[tuple[int, int, int]]) -> None:
    """Resolve who gets which items and cut the units into chunks of about CHUNK_DUTIES duties.

    `items` are (item, row that names its units, number of its periods). A unit that is named itself and through a group
    stands once; leading wins over supporting.
    """
    # All units of a country take longer than a call may; nobody waits for this statement.
    cur.execute(f"SET LOCAL statement_timeout = '{DATABASE.long_statement:.0f}s'")
    # The arrays tell the planner how much there is, and the rest is joined by its key: rows that were written just now
    # have no statistics.
    cur.execute(
        f"""
        WITH {EXPANDED}, load AS (
            SELECT unit_id, sum(periods) AS duties,
                array_agg(item_id ORDER BY item_id) FILTER (WHERE role = 'lead') AS lead_item_ids,
                array_agg(item_id ORDER BY item_id) FILTER (WHERE role = 'support') AS support_item_ids
            FROM expanded GROUP BY unit_id
        )
        INSERT INTO issue_unit (run_id, chunk, unit_id, lead_item_ids, support_item_ids)
        SELECT %(run)s, ceil(sum(duties) OVER (ORDER BY unit_id) / %(size)s), unit_id,
            coalesce(lead_item_ids, '{{}}'), coalesce(support_item_ids, '{{}}')
        FROM load
        """,
        {
            "run": run.id,
            "size": CHUNK_DUTIES,
            "items": [item_id for item_id, _, _ in items],
            "rows": [row_id for _, row_id, _ in items],
            "periods": [number for _, _, number in items],
        },
    )
    cur.execute(
        "INSERT INTO issue_chunk (run_id, number) SELECT DISTINCT run_id, chunk FROM issue_unit WHERE run_id = %s",
        (run.id,),
    )
    cur.execute("UPDATE issue_run SET state = 'running' WHERE id = %s", (run.id,))


def claim_chunk(cur: Cursor) -> Chunk | None:
    """Lock the next chunk that no other issuer works on; None when there is none."""
    cur.execute(
        """
        SELECT run_id, number, checklist_id, revision, correlation_id
        FROM issue_chunk JOIN issue_run ON issue_run.id = run_id
        WHERE state = 'running' AND NOT is_done
        ORDER BY run_id, number LIMIT 1 FOR UPDATE OF issue_chunk SKIP LOCKED
        """
    )
    return one(cur, Chunk)


_MAKE_DUTIES = """
    WITH made AS (
        INSERT INTO duty (checklist_id, item_id, unit_id, period, revision, role,
            written_due_on, due_on, is_provisional)
        SELECT %(checklist)s, item_id, unit_id, period, %(revision)s, role, written_due_on, due_on, is_provisional
        FROM (
            SELECT unit_id, 'lead' AS role, unnest(lead_item_ids) AS item_id
            FROM issue_unit WHERE run_id = %(run)s AND chunk = %(number)s
            UNION ALL
            SELECT unit_id, 'support', unnest(support_item_ids)
            FROM issue_unit WHERE run_id = %(run)s AND chunk = %(number)s
        ) AS given
        CROSS JOIN LATERAL (
            SELECT period, written_due_on, due_on, is_provisional FROM item_period
            WHERE run_id = %(run)s AND item_period.item_id = given.item_id
            -- Kept apart, so that the periods of each item are found by their key, whatever the planner believes of
            -- a run that was written just now.
            OFFSET 0
        ) AS period_of_item
        ORDER BY unit_id, item_id, period
        ON CONFLICT DO NOTHING
        RETURNING id, item_id, unit_id, period, due_on
    ), told AS (
        SELECT *, (row_number() OVER (PARTITION BY unit_id ORDER BY id) - 1) / %(event_duties)s AS part FROM made
    ), announced AS (
        INSERT INTO outbox (id, type, payload, correlation_id)
        SELECT gen_random_uuid(), %(type)s,
            jsonb_build_object('checklist_id', %(checklist)s, 'revision', %(revision)s, 'unit_id', unit_id,
                'duties', jsonb_agg(jsonb_build_object(
                    'duty_id', id, 'item_id', item_id, 'period', period, 'due_on', due_on) ORDER BY id)),
            %(correlation_id)s
        FROM told GROUP BY unit_id, part ORDER BY unit_id, part
    )
    SELECT count(*) AS made FROM made
"""


def make_duties(cur: Cursor, chunk: Chunk) -> int:
    """Insert the duties of a chunk with their announcements, and return how many were new.

    The announcements are built from the rows that were really inserted, so that what a unit already has is
    neither made nor announced a second time.
    """
    plan_anew(cur)
    cur.execute(
        _MAKE_DUTIES,
        {
            "checklist": chunk.checklist_id,
            "revision": chunk.revision,
            "run": chunk.run_id,
            "number": chunk.number,
            "event_duties": EVENT_DUTIES,
            "type": DutiesIssued.TYPE,
            "correlation_id": chunk.correlation_id,
        },
    )
    return value(cur, int)


def finish_chunk(cur: Cursor, chunk: Chunk, duties: int) -> None:
    """Note that a chunk's duties are made."""
    cur.execute(
        "UPDATE issue_chunk SET is_done = true, duties = %s WHERE run_id = %s AND number = %s",
        (duties, chunk.run_id, chunk.number),
    )


def claim_finished_run(cur: Cursor) -> FinishedRun | None:
    """Lock a run whose chunks are all done but which does not say so yet."""
    cur.execute(
        """
        SELECT id, checklist_id, correlation_id FROM issue_run
        WHERE state = 'running' AND NOT EXISTS (SELECT FROM issue_chunk WHERE run_id = issue_run.id AND NOT is_done)
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
        """
    )
    return one(cur, FinishedRun)


def finish_run(cur: Cursor, run_id: int) -> None:
    """Note that all duties of the run are made."""
    cur.execute("UPDATE issue_run SET state = 'done', done_at = now() WHERE id = %s", (run_id,))
