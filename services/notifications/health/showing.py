"""Use case: how reminding fares, in the words of figures: what waits, what went out, what failed, what is missing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from services.notifications.delivery import queries as delivery_queries
from services.notifications.delivery.states import DEAD_LETTERS
from services.notifications.delivery.window import is_open, next_moment
from services.notifications.health import queries
from services.notifications.health.calendars import missing_year
from services.notifications.offers import queries as offer_queries
from services.notifications.reminding import queries as reminding_queries
from services.notifications.reporting import queries as report_queries
from services.notifications.silences import queries as silence_queries
from shared.clock import day_of
from shared.database import Cursor

WITHIN = dt.timedelta(days=6)
# Before anybody has an account, a new checklist is owed by every unit there is.
MOST_UNMANNED = 50


def shown(cur: Cursor, now: dt.datetime) -> dict[str, Any]:
    """A ReminderHealth answer."""
    today = day_of(now)
    oldest = min(delivery_queries.oldest_due(cur, now).values(), default=None)
    waiting = [
        reminding_queries.waiting_for_sweep(cur, today),
        report_queries.waiting_for_sweep(cur, today),
        offer_queries.waiting_for_sweep(cur),
    ]
    days = [day for _, day in waiting if day is not None]
    unmanned = queries.unmanned(cur, limit=MOST_UNMANNED)
    return {
        "swept_seconds": _whole(queries.swept_seconds(cur)),
        "duties_seconds": _whole(reminding_queries.picture_age(cur)),
        "reports_seconds": _whole(reminding_queries.picture_age(cur, table="stats_heartbeat")),
        "waiting": sum(number for number, _ in waiting),
        "waiting_since": min(days).isoformat() if days else None,
        "unsent_since": oldest.isoformat() if oldest else None,
        "channels": [one._asdict() for one in queries.by_channel(cur, today - WITHIN, DEAD_LETTERS)],
        "sends_at": next_moment(now).isoformat(),
        "sends_now": is_open(now),
        "silences": len(silence_queries.reaching(cur, today, today)),
        "missing_calendar": missing_year(today),
        "unmanned": [{"unit_id": one.unit_id, "unit": one.unit, "owes": one.owes} for one in unmanned],
        "unmanned_units": unmanned[0].units if unmanned else 0,
    }


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else max(int(seconds), 0)
