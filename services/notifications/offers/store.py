"""Writes of what became of good practice. Rows go in the order of their keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from psycopg2.extras import execute_values

from services.notifications.offers.queries import SOMEBODY, TOLD_TO
from shared.database import Cursor
from shared.events import OfferDecided
from shared.rows import ROWS_PER_STATEMENT, many


@dataclass(frozen=True, slots=True)
class Decision:
    """What an event says, and its day in Asia/Shanghai."""

    said: OfferDecided
    decided_on: dt.date

    @property
    def practice_id(self) -> int:
        """Of which good practice it is."""
        return self.said.practice_id

    @property
    def version(self) -> int:
        """Which of two is the newer."""
        return self.said.version


class Claimed(NamedTuple):
    """A decision that was not told yet, locked by this transaction."""

    practice_id: int
    unit_id: int
    outcome: str
    title: str
    reason: str


def save_decisions(cur: Cursor, found: Sequence[Decision]) -> None:
    """Keep what is newer than what is known, to be told once; `found` has each practice once, in their order."""
    execute_values(
        cur,
        """
        INSERT INTO offer_decision (practice_id, version, unit_id, outcome, title, reason, decided_on) VALUES %s
        ON CONFLICT (practice_id) DO UPDATE SET version = excluded.version, unit_id = excluded.unit_id,
            outcome = excluded.outcome, title = excluded.title, reason = excluded.reason,
            decided_on = excluded.decided_on, is_told = false
        WHERE offer_decision.version < excluded.version
        """,
        [
            (
                *(one.practice_id, one.version, one.said.unit_id, one.said.outcome),
                *(one.said.title, one.said.reason, one.decided_on),
            )
            for one in found
        ],
        page_size=ROWS_PER_STATEMENT,
    )


def claim_decisions(cur: Cursor, *, limit: int) -> list[Claimed]:
    """Lock decisions that were not told yet and that somebody is there to read; another sweep's are left to it."""
    cur.execute(
        f"""
        SELECT practice_id, unit_id, outcome, title, reason FROM offer_decision
        WHERE NOT is_told AND {SOMEBODY} ORDER BY practice_id LIMIT %s FOR UPDATE OF offer_decision SKIP LOCKED
        """,
        (TOLD_TO, limit),
    )
    return many(cur, Claimed)


def add_lines(cur: Cursor, lines: Sequence[tuple[int, Claimed]]) -> None:
    """Write decisions into messages, by the message's id; a later one of the same day takes the earlier one's place."""
    execute_values(
        cur,
        """
        INSERT INTO message_offer (message_id, practice_id, outcome, title, reason) VALUES %s
        ON CONFLICT (message_id, practice_id) DO UPDATE SET outcome = excluded.outcome, title = excluded.title,
            reason = excluded.reason
        """,
        sorted((message_id, one.practice_id, one.outcome, one.title, one.reason) for message_id, one in lines),
        page_size=ROWS_PER_STATEMENT,
    )


def set_told(cur: Cursor, practice_ids: Sequence[int]) -> None:
    """Note that the units were told of these."""
    cur.execute("UPDATE offer_decision SET is_told = true WHERE practice_id = ANY (%s)", (list(practice_ids),))
