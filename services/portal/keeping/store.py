"""Statements of kept commands: a row each, from the click until it is known what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from psycopg2 import Binary
from psycopg2.extras import Json

from shared.database import Cursor
from shared.retention import AgedRows
from shared.rows import many, one, the
from shared.text import Text

KEPT = AgedRows(
    name="kept_command",
    table="kept_command",
    at="settled_at",
    where="settled_at IS NOT NULL",
    days=30,
    least=1,
    what=Text("系统连不上时收下的操作", "commands that were kept while the services were away"),
    why=Text("没有办成的，要留给提交的人看到。", "whoever sent one that was refused must find it."),
)
# A flood of one browser is none of an outage.
MOST_WAITING = 200


class New(NamedTuple):
    """A command as it was sent, in the order of the columns. `line` is within which commands keep their order."""

    command_id: str
    person_id: int
    holder: int | None
    link_hash: str | None
    link_is_proven: bool
    unit_id: int | None
    line: int
    doing: str
    subjects: list[str]
    service: str
    operation: str
    asked: bytes
    params: dict[str, object]
    path: str
    fields: list[tuple[str, str]]
    correlation_id: str


class Held(NamedTuple):
    """What there is under a command id: whose it is, and a digest of what it asked."""

    id: int
    person_id: int
    asked: memoryview


class Shown(NamedTuple):
    """A kept command as pages show it. `path` and `fields` (decoded JSON) are gone once it is confirmed."""

    id: int
    person_id: int
    doing: str
    subjects: list[str]
    path: str | None
    fields: list[list[str]] | None
    correlation_id: str
    received_at: dt.datetime
    state: str
    attempts: int
    refusal: dict[str, object] | None
    settled_at: dt.datetime | None


class Taken(NamedTuple):
    """One that is sent now. `attempts` is by which its sender is known: another one has another number."""

    id: int
    command_id: str
    person_id: int
    holder: int | None
    link_hash: str | None
    link_is_proven: bool
    unit_id: int | None
    service: str
    operation: str
    params: dict[str, object]
    correlation_id: str
    attempts: int
    defects: int
    age: dt.timedelta


class Counts(NamedTuple):
    """How many of a unit wait, and how many of a person were not carried out."""

    waiting: int
    refused: int


class Waiting(NamedTuple):
    """How many wait in all, and for how long the oldest has."""

    commands: int
    oldest_seconds: float


class Listed(NamedTuple):
    """One as operators see it: without what was typed, and without whose it is."""

    id: int
    state: str
    received_at: dt.datetime
    attempts: int
    operation: str
    correlation_id: str


SHOWN = """
    id, person_id, doing, subjects, path, fields, correlation_id, received_at, state, attempts, refusal,
    settled_at
"""


def keep(cur: Cursor, new: New) -> bool:
    """Store it, once under its id; False when it is there already, or so many of the person wait that none is kept."""
    cur.execute(
        """
        INSERT INTO kept_command (command_id, person_id, holder, link_hash, link_is_proven, unit_id, line, doing,
            subjects, service, operation, asked, params, path, fields, correlation_id)
        SELECT %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s
        WHERE (SELECT count(*) FROM kept_command WHERE person_id = %s AND state = 'waiting') < %s
        ON CONFLICT (command_id) DO NOTHING
        """,
        (
            *new._replace(
                subjects=Json(new.subjects),  # type: ignore[arg-type]
                asked=Binary(new.asked),  # type: ignore[arg-type]
                params=Json(new.params),  # type: ignore[arg-type]
                fields=Json(new.fields),  # type: ignore[arg-type]
            ),
            new.person_id,
            MOST_WAITING,
        ),
    )
    return cur.rowcount == 1


def held(cur: Cursor, command_id: UUID) -> Held | None:
    """What is kept under the id, if anything."""
    cur.execute("SELECT id, person_id, asked FROM kept_command WHERE command_id = %s", (str(command_id),))
    return one(cur, Held)


def shown(cur: Cursor, kept_id: int, person_id: int) -> Shown | None:
    """One of the person's own."""
    cur.execute(
        f"SELECT {SHOWN} FROM kept_command WHERE id = %s AND person_id = %s AND put_aside_at IS NULL",
        (kept_id, person_id),
    )
    return one(cur, Shown)


def list_shown(cur: Cursor, person_id: int, unit_id: int | None, *, confirmed_within: dt.timedelta) -> list[Shown]:
    """What waits or was refused of the person or the unit, and what was confirmed lately, as it was received."""
    cur.execute(
        f"""
        SELECT {SHOWN} FROM kept_command
        WHERE (person_id = %s OR unit_id = %s) AND put_aside_at IS NULL
            AND (state <> 'confirmed' OR settled_at > now() - %s)
        ORDER BY id LIMIT 500
        """,
        (person_id, unit_id, confirmed_within),
    )
    return many(cur, Shown)


def counts(cur: Cursor, person_id: int, unit_id: int | None) -> Counts:
    """For the head of each page."""
    cur.execute(
        """
        SELECT count(*) FILTER (WHERE state = 'waiting') AS waiting,
            count(*) FILTER (WHERE state <> 'waiting' AND person_id = %s) AS refused
        FROM kept_command
        WHERE (person_id = %s OR unit_id = %s) AND put_aside_at IS NULL AND state <> 'confirmed'
        """,
        (person_id, person_id, unit_id),
    )
    return the(cur, Counts)


def put_aside(cur: Cursor, kept_id: int, person_id: int) -> bool:
    """Show one of the person's own that is not carried out no more, and forget what was typed."""
    cur.execute(
        """
        UPDATE kept_command SET put_aside_at = now(), params = NULL, path = NULL, fields = NULL
        WHERE id = %s AND person_id = %s AND state IN ('refused', 'given_up') AND put_aside_at IS NULL
        """,
        (kept_id, person_id),
    )
    return cur.rowcount == 1


def take(cur: Cursor, *, lease: dt.timedelta) -> Taken | None:
    """Take the next one that may be sent: the oldest of its line. Nobody else takes it, nor a later one, meanwhile.

    Of several lines the one whose turn came first, so that one whose service is away holds up no other. Once `lease` is
    over it may be taken again, because whoever took it is not heard of any more.
    """
    cur.execute(
        """
        UPDATE kept_command SET attempts = attempts + 1, next_at = now() + %s
        WHERE id = (
            SELECT id FROM kept_command AS candidate
            WHERE state = 'waiting' AND next_at <= now() AND NOT EXISTS (
                SELECT FROM kept_command AS earlier
                WHERE earlier.state = 'waiting' AND earlier.line = candidate.line
                    AND earlier.service = candidate.service AND earlier.id < candidate.id
            )
            ORDER BY next_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
        ) AND state = 'waiting'
        RETURNING id, command_id::text, person_id, holder, link_hash, link_is_proven, unit_id, service, operation,
            params, correlation_id, attempts, defects, now() - received_at AS age
        """,
        (lease,),
    )
    return one(cur, Taken)


def settle(cur: Cursor, taken: Taken, state: str, refusal: dict[str, object] | None) -> bool:
    """Say what became of it; False when somebody else has taken it since. What was typed goes with the confirmation."""
    cur.execute(
        """
        UPDATE kept_command SET state = %(state)s, refusal = %(refusal)s, settled_at = now(),
            params = CASE WHEN %(state)s <> 'confirmed' THEN params END,
            path = CASE WHEN %(state)s <> 'confirmed' THEN path END,
            fields = CASE WHEN %(state)s <> 'confirmed' THEN fields END
        WHERE id = %(id)s AND state = 'waiting' AND attempts = %(attempts)s
        """,
        {
            "state": state,
            "refusal": None if refusal is None else Json(refusal),
            "id": taken.id,
            "attempts": taken.attempts,
        },
    )
    return cur.rowcount == 1


def postpone(cur: Cursor, taken: Taken, *, pause: dt.timedelta, is_defect: bool) -> None:
    """Let it be sent again after `pause`."""
    cur.execute(
        """
        UPDATE kept_command SET next_at = now() + %s, defects = defects + %s
        WHERE id = %s AND state = 'waiting' AND attempts = %s
        """,
        (pause, int(is_defect), taken.id, taken.attempts),
    )


def listed(cur: Cursor, *, everything: bool) -> list[Listed]:
    """Those that wait or were given up, or all, as they were received."""
    cur.execute(
        """
        SELECT id, state, received_at, attempts, operation, correlation_id FROM kept_command
        WHERE %s OR state = 'waiting' OR (state = 'given_up' AND put_aside_at IS NULL) ORDER BY id
        """,
        (everything,),
    )
    return many(cur, Listed)


def send_again(cur: Cursor, kept_ids: Sequence[int], *, within: dt.timedelta) -> int:
    """Let those be sent now that wait, or that were given up and received `within` the time; how many."""
    cur.execute(
        """
        UPDATE kept_command SET state = 'waiting', next_at = now(), defects = 0, refusal = NULL, settled_at = NULL
        WHERE id = ANY (%s) AND params IS NOT NULL
            AND (state = 'waiting' OR (state = 'given_up' AND received_at > now() - %s))
        """,
        (list(kept_ids), within),
    )
    return cur.rowcount


def give_up(cur: Cursor, kept_ids: Sequence[int], refusal: dict[str, object]) -> int:
    """Send those no more that wait; how many."""
    cur.execute(
        """
        UPDATE kept_command SET state = 'given_up', refusal = %s, settled_at = now()
        WHERE id = ANY (%s) AND state = 'waiting'
        """,
        (Json(refusal), list(kept_ids)),
    )
    return cur.rowcount


def waiting(cur: Cursor) -> Waiting:
    """What monitoring shows."""
    cur.execute(
        """
        SELECT count(*) AS commands,
            coalesce(extract(epoch FROM now() - min(received_at)), 0)::float8 AS oldest_seconds
        FROM kept_command WHERE state = 'waiting'
        """
    )
    return the(cur, Waiting)
