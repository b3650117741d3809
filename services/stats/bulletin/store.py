"""All writes of bulletins; the database itself refuses to change one that was signed or withdrawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from psycopg2 import Binary
from psycopg2.extras import Json

from services.stats.bulletin.records import Bulletin, Fields
from services.stats.bulletin.spans import Span
from shared.actor import Signature
from shared.database import Cursor
from shared.rows import value


def new_draft(
    cur: Cursor,
    checklist_id: int,
    span: Span,
    composed: Fields,
    *,
    facts: Mapping[str, Any],
    corrects_id: int | None,
    who: Signature,
) -> int:
    """A draft; its id."""
    cur.execute(
        """
        INSERT INTO bulletin (checklist_id, kind, first_on, as_of, fields, composed, facts, corrects_id, made_by,
            made_post, made_unit)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
        """,
        (
            checklist_id,
            span.kind.value,
            span.first_on,
            span.as_of,
            Json(composed.as_dict()),
            Json(composed.as_dict()),
            Json(facts),
            corrects_id,
            who.person_id,
            who.post,
            who.unit,
        ),
    )
    bulletin_id = value(cur, int)
    keep_version(cur, bulletin_id, 1, composed, who=who)
    return bulletin_id


def save_fields(cur: Cursor, bulletin: Bulletin, fields: Fields, *, who: Signature) -> None:
    """Another version of a draft that is locked."""
    cur.execute(
        "UPDATE bulletin SET fields = %s, version = version + 1 WHERE id = %s", (Json(fields.as_dict()), bulletin.id)
    )
    keep_version(cur, bulletin.id, bulletin.version + 1, fields, who=who)


def keep_version(cur: Cursor, bulletin_id: int, version: int, fields: Fields, *, who: Signature) -> None:
    """Write down who made which text."""
    cur.execute(
        """
        INSERT INTO bulletin_version (bulletin_id, version, fields, person_id, person_post, person_unit)
        VALUES (%s, %s, %s, %s, %s, %s)
        """,
        (bulletin_id, version, Json(fields.as_dict()), who.person_id, who.post, who.unit),
    )


def hold_numbers(cur: Cursor) -> None:
    """Let nobody else sign until this transaction ends: two would take the same number."""
    cur.execute("SELECT pg_advisory_xact_lock(hashtext('bulletin.number'))")


def sign(
    cur: Cursor,
    bulletin_id: int,
    *,
    number: int,
    issued_on: dt.date,
    reason: str,
    document: bytes,
    sha256: str,
    who: Signature,
) -> None:
    """Issue a draft: its number, its day and its file."""
    cur.execute(
        """
        UPDATE bulletin SET state = 'signed', number = %s, year = %s, issued_on = %s, reason = %s, document = %s,
            sha256 = %s, version = version + 1, signed_at = clock_timestamp(), signed_by = %s, signed_post = %s,
            signed_unit = %s
        WHERE id = %s
        """,
        (
            number,
            issued_on.year,
            issued_on,
            reason,
            Binary(document),
            sha256,
            who.person_id,
            who.post,
            who.unit,
            bulletin_id,
        ),
    )


def withdraw(cur: Cursor, bulletin_id: int) -> None:
    """Let a draft never be issued; it stays to be read."""
    cur.execute("UPDATE bulletin SET state = 'withdrawn', version = version + 1 WHERE id = %s", (bulletin_id,))
