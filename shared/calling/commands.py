"""Command ids: the first answer to a command is kept, and a repeated command gets it again."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from psycopg2.extras import Json

from shared.database import Cursor
from shared.errors import Conflict
from shared.rows import the
from shared.text import Text

REUSED = Text(
    "这个页面已经用于另一项操作，请返回刷新后再试。",
    "This form was already used for another action. Please go back, reload the page and try again.",
)


class First(NamedTuple):
    """Who used a command id first, and the answer (decoded JSON), which was committed with it."""

    operation: str
    person_id: int | None
    answer: dict[str, Any]


def claim(cur: Cursor, command_id: UUID, operation: str, person_id: int | None) -> dict[str, Any] | None:
    """Reserve `command_id`; None means carry it out, a dict is the first one's answer, decoded from its JSON.

    A copy that arrives while the first is still running waits on the unique key. The same id for another operation or
    from another person is a Conflict.
    """
    cur.execute(
        "INSERT INTO command (id, operation, person_id) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (str(command_id), operation, person_id),
    )
    if cur.rowcount:
        return None
    cur.execute("SELECT operation, person_id, answer FROM command WHERE id = %s", (str(command_id),))
    first = the(cur, First)
    if first.operation != operation or first.person_id != person_id:
        raise Conflict(REUSED)
    return first.answer


def keep(cur: Cursor, command_id: UUID, answer: dict[str, Any]) -> None:
    cur.execute("UPDATE command SET answer = %s WHERE id = %s", (Json(answer), str(command_id)))


def forget_before(cur: Cursor, days: int) -> int:
    cur.execute("DELETE FROM command WHERE received_at < now() - make_interval(days => %s)", (days,))
    return cur.rowcount
