"""Command ids: the first answer to a command is kept, and the same command, sent again, gets it again."""

from __future__ import annotations

import hashlib
import json
from typing import Any, NamedTuple
from uuid import UUID

from psycopg2 import Binary
from psycopg2.extras import Json

from shared.calling.caller import Call
from shared.database import Cursor
from shared.errors import Conflict
from shared.rows import one
from shared.text import Text

# Names of parameters that hold passwords.
SECRETS = frozenset({"old", "new", "password"})

REUSED = Text(
    "这个页面之前已经提交过一次，这次的内容与那次不同，还没有保存。",
    "This form was sent once before. What it says now is different, and has not been saved.",
)


class First(NamedTuple):
    """Who used a command id first, and the answer (decoded JSON), which was committed with it."""

    operation: str
    person_id: int | None
    asked: memoryview | None
    answer: dict[str, Any]


def claim(cur: Cursor, operation: str, call: Call) -> dict[str, Any] | None:
    """Reserve the id of `call`; None means carry it out, a dict is the first one's answer, decoded from its JSON.

    A copy that arrives while the first is still running waits on the unique key. The same id for another operation,
    from another person or with other parameters is a Conflict whose `details["is_reused"]` is true: nothing of it was
    carried out, and under an id of its own it may be.
    """
    cur.execute(
        "INSERT INTO command (id, operation, person_id, asked) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (str(call.command_id), operation, call.person_id, Binary(digest(call))),
    )
    if cur.rowcount:
        return None
    return answered(cur, operation, call)


def answered(cur: Cursor, operation: str, call: Call) -> dict[str, Any] | None:
    """The kept answer, decoded from its JSON, to the same command; None when there is none. Conflict as in `claim`."""
    cur.execute("SELECT operation, person_id, asked, answer FROM command WHERE id = %s", (str(call.command_id),))
    first = one(cur, First)
    if first is None:
        return None
    asked = digest(call)
    # A row of the release before knows nothing of what was asked.
    is_same = first.asked is None or bytes(first.asked) == asked
    if not is_same or (first.operation, first.person_id) != (operation, call.person_id):
        raise Conflict(REUSED, {"is_reused": True})
    return first.answer


def digest(call: Call) -> bytes:
    """What `call` asks, in 32 bytes that are the same for the same parameters and give none of them away.

    A password may be among the parameters, so guessing at them is made slow, and different for each command.
    """
    # In ASCII, for a lone surrogate has no encoding; it is for the operation to refuse with a sentence of its own.
    asked = json.dumps(call.params, sort_keys=True, separators=(",", ":")).encode()
    salt = call.command_id.bytes if call.command_id else b""
    if SECRETS.isdisjoint(call.params):
        return hashlib.blake2b(asked, digest_size=32, salt=salt).digest()
    return hashlib.scrypt(asked, salt=salt, n=2**14, r=8, p=1, dklen=32)


def keep(cur: Cursor, command_id: UUID, answer: dict[str, Any]) -> None:
    """Store the answer for a repeated command: for weeks, and in every backup, so without what must not lie there."""
    cur.execute("UPDATE command SET answer = %s WHERE id = %s", (Json(answer), str(command_id)))
