"""Reads for the turn of the year."""

from __future__ import annotations

from services.tasks.years.records import Burden, CarriedInto, Ended, OfYear, Standing
from shared.database import Cursor
from shared.rows import many, the, value

# Enough for the middle of a county's year, and few enough for a page.
BURDEN_OF = 10_000
# What a unit does with a duty, one press each.
STEPS = (
    *("acknowledged", "submitted", "completed", "reopened", "progress", "blocked", "unblocked", "waiver_asked"),
    *("waiver_taken_back", "extension_asked", "extension_taken_back", "evidence_added", "evidence_removed"),
    "remark_answered",
)


def standing(cur: Cursor, checklist_id: int) -> Standing:
    """How far the duties of a checklist are, and how many requests about them nobody has answered.

    What is asked about parts of duties counts, for it ends too; the parts themselves do not.
    """
    cur.execute(
        """
        SELECT count(*) AS total, count(*) FILTER (WHERE state = 'accepted') AS done,
            count(*) FILTER (WHERE state = 'submitted') AS submitted,
            count(*) FILTER (WHERE state IN ('issued', 'acknowledged', 'returned')) AS open,
            (SELECT count(*) FROM request JOIN duty ON duty.id = duty_id
                WHERE checklist_id = %(checklist)s AND request.state = 'open') AS requests
        FROM duty WHERE checklist_id = %(checklist)s AND state <> 'withdrawn' AND parent_id IS NULL
        """,
        {"checklist": checklist_id},
    )
    return the(cur, Standing)


def burden(cur: Cursor, checklist_id: int) -> Burden:
    """What the newest BURDEN_OF duties that are done took, from issuing on; of the whole county, never of a unit."""
    cur.execute(
        """
        SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY days) AS median_days,
            percentile_disc(0.5) WITHIN GROUP (ORDER BY steps) AS median_steps
        FROM (
            SELECT done.done_on - done.issued_on AS days,
                (SELECT count(*) FROM duty_history WHERE duty_id = done.id AND action = ANY (%(steps)s)) AS steps
            FROM (
                SELECT duty.id, done_on, (asked_at AT TIME ZONE 'Asia/Shanghai')::date AS issued_on
                FROM duty JOIN issue_run USING (checklist_id, revision)
                WHERE checklist_id = %(checklist)s AND duty.state = 'accepted' AND done_on IS NOT NULL
                    AND parent_id IS NULL
                ORDER BY duty.id DESC LIMIT %(most)s
            ) AS done
        ) AS took
        """,
        {"checklist": checklist_id, "steps": list(STEPS), "most": BURDEN_OF},
    )
    return the(cur, Burden)


def ended(cur: Cursor, checklist_id: int) -> Ended:
    """When and how a checklist was ended, and which one it was carried over from."""
    cur.execute(
        "SELECT closed_at, closed_reason, carried_from_id FROM checklist WHERE id = %s",
        (checklist_id,),
    )
    return the(cur, Ended)


def carried_into(cur: Cursor, checklist_id: int, year: int) -> list[CarriedInto]:
    """The checklists of that year that this one was carried over into, newest first."""
    cur.execute(
        """
        SELECT id AS checklist_id, title FROM checklist
        WHERE carried_from_id = %s AND year = %s AND amends_id IS NULL ORDER BY id DESC
        """,
        (checklist_id, year),
    )
    return many(cur, CarriedInto)


def issued_of_year(cur: Cursor, year: int, *, for_update: bool = False) -> list[OfYear]:
    """The checklists of a year that were issued, also those of meetings; locked until the commit if so wanted."""
    cur.execute(
        f"""
        SELECT id AS checklist_id, title, state, closed_at, dropped_on,
            (SELECT count(*) FROM duty WHERE checklist_id = checklist.id) AS duties
        FROM checklist WHERE year = %s AND state <> 'draft' ORDER BY id {"FOR UPDATE" if for_update else ""}
        """,
        (year,),
    )
    return many(cur, OfYear)


def may_years_go(cur: Cursor) -> bool:
    """Whether no process of the release before is left, which would keep what is dropped."""
    cur.execute("SELECT to_regproc('years_may_go') IS NOT NULL AS is_so")
    return value(cur, bool)
