"""The use case of an auditor: a page of what was done with indicators, reports, submissions and figures."""

from __future__ import annotations

import datetime as dt
from typing import Any

from services.stats.audit import queries
from services.stats.audit.contents import told
from services.stats.audit.queries import MOST_COUNTED
from services.stats.audit.records import Found, Sought
from shared.database import Cursor
from shared.workdays import SHANGHAI


def sought_of(params: dict[str, Any]) -> Sought:
    """What the parameters of a search mean; both days are days of the county and belong to it."""
    return Sought(
        person=params["person"],
        person_ids=params["person_ids"],
        unit=params["unit"],
        kind=params["kind"],
        since=_midnight(params["since"]) if params["since"] else None,
        until=_midnight(params["until"] + dt.timedelta(days=1)) if params["until"] else None,
    )


def read(cur: Cursor, sought: Sought, *, page: int, size: int) -> dict[str, Any]:
    """A ReportingActs; a page after the last one is the last."""
    total = queries.count(cur, sought)
    pages = max(1, -(-min(total, MOST_COUNTED) // size))
    page = min(page, pages)
    return {
        "entries": [_shown(one) for one in queries.acts(cur, sought, limit=size, offset=(page - 1) * size)],
        "total": min(total, MOST_COUNTED),
        "is_more": total > MOST_COUNTED,
        "page": page,
        "pages": pages,
    }


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=SHANGHAI)


def _shown(one: Found) -> dict[str, Any]:
    kept = {name: found for name, found in one._asdict().items() if name not in ("before", "after")}
    return kept | {"at": one.at.isoformat(), "changes": told(one.before, one.after)}
