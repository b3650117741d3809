"""The use case of an auditor: a page of what was done, of the three places where it is kept, in words of one shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.tasks.audit import kinds, queries
from services.tasks.audit.queries import Act, Entry, Place, Refusal, Sought
from shared.calling.audited import moments_of, page_of_log
from shared.database import Cursor
from shared.differences import change


def sought_of(cur: Cursor, params: dict[str, Any]) -> Sought:
    """What the parameters of a search mean; both days are days of the county and belong to it.

    Who and where are looked up first: with their ids in hand the database reads the long lists by their indexes.
    """
    since, until = moments_of(params)
    return Sought(
        people=queries.people_called(cur, params["person"]) if params["person"] else None,
        units=queries.units_called(cur, params["unit"]) if params["unit"] else None,
        kind=params["kind"],
        since=since,
        until=until,
    )


def read(cur: Cursor, sought: Sought, *, page: int, size: int) -> dict[str, Any]:
    """An AuditPage; a page after the last one is the last."""

    def entries(offset: int) -> list[dict[str, Any]]:
        return _in_order(cur, queries.places(cur, sought, limit=size, offset=offset))

    return page_of_log(cur, queries.count(cur, sought), entries, page=page, size=size)


def _in_order(cur: Cursor, places: Sequence[Place]) -> list[dict[str, Any]]:
    ids = {source: [place.id for place in places if place.source == source] for source in ("log", "duty", "refusal")}
    found: dict[Place, dict[str, Any]] = {}
    found |= {Place("log", entry.id): _entry(entry) for entry in queries.entries(cur, ids["log"])}
    found |= {Place("duty", act.id): _act(act) for act in queries.acts(cur, ids["duty"])}
    found |= {Place("refusal", refusal.id): _refusal(refusal) for refusal in queries.refusals(cur, ids["refusal"])}
    return [found[place] for place in places if place in found]


def _entry(entry: Entry) -> dict[str, Any]:
    detail = {name: held for name, held in entry.detail.items() if name != "changes"}
    return _who(entry) | {
        "action": entry.action,
        "subject": entry.subject,
        "detail": detail,
        "changes": entry.detail.get("changes") or [],
        "correlation_id": entry.correlation_id,
    }


def _act(act: Act) -> dict[str, Any]:
    after = kinds.STATES_AFTER.get(act.act)
    before = kinds.STATES_AFTER.get(act.act_before or "", kinds.FIRST_STATE)
    return _who(act) | {
        "action": f"duty.{act.act}",
        "subject": act.item,
        "of_unit": act.of_unit,
        "period": act.period,
        "text": act.text,
        "changes": [change("state", [before], [after])] if after and after != before else [],
    }


def _refusal(refusal: Refusal) -> dict[str, Any]:
    return _who(refusal) | {
        "action": "refused",
        "operation": refusal.operation,
        "text": refusal.reason,
        "correlation_id": refusal.correlation_id,
    }


def _who(row: Entry | Act | Refusal) -> dict[str, Any]:
    """Who and when, and nothing yet of what."""
    return {
        "at": row.at.isoformat(),
        "person": row.person,
        "post": row.post,
        "unit": row.unit,
        "subject": "",
        "of_unit": None,
        "period": None,
        "text": "",
        "operation": None,
        "changes": [],
        "detail": {},
        "correlation_id": "",
    }
