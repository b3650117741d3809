"""Use case: the lead bureau or a leader urges (催办) a duty, an item, or a unit, and a unit the parts of its duties.

Nothing is urged twice on a day, and nothing that waits for an answer: there the next move is somebody else's.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from services.tasks.duties.changes import NO_DUTY
from services.tasks.urging import queries, rules, store
from services.tasks.urging.queries import Meant
from shared.actor import Role
from shared.calling.calls import Context
from shared.database import Cursor
from shared.errors import Forbidden, Invalid, NotFound
from shared.light import due_soon_until
from shared.text import Text

ANYTHING = frozenset({Role.LEAD_BUREAU, Role.LEADERSHIP})
NOT_YOUR_PARTS = Text(
    "本单位只能催办自己分解给下级单位的责任；其他的由牵头单位催办。",
    "A unit can only urge the parts of duties that it split among units below it. The rest the lead bureau urges.",
)


def urge(cur: Cursor, context: Context, meant: Meant, *, text: str, today: dt.date) -> dict[str, Any]:
    """Urge what is open of what is meant; how many duties and units, and how many were left alone and why.

    Forbidden for a unit that means anything but parts of its own; Invalid of a single duty that is not to be urged.
    """
    actor = context.signed_in
    if not actor.has_any(ANYTHING) and queries.delegator(cur, meant) != actor.unit_id:
        raise Forbidden(NOT_YOUR_PARTS)
    if meant.duty_id is not None:
        _refuse(cur, meant.duty_id, today)
    chosen = queries.chosen(cur, meant, today=today, soon_until=due_soon_until(today))
    urged = [duty.id for duty in chosen if not duty.is_urged and not duty.is_waiting]
    who = actor.signature
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


def _refuse(cur: Cursor, duty_id: int, today: dt.date) -> None:
    """Raise where a single duty is not to be urged, as its page would not offer it."""
    duty = queries.named(cur, duty_id)
    if duty is None:
        raise NotFound(NO_DUTY)
    wrong = rules.complain(duty, today)
    if wrong is not None:
        raise Invalid(wrong)
