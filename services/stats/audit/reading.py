"""The use case of an auditor: a page of what was done with indicators, reports, submissions and figures."""

from __future__ import annotations

from typing import Any

from services.stats.audit import queries
from services.stats.audit.contents import told
from services.stats.audit.records import Found, Sought
from shared.calling.audited import moments_of, page_of_log
from shared.database import Cursor


def sought_of(params: dict[str, Any]) -> Sought:
    """What the parameters of a search mean; both days are days of the county and belong to it."""
    since, until = moments_of(params)
    return Sought(
        person=params["person"],
        person_ids=params["person_ids"],
        unit=params["unit"],
        kind=params["kind"],
        since=since,
        until=until,
    )


def read(cur: Cursor, sought: Sought, *, page: int, size: int) -> dict[str, Any]:
    """A ReportingActs; a page after the last one is the last."""

    def entries(offset: int) -> list[dict[str, Any]]:
        return [_shown(one) for one in queries.acts(cur, sought, limit=size, offset=offset)]

    return page_of_log(cur, queries.count(cur, sought), entries, page=page, size=size)


def _shown(one: Found) -> dict[str, Any]:
    kept = {name: found for name, found in one._asdict().items() if name not in ("before", "after")}
    return kept | {"at": one.at.isoformat(), "changes": told(one.before, one.after)}
