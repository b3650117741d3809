"""Reads of good practice. Nobody counts whose it is: lists go by the day of publishing."""

from __future__ import annotations

from collections.abc import Sequence

from services.tasks.evidence.queries import Stored
from services.tasks.practices.records import Practice, PracticeFile, Waiting
from shared.database import Cursor
from shared.rows import many, one, the, value

PAGE = 20

_FROM = """
    FROM practice
    JOIN duty ON duty.id = practice.duty_id
    JOIN unit ON unit.id = duty.unit_id
    JOIN checklist_row AS item ON item.id = duty.item_id
"""
_PRACTICE = f"""
    SELECT practice.id, practice.state, practice.title, practice.text, practice.duty_id, duty.state AS duty_state,
        duty.checklist_id, duty.unit_id, unit.name AS unit, item.title AS item,
        offered_title, offered_text, offered_at, offered_by, offered_by_post, offered_by_unit,
        published_at, published_by_post, published_by_unit, corrected_at, corrected_by_post, corrected_by_unit,
        ended_at, ended_by_post, ended_by_unit, practice.reason, practice.version
    {_FROM}
"""
_FITS = """
    practice.state = 'published' AND NOT EXISTS (
        SELECT FROM unnest(%(words)s::text[]) AS word
        WHERE strpos(lower(concat_ws(E'\\n', practice.title, practice.text, unit.name, item.title)), lower(word)) = 0)
"""


def practice(cur: Cursor, practice_id: int, *, for_update: bool = False) -> Practice | None:
    """One of them, locked until the commit when it is to change. Its duty is locked first."""
    if for_update:
        cur.execute("SELECT FROM practice WHERE id = %s FOR NO KEY UPDATE", (practice_id,))
    cur.execute(f"{_PRACTICE} WHERE practice.id = %s", (practice_id,))
    return one(cur, Practice)


def published(cur: Cursor, words: Sequence[str], *, page: int) -> list[Practice]:
    """One page of those that are published and in which all the words stand, newest first."""
    cur.execute(
        f"{_PRACTICE} WHERE {_FITS} ORDER BY published_at DESC, practice.id DESC LIMIT %(most)s OFFSET %(skip)s",
        {"words": list(words), "most": PAGE, "skip": (page - 1) * PAGE},
    )
    return many(cur, Practice)


def count_published(cur: Cursor, words: Sequence[str] = ()) -> int:
    """How many of them there are."""
    cur.execute(f"SELECT count(*) AS practices {_FROM} WHERE {_FITS}", {"words": list(words)})
    return value(cur, int)


def offered(cur: Cursor, *, page: int) -> list[Practice]:
    """One page of those that wait for the lead bureau, longest waiting first."""
    cur.execute(
        f"{_PRACTICE} WHERE practice.state = 'offered' ORDER BY offered_at, practice.id LIMIT %s OFFSET %s",
        (PAGE, (page - 1) * PAGE),
    )
    return many(cur, Practice)


def files(cur: Cursor, practice_ids: Sequence[int]) -> list[PracticeFile]:
    """The files of these, in the order in which they were added."""
    cur.execute(
        "SELECT id, practice_id, name, bytes FROM practice_file WHERE practice_id = ANY (%s) ORDER BY id",
        (list(practice_ids),),
    )
    return many(cur, PracticeFile)


def file(cur: Cursor, practice_id: int, file_id: int) -> Stored | None:
    """Where a file of it lies; None when it has none of that id."""
    cur.execute(
        """
        SELECT object_key::text AS key, name, kind, bytes, sha256 FROM practice_file WHERE practice_id = %s AND id = %s
        """,
        (practice_id, file_id),
    )
    return one(cur, Stored)


def same_file(cur: Cursor, practice_id: int, sent_sha256: str) -> Stored | None:
    """The file that it has of what was sent."""
    cur.execute(
        """
        SELECT object_key::text AS key, name, kind, bytes, sha256 FROM practice_file
        WHERE practice_id = %s AND sent_sha256 = %s
        """,
        (practice_id, sent_sha256),
    )
    return one(cur, Stored)


def waiting(cur: Cursor) -> Waiting:
    """What waits for the lead bureau."""
    cur.execute(
        """
        SELECT count(*) AS practices,
            coalesce(extract(epoch FROM clock_timestamp() - min(offered_at)), 0)::float AS oldest_seconds
        FROM practice WHERE state = 'offered'
        """
    )
    return the(cur, Waiting)
