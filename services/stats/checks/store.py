"""All writes of checks and explanations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from psycopg2.extras import Json

from services.stats.checks.records import Check, CheckState, ExplanationState
from shared.actor import Signature
from shared.database import Cursor
from shared.rows import value


def insert_check(cur: Cursor, check: Check, *, who: Signature) -> int:
    """Store a new check, as a draft, and return its id."""
    cur.execute(
        """
        INSERT INTO check_rule (report_id, name, kind, condition, indicator_id, strictness, sentence_zh, sentence_en,
            person_id, person_post, person_unit)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
        """,
        (
            check.report_id,
            check.name,
            check.kind.value,
            check.condition,
            check.indicator_id,
            check.strictness.value,
            check.sentence_zh,
            check.sentence_en,
            who.person_id,
            who.post,
            who.unit,
        ),
    )
    return value(cur, int)


def update_check(cur: Cursor, check: Check, *, who: Signature) -> None:
    """Store what became of a check that is locked, and count its version up."""
    cur.execute(
        """
        UPDATE check_rule SET name = %s, kind = %s, condition = %s, indicator_id = %s, strictness = %s,
            sentence_zh = %s, sentence_en = %s, version = version + 1, changed_at = clock_timestamp(),
            person_id = %s, person_post = %s, person_unit = %s
        WHERE id = %s
        """,
        (
            check.name,
            check.kind.value,
            check.condition,
            check.indicator_id,
            check.strictness.value,
            check.sentence_zh,
            check.sentence_en,
            who.person_id,
            who.post,
            who.unit,
            check.id,
        ),
    )


def switch(cur: Cursor, check_id: int, state: CheckState, *, who: Signature) -> None:
    """Switch a check that is locked on or off, and count its version up."""
    cur.execute(
        """
        UPDATE check_rule SET state = %s, version = version + 1, changed_at = clock_timestamp(),
            person_id = %s, person_post = %s, person_unit = %s
        WHERE id = %s
        """,
        (state.value, who.person_id, who.post, who.unit, check_id),
    )


def save_explanation(
    cur: Cursor, check_id: int, *, submission_id: int, unit_id: int, period: str, text: str, who: Signature
) -> None:
    """Keep what a unit says about a check for one submission; said anew, it is to be read anew.

    The same words again leave what was answered to them as it is, unless they were refused.
    """
    cur.execute(
        """
        INSERT INTO explanation (check_id, submission_id, unit_id, period, until_period, text,
            person_id, person_post, person_unit)
        VALUES (%(check)s, %(submission)s, %(unit)s, %(period)s, %(period)s, %(text)s, %(person)s, %(post)s, %(of)s)
        ON CONFLICT (check_id, submission_id) DO UPDATE SET text = excluded.text, state = 'given', answer = '',
            until_period = excluded.until_period, given_at = clock_timestamp(),
            person_id = excluded.person_id, person_post = excluded.person_post, person_unit = excluded.person_unit
        WHERE explanation.text <> excluded.text OR explanation.state = 'refused'
        """,
        {
            "check": check_id,
            "submission": submission_id,
            "unit": unit_id,
            "period": period,
            "text": text,
            "person": who.person_id,
            "post": who.post,
            "of": who.unit,
        },
    )


def forget_explanations(cur: Cursor, submission_id: int, *, but: Sequence[int]) -> None:
    """Delete the explanations of a submission that were not accepted, but those of these checks."""
    cur.execute(
        "DELETE FROM explanation WHERE submission_id = %s AND state <> 'accepted' AND check_id <> ALL (%s)",
        (submission_id, list(but)),
    )


def replace_explanations(cur: Cursor, submission_id: int, rows: Sequence[Mapping[str, object]]) -> None:
    """Let these, whole as their rows were, be the explanations of a submission."""
    cur.execute("DELETE FROM explanation WHERE submission_id = %s", (submission_id,))
    cur.execute(
        """
        INSERT INTO explanation OVERRIDING SYSTEM VALUE
        SELECT * FROM jsonb_populate_recordset(NULL::explanation, %s)
        """,
        (Json(list(rows)),),
    )


def judge_explanation(
    cur: Cursor, check_id: int, submission_id: int, *, state: ExplanationState, until_period: str, answer: str
) -> None:
    """Write what the lead bureau thinks of an explanation, and until which period it holds."""
    cur.execute(
        """
        UPDATE explanation SET state = %s, until_period = %s, answer = %s WHERE check_id = %s AND submission_id = %s
        """,
        (state.value, until_period, answer, check_id, submission_id),
    )
