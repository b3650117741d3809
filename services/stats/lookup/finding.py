"""Use case: reports and indicators that hold what somebody typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.stats.lookup import queries
from services.stats.lookup.records import Found
from services.stats.lookup.schemas import Where
from shared.actor import READERS_OF_ALL, Actor
from shared.database import Cursor
from shared.errors import Invalid
from shared.sought import MOST_WORDS, TOO_MANY_WORDS, excerpt, holds, missing, words_of


def find(cur: Cursor, actor: Actor, *, text: str, page: int, size: int) -> dict[str, Any]:
    """One page; one after the last is the last. Units find the reports that ask them. Invalid for too many words."""
    words = words_of(text)
    if len(words) > MOST_WORDS:
        raise Invalid.of_fields({"text": TOO_MANY_WORDS})
    reads_reports = actor.has_any(READERS_OF_ALL)
    total = queries.count(cur, words, actor.unit_id, reads_reports=reads_reports)
    pages = max(1, -(-total // size))
    page = min(page, pages)
    found = queries.found(cur, words, actor.unit_id, reads_reports=reads_reports, limit=size, offset=(page - 1) * size)
    return {
        "words": words,
        "total": total,
        "hits": [_as_dict(one, words) for one in found],
        "page": page,
        "pages": pages,
    }


def _as_dict(one: Found, words: Sequence[str]) -> dict[str, Any]:
    left = missing(words, [one.code, one.name])
    said = [(Where.BASIS_NUMBER, one.basis_number), (Where.DEFINITION, one.definition)]
    return {
        "kind": one.kind,
        "id": one.id,
        "code": one.code,
        "name": one.name,
        "submission_id": one.submission_id,
        "is_invented": one.is_invented,
        "why": [
            {"where": where.value, "text": excerpt(text, left)}
            for where, text in said
            if any(holds(text, word) for word in left)
        ],
    }
