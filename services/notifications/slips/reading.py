"""Use cases of slips: what stands, and what was issued on one duty or report. The unit sees its own, as others do."""

from __future__ import annotations

from typing import Any

from services.notifications.policies.rules import Scope
from services.notifications.slips import queries
from services.notifications.slips.queries import Listed
from shared import directory
from shared.actor import READERS_OF_ALL, Actor
from shared.database import Cursor
from shared.errors import Forbidden
from shared.text import Text

PER_PAGE = 50

NOT_YOURS = Text("这不是本单位的事项，您不能查看它的提醒单。", "This is another unit's; you cannot see its slips.")


def standing(cur: Cursor, actor: Actor, level: int | None, page: int) -> dict[str, Any]:
    """A SlipList answer: those of the own unit, or of all for who reads all; the last page after it."""
    unit_id = None if actor.has_any(READERS_OF_ALL) else actor.unit_id
    counts = queries.counts(cur, unit_id)
    total = sum(number for one, number in counts.items() if level in (None, one))
    pages = max(-(-total // PER_PAGE), 1)
    page = min(page, pages)
    found = queries.standing(cur, unit_id, level, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    return {
        "slips": [_as_dict(one) for one in found],
        "counts": [{"level": one, "slips": number} for one, number in sorted(counts.items())],
        "page": page,
        "pages": pages,
    }


def of_subject(cur: Cursor, actor: Actor, kind: Scope, subject_id: int) -> dict[str, Any]:
    """A SlipsOf answer, in the order in which they were issued. Forbidden for another unit's."""
    unit_id = queries.unit_of(cur, kind, subject_id)
    if unit_id is not None and not _may_see(cur, actor, unit_id):
        raise Forbidden(NOT_YOURS)
    return {"slips": [_as_dict(one) for one in queries.of_subject(cur, kind, subject_id)]}


def _may_see(cur: Cursor, actor: Actor, unit_id: int) -> bool:
    if actor.has_any(READERS_OF_ALL) or unit_id == actor.unit_id:
        return True
    return bool(directory.units_below(cur, [unit_id], actor.unit_id))


def _as_dict(one: Listed) -> dict[str, Any]:
    return {
        "slip_id": one.id,
        "kind": one.kind.value,
        "subject_id": one.subject_id,
        "unit": one.unit,
        "title": one.title,
        "period": one.period,
        "level": one.level,
        "name": Text(one.name_zh, one.name_en).as_dict(),
        "audience": one.audience,
        "due_on": one.due_on.isoformat(),
        "issued_on": one.issued_on.isoformat(),
        "settled_on": one.settled_on.isoformat() if one.settled_on else None,
        "settled_why": one.settled_why,
    }
