"""Reads of evidence: one file, the same file sent before, and which files of the store belong to a duty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from shared.database import Cursor
from shared.rows import one, the, value, values


class Stored(NamedTuple):
    """Where a file lies, and what it must be."""

    key: str
    name: str
    kind: str
    bytes: int
    sha256: str


_STORED = "SELECT object_key::text AS key, name, kind, bytes, sha256 FROM evidence"


def file(cur: Cursor, duty_id: int, evidence_id: int) -> Stored | None:
    """A file of the duty; None when it has none of that id, or not any more."""
    cur.execute(
        f"{_STORED} WHERE duty_id = %s AND id = %s AND removed_at IS NULL",
        (duty_id, evidence_id),
    )
    return one(cur, Stored)


def same_file(cur: Cursor, duty_id: int, sent_sha256: str) -> Stored | None:
    """The file that the duty has of what was sent."""
    cur.execute(
        f"{_STORED} WHERE duty_id = %s AND sent_sha256 = %s AND removed_at IS NULL",
        (duty_id, sent_sha256),
    )
    return one(cur, Stored)


def count(cur: Cursor, duty_id: int) -> int:
    """How many files a duty has."""
    cur.execute("SELECT count(*) FROM evidence WHERE duty_id = %s AND removed_at IS NULL", (duty_id,))
    return value(cur, int)


def held(cur: Cursor, keys: Sequence[UUID]) -> list[str]:
    """Those of the keys under which a file lies that a duty has, or good practice that waits or is published."""
    cur.execute(
        """
        SELECT object_key::text AS key FROM evidence
        WHERE object_key = ANY (%(keys)s::uuid[]) AND removed_at IS NULL
        UNION
        SELECT object_key::text FROM practice_file JOIN practice ON practice.id = practice_id
        WHERE object_key = ANY (%(keys)s::uuid[]) AND state IN ('offered', 'published')
        """,
        {"keys": [str(key) for key in keys]},
    )
    return values(cur, str)


class Kept(NamedTuple):
    """What all duties have together."""

    files: int
    bytes: int


def kept(cur: Cursor) -> Kept:
    """How many files there are, and how large they are together."""
    cur.execute(
        "SELECT count(*) AS files, coalesce(sum(bytes), 0)::bigint AS bytes FROM evidence WHERE removed_at IS NULL"
    )
    return the(cur, Kept)
