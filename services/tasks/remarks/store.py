"""Writes of remarks and their answers, with the lines of the duties' histories and the announcement by unit."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg2.extras import execute_values

from services.tasks.remarks.records import Asked, Meant
from shared.actor import Signature
from shared.database import Cursor
from shared.delivery import outbox
from shared.events import DutiesRemarked, RemarkAnswered
from shared.rows import value


def insert(cur: Cursor, meant: Sequence[Meant], text: str, *, who: Signature, correlation_id: str) -> int:
    """Write a remark on these duties of one item, one of each unit, and return its id."""
    cur.execute(
        """
        INSERT INTO remark (item_id, text, made_by, made_by_post, made_by_unit) VALUES (%s, %s, %s, %s, %s) RETURNING id
        """,
        (meant[0].item_id, text, who.person_id, who.post or "", who.unit or ""),
    )
    remark_id = value(cur, int)
    execute_values(
        cur,
        "INSERT INTO remark_answer (remark_id, duty_id) VALUES %s",
        [(remark_id, one.duty_id) for one in meant],
    )
    _note(cur, [one.duty_id for one in meant], "remarked", text, who=who)
    told = [DutiesRemarked(one.unit_id, [one.duty_id], text) for one in meant]
    outbox.add(cur, told, correlation_id=correlation_id)
    return remark_id


def answer(cur: Cursor, asked: Asked, text: str, *, who: Signature, correlation_id: str) -> None:
    """Write what a unit answers to a remark, and announce it for the leader who made it."""
    cur.execute(
        """
        UPDATE remark_answer SET answer = %s, answered_at = now(), answered_by = %s, answered_by_post = %s,
            answered_by_unit = %s
        WHERE remark_id = %s AND duty_id = %s
        """,
        (text, who.person_id, who.post, who.unit, asked.remark_id, asked.duty_id),
    )
    _note(cur, [asked.duty_id], "remark_answered", text, who=who)
    told = RemarkAnswered(asked.remark_id, asked.duty_id, asked.unit_id, asked.made_by, text)
    outbox.add(cur, [told], correlation_id=correlation_id)


def _note(cur: Cursor, duty_ids: Sequence[int], action: str, text: str, *, who: Signature) -> None:
    """A line in the history of each duty; its version stays, for what it is to be is not different."""
    cur.execute(
        """
        INSERT INTO duty_history (duty_id, version, action, text, person_id, person_name, post, unit_name)
        SELECT id, version, %s, %s, %s, %s, %s, %s FROM duty WHERE id = ANY (%s) ORDER BY id
        """,
        (action, text, who.person_id, who.name, who.post, who.unit, list(duty_ids)),
    )
