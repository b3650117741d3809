"""What waits for the lead bureau: submissions to review and waivers that were asked for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from services.tasks.duties import answers, queries
from shared.database import Cursor


def queue(cur: Cursor, *, page: int, today: dt.date) -> dict[str, Any]:
    """One page of both together, longest waiting first; a page holds 50."""
    rows = queries.waiting(cur, page)
    return {
        "submitted": [answers.duty_as_dict(row, today) for row in rows if row.waiver_reason is None],
        "waivers": [answers.duty_as_dict(row, today) for row in rows if row.waiver_reason is not None],
        "page": page,
        "pages": queries.pages_waiting(cur),
    }
