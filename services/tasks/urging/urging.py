"""Use case: the lead bureau or a leader urges (催办) what is not done: a duty, an item, or a unit.

Nothing is urged twice on a day, and nothing that waits for an answer: there the next move is somebody else's.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from services.tasks.urging import queries, store
from services.tasks.urging.queries import Meant
from shared.calling.calls import Context
from shared.database import Cursor
from shared.light import due_soon_until


def urge(cur: Cursor, context: Context, meant: Meant, *, text: str, today: dt.date) -> dict[str, Any]:
    """Urge what is open of what is meant; how many duties and units, and how many were left alone and why."""
    chosen = queries.chosen(cur, meant, today=today, soon_until=due_soon_until(today))
    urged = [duty.id for duty in chosen if not duty.is_urged and not duty.is_waiting]
    who = context.signed_in.signature
    units = store.urge(cur, urged, text, who=who, correlation_id=context.correlation_id) if urged else 0
    waiting = [duty.asked_unit for duty in chosen if duty.is_waiting and not duty.is_urged]
    return {
        "urged": len(urged),
        "units": units,
        "already": sum(duty.is_urged for duty in chosen),
        "waiting": len(waiting),
        "awaited": [
            {"unit": unit, "duties": duties}
            for unit, duties in sorted(Counter(waiting).items(), key=lambda found: found[0] or "")
        ],
    }
