"""Reads of submissions: with the days of their rounds, their cells, who comes next, and what happened to one."""

from __future__ import annotations

from collections.abc import Sequence

from services.stats.submissions.records import Corrected, Counted, Happened, Reviewers, StoredCell, Submission
from services.stats.submissions.submission import SubmissionState
from shared.database import Cursor
from shared.directory import HIGHEST_TREE
from shared.rows import many, the, value, values

PAGE = 50

# What waits at a unit that is closed is the lead bureau's, as with difficulties of duties: nobody is there any more.
_AT_CLOSED = """
    EXISTS (SELECT FROM unit AS closed WHERE NOT closed.is_active AND closed.id =
        CASE submission.state WHEN 'at_head' THEN submission.unit_id WHEN 'at_upper' THEN submission.waits_for END)
"""
_STATE = f"CASE WHEN {_AT_CLOSED} THEN 'at_lead' ELSE submission.state END"
_SUBMISSION = f"""
    SELECT submission.id, submission.round_id, submission.report_id, submission.unit_id, unit.name AS unit_name,
        submission.period, submission.is_expected, {_STATE} AS state,
        CASE WHEN NOT {_AT_CLOSED} THEN submission.waits_for END AS waits_for,
        CASE WHEN NOT {_AT_CLOSED} THEN upper.name END AS waits_for_name, submission.is_correction, submission.reason,
        submission.returned_reason,
        submission.first_submitted_at, submission.submitted_at, submission.submitted_by, submission.accepted_at,
        submission.proxy_reason, submission.proxy_paper_on, submission.proxy_by, submission.definition,
        submission.version,
        round.opens_on, round.due_on, round.lock_on, report.table_number, report.name AS report_name,
        report.period_kind, report.contact, report.is_invented,
        (SELECT max(until_on) FROM lock_exception
            WHERE lock_exception.round_id = submission.round_id AND lock_exception.unit_id = submission.unit_id
        ) AS unlocked_until,
        coalesce((SELECT action FROM submission_history WHERE submission_id = submission.id ORDER BY id DESC LIMIT 1)
            IN ('confirmed', 'passed'), false) AS is_passed_on,
        EXISTS (SELECT FROM submission_cell WHERE submission_id = submission.id
            AND (typed <> '' OR typed_total <> '' OR no_figure <> '')) AS is_typed,
        (SELECT count(*) FROM submission_cell WHERE submission_id = submission.id AND no_figure <> '')::integer
            AS without,
        EXISTS (SELECT FROM explanation WHERE submission_id = submission.id AND explanation.state = 'given')
            AS is_explained,
        coalesce((SELECT action FROM submission_history WHERE submission_id = submission.id
            AND action IN ('corrected', 'given_up', 'accepted') ORDER BY id DESC LIMIT 1) = 'corrected', false)
            AS is_own_correction
    FROM submission
    JOIN round ON round.id = submission.round_id
    JOIN report ON report.id = submission.report_id
    LEFT JOIN unit ON unit.id = submission.unit_id
    LEFT JOIN unit AS upper ON upper.id = submission.waits_for
"""
# Whose turn it is: the head of the unit, a unit above, the lead bureau. One without a part gets none.
_TURN = f"""
    (%(head_of)s IS NOT NULL AND submission.state = 'at_head' AND submission.unit_id = %(head_of)s
        OR %(upper)s IS NOT NULL AND submission.state = 'at_upper' AND submission.waits_for = %(upper)s
        OR %(is_lead)s AND (submission.state = 'at_lead'
            OR submission.state IN ('at_head', 'at_upper') AND {_AT_CLOSED}))
"""
_FITS = """
    (%(text)s = '' OR strpos(lower(unit.name), lower(%(text)s)) > 0
        OR strpos(lower(concat_ws(E'\\n', report.table_number, report.name)), lower(%(text)s)) > 0)
"""


def submissions(cur: Cursor, ids: Sequence[int], *, for_update: bool = False) -> list[Submission]:
    """The submissions by id; locked in that order, so that two who take several at once wait instead of deadlocking."""
    # The rows are locked first: what the query reads beside them must be what it is once they are ours.
    if for_update:
        hold_rounds(cur, ids)
        cur.execute("SELECT FROM submission WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE", (list(ids),))
    cur.execute(_SUBMISSION + "WHERE submission.id = ANY (%s) ORDER BY submission.id", (list(ids),))
    return many(cur, Submission)


def hold_rounds(cur: Cursor, ids: Sequence[int]) -> None:
    """Let what the rounds of submissions ask stay as it is until the commit; all at once, and before any submission."""
    cur.execute(
        """
        SELECT FROM round WHERE id IN (SELECT round_id FROM submission WHERE submission.id = ANY (%s))
        ORDER BY id FOR KEY SHARE
        """,
        (list(ids),),
    )


def owed(cur: Cursor, unit_id: int, *, accepted: int) -> list[Submission]:
    """What a unit owes, by due day; of what was accepted the `accepted` newest ones, after it."""
    cur.execute(
        _SUBMISSION
        + """
        WHERE submission.id IN (
            (SELECT id FROM submission WHERE unit_id = %(unit)s AND is_expected AND state <> 'accepted')
            UNION ALL
            (SELECT id FROM submission WHERE unit_id = %(unit)s AND state = 'accepted'
                ORDER BY accepted_at DESC, id DESC LIMIT %(accepted)s))
        ORDER BY (submission.state = 'accepted'), (CASE WHEN submission.state = 'accepted' THEN NULL
            ELSE round.due_on END), submission.accepted_at DESC, report.table_number, submission.id
        """,
        {"unit": unit_id, "accepted": accepted},
    )
    return many(cur, Submission)


def waiting(
    cur: Cursor, *, head_of: int | None, upper: int | None, is_lead: bool, text: str, page: int
) -> list[Submission]:
    """One page of those whose turn it is, longest waiting first; `text` is looked for in units and reports."""
    cur.execute(
        _SUBMISSION
        + f"""
        WHERE {_TURN} AND {_FITS}
        ORDER BY submission.submitted_at, submission.id LIMIT %(most)s OFFSET %(skip)s
        """,
        {
            "head_of": head_of,
            "upper": upper,
            "is_lead": is_lead,
            "text": text,
            "most": PAGE,
            "skip": (page - 1) * PAGE,
        },
    )
    return many(cur, Submission)


def count_waiting(cur: Cursor, *, head_of: int | None, upper: int | None, is_lead: bool, text: str) -> int:
    """How many there are of those that `waiting` finds."""
    cur.execute(
        f"""
        SELECT count(*) AS number FROM submission
        JOIN report ON report.id = submission.report_id LEFT JOIN unit ON unit.id = submission.unit_id
        WHERE {_TURN} AND {_FITS}
        """,
        {"head_of": head_of, "upper": upper, "is_lead": is_lead, "text": text},
    )
    return value(cur, int)


def count_turns(cur: Cursor, *, head_of: int | None, upper: int | None, is_lead: bool) -> dict[SubmissionState, int]:
    """How many wait in each state for who asks, from the index of those that wait."""
    cur.execute(
        f"SELECT {_STATE} AS state, count(*) AS submissions FROM submission WHERE {_TURN} GROUP BY 1",
        {"head_of": head_of, "upper": upper, "is_lead": is_lead},
    )
    return {found.state: found.submissions for found in many(cur, Counted)}


def cells(cur: Cursor, submission_ids: Sequence[int]) -> list[StoredCell]:
    """The cells of the submissions, each submission's in the order of their indicators' ids."""
    cur.execute(
        """
        SELECT submission_id, indicator_id, typed, typed_total, value, no_figure, returned_reason
        FROM submission_cell WHERE submission_id = ANY (%s) ORDER BY submission_id, indicator_id
        """,
        (list(submission_ids),),
    )
    return many(cur, StoredCell)


def reviewers(cur: Cursor, *, round_id: int, unit_id: int, but: int) -> Reviewers:
    """Who stands between a unit and the lead bureau; `but` is who submits: under none of the own
    accounts a head to agree.
    """
    cur.execute(
        f"""
        WITH RECURSIVE line (id, depth) AS (
            SELECT %(unit)s::bigint, 0
            UNION ALL
            SELECT (SELECT parent_id FROM unit WHERE unit.id = line.id), depth + 1 FROM line
            WHERE line.id IS NOT NULL AND depth < {HIGHEST_TREE}
        )
        SELECT coalesce((SELECT needs_head FROM unit_setting WHERE unit_id = %(unit)s), false) AS needs_head,
            EXISTS (SELECT FROM person WHERE unit_id = %(unit)s AND is_active AND 'unit_head' = ANY (roles)
                AND coalesce(same_as, id) <> coalesce((SELECT same_as FROM person WHERE id = %(but)s), %(but)s)
            ) AS has_head,
            ARRAY (SELECT line.id FROM line JOIN submission ON submission.unit_id = line.id
                JOIN unit ON unit.id = line.id AND unit.is_active
                WHERE depth > 0 AND submission.round_id = %(round)s AND is_expected ORDER BY depth) AS above
        """,
        {"unit": unit_id, "round": round_id, "but": but},
    )
    return the(cur, Reviewers)


# Of savings in a row by the same desk the last alone says something: the others are what was typed on the way.
_STEPS = """
    FROM (
        SELECT id, at, action, state, reason, detail, person_post AS post, person_unit AS unit,
            coalesce(action = 'saved' AND lead(action) OVER later = 'saved'
                AND person_post IS NOT DISTINCT FROM lead(person_post) OVER later
                AND person_unit IS NOT DISTINCT FROM lead(person_unit) OVER later, false) AS is_on_the_way
        FROM submission_history WHERE submission_id = %(submission)s WINDOW later AS (ORDER BY id)
    ) AS happened WHERE NOT is_on_the_way
"""


def count_history(cur: Cursor, submission_id: int) -> int:
    """How many steps the history of a submission has."""
    cur.execute(f"SELECT count(*) AS steps {_STEPS}", {"submission": submission_id})
    return value(cur, int)


def history(cur: Cursor, submission_id: int, *, page: int) -> list[Happened]:
    """One page of what happened to a submission, oldest first; savings in a row by one desk are one."""
    cur.execute(
        f"SELECT at, action, state, reason, detail, post, unit {_STEPS} ORDER BY id LIMIT %(most)s OFFSET %(skip)s",
        {"submission": submission_id, "most": PAGE, "skip": (page - 1) * PAGE},
    )
    return many(cur, Happened)


def corrected(cur: Cursor, submission_id: int) -> Corrected:
    """What a submission was when its unit last began to correct it."""
    cur.execute(
        """
        SELECT (was->>'is_correction')::boolean AS is_correction, was->>'reason' AS reason,
            (was->>'submitted_at')::timestamptz AS submitted_at, (was->>'submitted_by')::bigint AS submitted_by,
            was->>'definition' AS definition, was->'explanations' AS explanations
        FROM (
            SELECT detail->'was' AS was FROM submission_history
            WHERE submission_id = %s AND action = 'corrected' ORDER BY id DESC LIMIT 1
        ) AS begun
        """,
        (submission_id,),
    )
    return the(cur, Corrected)


def untyped_in_round(cur: Cursor, round_id: int, *, most: int) -> list[int]:
    """The expected submissions of a round in which nobody has typed anything, in directory order."""
    cur.execute(
        """
        SELECT submission.id FROM submission LEFT JOIN unit ON unit.id = submission.unit_id
        WHERE round_id = %s AND is_expected AND state IN ('open', 'draft')
            AND NOT EXISTS (SELECT FROM submission_cell WHERE submission_id = submission.id
                AND (typed <> '' OR typed_total <> '' OR no_figure <> ''))
        ORDER BY unit.code NULLS LAST, submission.id LIMIT %s
        """,
        (round_id, most),
    )
    return values(cur, int)


def count_expected(cur: Cursor, round_id: int) -> int:
    """How many submissions a round expects."""
    cur.execute("SELECT count(*) AS number FROM submission WHERE round_id = %s AND is_expected", (round_id,))
    return value(cur, int)
