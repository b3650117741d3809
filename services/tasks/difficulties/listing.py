"""Use cases: the difficulties that stand, whom a unit may ask to help, and what a unit is asked."""

from __future__ import annotations

import datetime as dt
from typing import Any

from services.tasks.difficulties import queries
from services.tasks.difficulties.records import Open, Sought, Stand
from services.tasks.duties import changes
from services.tasks.duties import queries as duty_queries
from shared.actor import READERS_OF_ALL
from shared.calling.calls import Context
from shared.clock import day_of
from shared.database import Cursor


def listed(
    cur: Cursor,
    context: Context,
    *,
    checklist_id: int | None,
    unit_id: int | None,
    as_of: dt.date | None,
    year: int | None,
    state: Stand | None,
    text: str,
    page: int,
    today: dt.date,
) -> dict[str, Any]:
    """One page of the difficulties that stand, or stood at the end of a day; a page after the last is the last.

    All of them to who reads all duties.
    """
    actor = context.signed_in
    reader_id = None if actor.has_any(READERS_OF_ALL) else actor.unit_id
    then = as_of if as_of is not None and as_of < today else None
    sought = Sought(reader_id, text, checklist_id, unit_id, then, year)
    counts = queries.count(cur, sought)
    total = counts.get(state, 0) if state else sum(counts.values())
    pages = max(1, -(-total // queries.PAGE))
    page = min(page, pages)
    found = queries.difficulties(cur, sought, state=state, page=page)
    return {
        "difficulties": [_as_dict(one, sought.as_of or today) for one in found],
        "counts": {stand.value: counts.get(stand, 0) for stand in Stand},
        "page": page,
        "pages": pages,
    }


def helpers(cur: Cursor, context: Context, duty_id: int) -> dict[str, Any]:
    """Whom the duty's unit may ask. NotFound, Forbidden as for reading it."""
    changes.refuse_reading(cur, context.signed_in, duty_id)
    (row,) = duty_queries.duties(cur, [duty_id])
    helpers = duty_queries.helpers(cur, row.unit_id)
    # The unit that has the whole of a part is asked where nobody is named.
    return {"units": [{"unit_id": one.id, "name": one.name} for one in helpers if one.id != row.parent_unit_id]}


def _as_dict(one: Open, today: dt.date) -> dict[str, Any]:
    asked_on = day_of(one.asked_at)
    return {
        "duty_id": one.duty_id,
        "unit": {"unit_id": one.unit_id, "name": one.unit},
        "item": one.item,
        "measure": one.measure,
        "period": one.period,
        "due_on": one.due_on.isoformat(),
        "state": one.state.value,
        "reason": one.reason,
        "answer": one.answer if one.state is not Stand.OPEN else "",
        "asked_unit": one.asked_unit,
        "asked_on": asked_on.isoformat(),
        "days": (today - asked_on).days,
        "paused_on": one.accepted_on.isoformat() if one.accepted_on and one.state is Stand.ACCEPTED else None,
        "answered_by": one.answered_by_unit if one.state is not Stand.OPEN else None,
    }
