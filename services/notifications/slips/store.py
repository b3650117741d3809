"""All writes of slips: issuing them with the reminder that says so, and settling them by what was learnt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from psycopg2.extras import execute_values

from services.notifications.slips.rules import Slip
from shared.database import Cursor
from shared.retention import AgedRows
from shared.rows import ROWS_PER_STATEMENT
from shared.text import Text

SLIPS = AgedRows(
    name="slip",
    table="slip",
    at="settled_on",
    where="settled_on IS NOT NULL",
    days=1100,
    least=400,
    what=Text("了结的提醒单", "slips that stand no more"),
    why=Text("年度考核要看得到当年的提醒单。", "those of a year are looked at in its assessment."),
)


def issue(cur: Cursor, slips: Sequence[Slip], today: dt.date) -> None:
    """Write the slips of a sweep; a level that stands already stays what it is."""
    execute_values(
        cur,
        """
        INSERT INTO slip (kind, subject_id, unit_id, level, name_zh, name_en, audience, due_on, issued_on) VALUES %s
        ON CONFLICT DO NOTHING
        """,
        [
            (
                one.kind,
                one.subject_id,
                one.unit_id,
                one.level,
                one.name.zh,
                one.name.en,
                [who.value for who in one.audience],
                one.due_on,
                today,
            )
            for one in slips
        ],
        template="(%s, %s, %s, %s, %s, %s, %s::text[], %s, %s)",
        page_size=ROWS_PER_STATEMENT,
    )


def settle_of_duties(cur: Cursor, duty_ids: Sequence[int], day: dt.date) -> None:
    """Settle what stands on those of the duties that are closed, whose clock is paused, or whose due date moved.

    What was submitted and is open again, taken back or returned, goes on where it was: nobody accepted anything.
    """
    cur.execute(
        """
        UPDATE slip SET settled_on = NULL, settled_why = NULL FROM duty
        WHERE kind = 'checklist' AND subject_id = duty.id AND duty.id = ANY (%s) AND settled_why = 'closed'
            AND duty.is_open AND NOT duty.is_paused AND duty.due_on = slip.due_on
            AND NOT EXISTS (
                SELECT FROM slip AS other WHERE other.kind = slip.kind AND other.subject_id = slip.subject_id
                    AND other.level = slip.level AND other.id > slip.id)
        """,
        (list(duty_ids),),
    )
    cur.execute(
        """
        UPDATE slip SET settled_on = %s, settled_why = CASE
            WHEN NOT duty.is_open THEN 'closed' WHEN duty.is_paused THEN 'taken_on' ELSE 'moved' END
        FROM duty
        WHERE kind = 'checklist' AND subject_id = duty.id AND duty.id = ANY (%s) AND settled_on IS NULL
            AND (NOT duty.is_open OR duty.is_paused OR duty.due_on <> slip.due_on)
        """,
        (day, list(duty_ids)),
    )


def settle_of_checklists(cur: Cursor, checklist_ids: Sequence[int], day: dt.date) -> None:
    """Settle what stands on the duties of those of the checklists that are ended."""
    cur.execute(
        """
        UPDATE slip SET settled_on = %s, settled_why = 'closed'
        FROM duty JOIN checklist ON checklist.id = duty.checklist_id
        WHERE kind = 'checklist' AND subject_id = duty.id AND checklist.id = ANY (%s)
            AND checklist.state = 'closed' AND settled_on IS NULL
        """,
        (day, list(checklist_ids)),
    )


def settle_of_submissions(cur: Cursor, submission_ids: Sequence[int], round_ids: Sequence[int], day: dt.date) -> None:
    """The same of submissions, and of those of rounds: what came in is settled, and so is what has another due date."""
    cur.execute(
        """
        UPDATE slip SET settled_on = %(day)s, settled_why = CASE WHEN NOT is_open THEN 'closed' ELSE 'moved' END
        FROM submission LEFT JOIN report_round ON report_round.id = submission.round_id
        WHERE kind = 'report' AND subject_id = submission.id AND settled_on IS NULL
            AND (submission.id = ANY (%(submissions)s) OR submission.round_id = ANY (%(rounds)s))
            AND (NOT is_open OR coalesce(report_round.due_on, submission.due_on) <> slip.due_on)
        """,
        {"day": day, "submissions": list(submission_ids), "rounds": list(round_ids)},
    )
