"""Events for the benches: duties of a few checklists, spread over units, items and due dates as in a county."""

from __future__ import annotations

import datetime as dt

from shared.events import DutyAccepted
from shared.light import State

UNITS = 50
ITEMS = 100


def accepted(duty_id: int) -> DutyAccepted:
    """One duty done, each a duty of its own."""
    item_id = 1 + duty_id // UNITS % ITEMS
    due_on = dt.date(2026, 1 + item_id % 12, 25)  # an item has one due date, for all its units
    return DutyAccepted(
        duty_id=duty_id,
        checklist_id=1,
        item_id=item_id,
        unit_id=1 + duty_id % UNITS,
        period="2026",
        due_on=due_on,
        state=State.ACCEPTED,
        done_on=due_on,
        is_blocked=False,
        version=2,
    )
