"""Reads of what became of good practice: what waits to be told, and what a message tells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from shared.actor import UNIT_ROLES
from shared.database import Cursor
from shared.rows import many, the

# A decision waits as long as its unit has nobody to be told: events of people may come later than it.
SOMEBODY = """
    EXISTS (SELECT FROM person WHERE person.unit_id = offer_decision.unit_id AND is_active AND roles && %s::text[])
"""
TOLD_TO = sorted(UNIT_ROLES)


class Waiting(NamedTuple):
    """How many decisions wait for a sweep, and the first of their days."""

    decisions: int
    first_day: dt.date | None


class Told(NamedTuple):
    """What a message says of one good practice, in the words of then."""

    practice_id: int
    outcome: str
    title: str
    reason: str


class Lines(NamedTuple):
    """How many of these a message has."""

    message_id: int
    offers: int


def waiting_for_sweep(cur: Cursor) -> Waiting:
    """The decisions that a sweep would tell."""
    cur.execute(
        f"""
        SELECT count(*) AS decisions, min(decided_on) AS first_day FROM offer_decision WHERE NOT is_told AND {SOMEBODY}
        """,
        (TOLD_TO,),
    )
    return the(cur, Waiting)


def lines_in_messages(cur: Cursor, message_ids: Sequence[int]) -> dict[int, int]:
    """How many each message has; one without any is left out."""
    cur.execute(
        "SELECT message_id, count(*) AS offers FROM message_offer WHERE message_id = ANY (%s) GROUP BY message_id",
        (list(message_ids),),
    )
    return {found.message_id: found.offers for found in many(cur, Lines)}


def told_in_message(cur: Cursor, message_id: int) -> list[Told]:
    """What a message tells, in the order in which it was offered."""
    cur.execute(
        "SELECT practice_id, outcome, title, reason FROM message_offer WHERE message_id = %s ORDER BY practice_id",
        (message_id,),
    )
    return many(cur, Told)
