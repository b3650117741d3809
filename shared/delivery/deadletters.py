"""The parking lot: messages that a consumer could not take, each with its reason, waiting for a person's decision.

The table is in the consuming service's own database. Asking for a replay only marks the row; the relay of that
database (or the in-process delivery) hands the message to the service again, past the exchange, so that no other
service sees it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from shared.database import Cursor
from shared.delivery.envelope import TYPE_PREFIX
from shared.errors import NotFound
from shared.text import Text

COLUMNS = "id, queue, event_id, event_type, body, reason, attempts, state, parked_at, decided_at"


UNKNOWN = Text("没有这个编号的消息。", "There is no message with this number.")

NAMESPACE = UUID("5f3b5d0e-6b0a-4b6f-9d0b-0f6f5f6a7c11")


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message on its way into the parking lot; `message_id` is the event's, empty for what is no event."""

    queue: str
    body: bytes
    reason: str
    attempts: int
    message_id: str = ""

    @property
    def id(self) -> UUID:
        """The same for every copy of one message, so that parking it twice leaves one row."""
        return uuid5(NAMESPACE, f"{self.queue} {self.message_id or hashlib.sha256(self.body).hexdigest()}")


def park(cur: Cursor, letter: DeadLetter) -> bool:
    """Store one message; False when it waits there already.

    One that was replayed or discarded before and failed anew waits for a decision again.
    """
    event_id, event_type = _describe(letter.body)
    cur.execute(
        """
        INSERT INTO parked_message (queue, event_id, event_type, body, reason, attempts, dead_letter_id)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (dead_letter_id) DO UPDATE
        SET state = 'parked', reason = excluded.reason, attempts = excluded.attempts,
            parked_at = now(), decided_at = NULL
        WHERE parked_message.state IN ('replayed', 'discarded')
        """,
        (letter.queue, event_id, event_type, letter.body, letter.reason, letter.attempts, str(letter.id)),
    )
    return bool(cur.rowcount)


def list_parked(cur: Cursor, *, everything: bool = False, limit: int = 1000) -> list[Any]:
    """Messages that wait for a decision or for their replay, oldest first; with `everything` the decided ones too."""
    cur.execute(
        f"""
        SELECT {COLUMNS} FROM parked_message
        WHERE %s OR state IN ('parked', 'replay_asked') ORDER BY id LIMIT %s
        """,
        (everything, limit),
    )
    return cur.fetchall()


def show(cur: Cursor, letter_id: int) -> dict[str, Any]:
    """All that is known of one message, its body as text; NotFound when there is none."""
    cur.execute(f"SELECT {COLUMNS} FROM parked_message WHERE id = %s", (letter_id,))
    row = cur.fetchone()
    if row is None:
        raise NotFound(UNKNOWN)
    found: dict[str, Any] = row._asdict()
    return found | {"body": bytes(row.body).decode(errors="replace")}


def ask_replay(cur: Cursor, letter_ids: Sequence[int] | None = None) -> int:
    """Mark parked messages for replay, all of them without ids; returns how many."""
    changed = _decide(cur, "replay_asked", letter_ids)
    cur.execute("NOTIFY outbox")
    return changed


def discard(cur: Cursor, letter_ids: Sequence[int]) -> int:
    """Decide that these messages will never be handled; the rows stay. Returns how many were parked."""
    return _decide(cur, "discarded", letter_ids)


def asked_for_replay(cur: Cursor, *, limit: int = 100) -> list[Any]:
    cur.execute(f"SELECT {COLUMNS} FROM parked_message WHERE state = 'replay_asked' ORDER BY id LIMIT %s", (limit,))
    return cur.fetchall()


def mark_replayed(cur: Cursor, letter_ids: list[int]) -> None:
    cur.execute(
        "UPDATE parked_message SET state = 'replayed', decided_at = now() WHERE id = ANY(%s) AND state <> 'discarded'",
        (letter_ids,),
    )


def park_again(cur: Cursor, letter_id: int, *, reason: str, attempts: int) -> None:
    """Put a message back that failed once more, with its new reason."""
    cur.execute(
        "UPDATE parked_message SET state = 'parked', reason = %s, attempts = %s WHERE id = %s AND state <> 'discarded'",
        (reason, attempts, letter_id),
    )


def put_off(cur: Cursor, letter_id: int, *, reason: str) -> None:
    """Let a message of the in-process delivery wait anew for the first step of the ladder, without an attempt more."""
    cur.execute(
        """
        UPDATE parked_message SET state = 'parked', reason = %s, attempts = 1, parked_at = clock_timestamp()
        WHERE id = %s AND state <> 'discarded'
        """,
        (reason, letter_id),
    )


def waiting(cur: Cursor) -> tuple[int, float]:
    """How many messages wait for a decision, and the age of the oldest in seconds."""
    cur.execute(
        """
        SELECT count(*) AS messages,
            coalesce(extract(epoch FROM clock_timestamp() - min(parked_at)), 0)::float AS oldest_seconds
        FROM parked_message WHERE state = 'parked'
        """
    )
    found = cur.fetchone()
    return found.messages, found.oldest_seconds


def due_for_retry(cur: Cursor, delays: tuple[int, ...], *, limit: int = 100) -> list[Any]:
    """Messages of the in-process delivery whose next attempt is due.

    There the parking lot is also the retry ladder: a message is parked at its first failure and tried again on the same
    ladder of delays as in the distributed mode, where `attempts` of a parked row is 0 or past the ladder.
    """
    due_after = [sum(delays[: count + 1]) for count in range(len(delays))]
    cur.execute(
        f"""
        SELECT {COLUMNS} FROM parked_message
        WHERE state = 'parked' AND attempts BETWEEN 1 AND %s
          AND parked_at + make_interval(secs => (%s::int[])[attempts]) <= clock_timestamp()
        ORDER BY id LIMIT %s
        """,
        (len(delays), due_after, limit),
    )
    return cur.fetchall()


def _decide(cur: Cursor, state: str, letter_ids: Sequence[int] | None) -> int:
    ids = None if letter_ids is None else list(letter_ids)
    cur.execute(
        """
        UPDATE parked_message SET state = %s, decided_at = now()
        WHERE state = 'parked' AND (%s::bigint[] IS NULL OR id = ANY(%s::bigint[]))
        """,
        (state, ids, ids),
    )
    return cur.rowcount


def _describe(body: bytes) -> tuple[str, str]:
    """The id and type that a message claims, as far as it can be read."""
    try:
        envelope = json.loads(body)
        return str(envelope["id"])[:64], str(envelope["type"]).removeprefix(TYPE_PREFIX)[:64]
    except (ValueError, TypeError, KeyError, RecursionError):
        return "", ""
