"""Writes of good practice: what a unit offers, its files, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.tasks.practices.records import Moved, Practice
from services.tasks.vocabulary import PracticeState
from shared.actor import Signature
from shared.database import Cursor
from shared.rows import the, value, value_or_none


def insert(cur: Cursor, *, duty_id: int, title: str, text: str, who: Signature) -> int | None:
    """Keep what a unit offers, and return its id; None while another one of the duty waits or is published."""
    cur.execute(
        """
        INSERT INTO practice (duty_id, title, text, offered_title, offered_text, offered_by, offered_by_name,
            offered_by_post, offered_by_unit)
        VALUES (%(duty)s, %(title)s, %(text)s, %(title)s, %(text)s, %(person_id)s, %(name)s, %(post)s, %(unit)s)
        ON CONFLICT (duty_id) WHERE state IN ('offered', 'published') DO NOTHING RETURNING id
        """,
        {"duty": duty_id, "title": title, "text": text, **_whose(who)},
    )
    return value_or_none(cur, int)


def take_evidence(cur: Cursor, practice_id: int, duty_id: int, evidence_ids: Sequence[int]) -> int:
    """Let it have these files of the duty too; how many of them the duty has."""
    cur.execute(
        """
        INSERT INTO practice_file (practice_id, object_key, name, kind, bytes, sha256, sent_sha256)
        SELECT %s, object_key, name, kind, bytes, sha256, sent_sha256 FROM evidence
        WHERE duty_id = %s AND id = ANY (%s) AND removed_at IS NULL ORDER BY id
        """,
        (practice_id, duty_id, list(evidence_ids)),
    )
    return cur.rowcount


def add_file(cur: Cursor, file: dict[str, Any]) -> int:
    """Write the row of a file that lies in the store, as an AddPracticeFile was loaded; the version that it made."""
    cur.execute(
        """
        INSERT INTO practice_file (practice_id, object_key, name, kind, bytes, sha256, sent_sha256)
        VALUES (%(practice_id)s, %(key)s, %(name)s, %(kind)s, %(bytes)s, %(sha256)s, %(sent_sha256)s)
        """,
        {**file, "key": str(file["key"])},
    )
    cur.execute(
        "UPDATE practice SET version = version + 1 WHERE id = %s RETURNING version",
        (file["practice_id"],),
    )
    return value(cur, int)


def publish(cur: Cursor, found: Practice, *, title: str, text: str, who: Signature) -> Moved:
    """Let everybody read it, in these words; those of the unit stay beside them."""
    cur.execute(
        """
        UPDATE practice SET state = 'published', title = %(title)s, text = %(text)s, published_at = now(),
            published_by = %(person_id)s, published_by_name = %(name)s, published_by_post = %(post)s,
            published_by_unit = %(unit)s, version = version + 1
        WHERE id = %(id)s RETURNING version, published_at
        """,
        {"id": found.id, "title": title, "text": text, **_whose(who)},
    )
    return the(cur, Moved)


def correct(cur: Cursor, found: Practice, *, title: str, text: str, who: Signature) -> Moved:
    """Let what is published have these words from now on; it stays where it is in the list."""
    cur.execute(
        """
        UPDATE practice SET title = %(title)s, text = %(text)s, corrected_at = now(), corrected_by = %(person_id)s,
            corrected_by_name = %(name)s, corrected_by_post = %(post)s, corrected_by_unit = %(unit)s,
            version = version + 1
        WHERE id = %(id)s RETURNING version, published_at
        """,
        {"id": found.id, "title": title, "text": text, **_whose(who)},
    )
    return the(cur, Moved)


def end(cur: Cursor, found: Practice, to: PracticeState, *, reason: str, who: Signature) -> Moved:
    """Put it aside, withdraw it or take it back: nobody but its unit and the lead bureau reads it any more."""
    cur.execute(
        """
        UPDATE practice SET state = %(to)s, reason = %(reason)s, ended_at = now(), ended_by = %(person_id)s,
            ended_by_name = %(name)s, ended_by_post = %(post)s, ended_by_unit = %(unit)s, version = version + 1
        WHERE id = %(id)s RETURNING version, published_at
        """,
        {"id": found.id, "to": to.value, "reason": reason, **_whose(who)},
    )
    return the(cur, Moved)


def _whose(who: Signature) -> dict[str, Any]:
    return {"person_id": who.person_id, "name": who.name or "", "post": who.post or "", "unit": who.unit or ""}
