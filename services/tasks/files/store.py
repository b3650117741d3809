"""Files on their way in or out, stored in chunks; they belong to the person who put them and are forgotten later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from psycopg2 import Binary
from psycopg2.extras import execute_values

from shared.database import Cursor
from shared.retention import AgedRows
from shared.rows import many, value, value_or_none
from shared.text import Text

# Its chunks go with it.
RETENTION = AgedRows(
    name="file",
    table="file",
    at="created_at",
    days=2,
    least=1,
    what=Text("上传和导出的文件", "files that were uploaded or exported"),
    why=Text("上传之后要来得及使用。", "who uploads one must have time to use it."),
    at_once=10,
)


class _Chunk(NamedTuple):
    number: int
    content: memoryview


def make_file(cur: Cursor, file_id: UUID, person_id: int, name: str) -> None:
    """Make the file unless it is there already."""
    cur.execute(
        "INSERT INTO file (id, person_id, name) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (str(file_id), person_id, name),
    )


def put_chunks(cur: Cursor, file_id: UUID, chunks: Sequence[tuple[int, bytes]]) -> None:
    """Store (number, content); a chunk put again replaces the first one."""
    execute_values(
        cur,
        """
        INSERT INTO file_chunk (file_id, number, content) VALUES %s
        ON CONFLICT (file_id, number) DO UPDATE SET content = excluded.content
        """,
        [(str(file_id), number, Binary(content)) for number, content in chunks],
    )


def own_file(cur: Cursor, file_id: UUID, person_id: int) -> str | None:
    """The name of the person's own file."""
    cur.execute("SELECT name FROM file WHERE id = %s AND person_id = %s", (str(file_id), person_id))
    return value_or_none(cur, str)


def chunk(cur: Cursor, file_id: UUID, number: int) -> bytes | None:
    """One piece of a file."""
    cur.execute("SELECT content FROM file_chunk WHERE file_id = %s AND number = %s", (str(file_id), number))
    content = value_or_none(cur, memoryview)
    return None if content is None else bytes(content)


def last_number(cur: Cursor, file_id: UUID) -> int:
    """The number of the last piece; -1 without any."""
    cur.execute("SELECT coalesce(max(number), -1) AS number FROM file_chunk WHERE file_id = %s", (str(file_id),))
    return value(cur, int)


def all_chunks(cur: Cursor, file_id: UUID) -> list[tuple[int, bytes]]:
    """All pieces of a file with their numbers, in order."""
    cur.execute("SELECT number, content FROM file_chunk WHERE file_id = %s ORDER BY number", (str(file_id),))
    return [(chunk.number, bytes(chunk.content)) for chunk in many(cur, _Chunk)]
