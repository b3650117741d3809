"""Writes of evidence: a file that a duty has, and that it has it no longer."""

from __future__ import annotations

from typing import Any

from shared.actor import Signature
from shared.database import Cursor


def add(cur: Cursor, file: dict[str, Any], *, who: Signature) -> None:
    """Write the row of a file that lies in the store, with who added it; `file` is an AddEvidence as it was loaded."""
    cur.execute(
        """
        INSERT INTO evidence (duty_id, object_key, name, kind, bytes, sha256, sent_sha256,
            added_by, added_by_name, added_by_post, added_by_unit)
        VALUES (%(duty_id)s, %(key)s, %(name)s, %(kind)s, %(bytes)s, %(sha256)s, %(sent_sha256)s,
            %(person_id)s, %(person_name)s, %(post)s, %(unit)s)
        """,
        {**file, "key": str(file["key"]), **_whose(who)},
    )


def remove(cur: Cursor, evidence_id: int, *, who: Signature) -> None:
    """Write that a duty has a file no longer, and who removed it."""
    cur.execute(
        """
        UPDATE evidence SET removed_at = now(), removed_by = %(person_id)s, removed_by_name = %(person_name)s,
            removed_by_post = %(post)s, removed_by_unit = %(unit)s
        WHERE id = %(evidence_id)s
        """,
        {"evidence_id": evidence_id, **_whose(who)},
    )


def _whose(who: Signature) -> dict[str, Any]:
    return {"person_id": who.person_id, "person_name": who.name, "post": who.post, "unit": who.unit}
