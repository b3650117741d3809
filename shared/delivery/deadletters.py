"""The parking lot: messages that a consumer could not take, each with its reason, waiting for a person's decision.

The table is in the consuming service's own database. Asking for a replay only marks the row; the relay of that
database (or the in-process delivery) hands the message to the service again, past the exchange, so that no other
service sees it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID, uuid5

from shared.database import Cursor
from shared.delivery.envelope import TYPE_PREFIX
from shared.errors import NotFound
from shared.rows import many, one, the
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


class Parked(NamedTuple):
    """A message in the parking lot; `event_id` and `event_type` are empty where it could not be read."""

    id: int
    queue: str
    event_id: str
    event_type: str
    body: memoryview
    reason: str
    attempts: int
    state: str
    parked_at: dt.datetime
    decided_at: dt.datetime | None

    @property
    def text(self) -> str:
        """The body, as far as it is text."""
        return bytes(self.body).decode(errors="replace")


class Waiting(NamedTuple):
    """How many messages wait for a decision, and the age of the oldest in seconds."""

    messages: int
    oldest_seconds: float


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


def list_parked(cur: Cursor, *, everything: bool = False, limit: int = 1000) -> list[Parked]:
    """Messages that wait for a decision or for their replay, oldest first; with `everything` the decided ones too."""
    cur.execute(
        f"""
        SELECT {COLUMNS} FROM parked_message
        WHERE %s OR state IN ('parked', 'replay_asked') ORDER BY id LIMIT %s
        """,
        (everything, limit),
    )
    return many(cur, Parked)


def show(cur: Cursor, letter_id: int) -> Parked:
    """All that is known of one message; NotFound when there is none."""
    cur.execute(f"SELECT {COLUMNS} FROM parked_message WHERE id = %s", (letter_id,))
    found = one(cur, Parked)
    if found is None:
        raise NotFound(UNKNOWN)
    return found


def ask_replay(cur: Cursor, letter_ids: Sequence[int] | None = None) -> int:
    """Mark parked messages for replay, all of them without ids; returns how many."""
    changed = _decide(cur, "replay_asked", letter_ids)
    cur.execute("NOTIFY outbox")
    return changed


def discard(cur: Cursor, letter_ids: Sequence[int]) -> int:
    """Decide that these messages will never be handled; the rows stay. Returns how many were parked."""
    return _decide(cur, "discarded", letter_ids)


def asked_for_replay(cur: Cursor, *, limit: int = 100) -> list[Parked]:
    """Messages that a person wants handled again, oldest first."""
    cur.execute(f"SELECT {COLUMNS} FROM parked_message WHERE state = 'replay_asked' ORDER BY id LIMIT %s", (limit,))
    return many(cur, Parked)


def mark_replayed(cur: Cursor, letter_ids: list[int]) -> None:
    """Note that these messages took effect; one that was discarded meanwhile stays discarded."""
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


def waiting(cur: Cursor) -> Waiting:
    """How many messages wait for a decision, and for how many seconds the oldest has."""
    cur.execute(
        """
        SELECT count(*) AS messages,
            coalesce(extract(epoch FROM clock_timestamp() - min(parked_at)), 0)::float AS oldest_seconds
        FROM parked_message WHERE state = 'parked'
        """
    )
    return the(cur, Waiting)


def due_for_retry(cur: Cursor, delays: tuple[int, ...], *, limit: int = 100) -> list[Parked]:
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
    return many(cur, Parked)


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
