"""What this service learns of good practice that units offered. Twice, late or out of order makes no difference."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from services.notifications.offers import store
from services.notifications.offers.store import Decision
from shared.clock import day_of
from shared.database import Cursor
from shared.events import OfferDecided, Received
from shared.newest import newest


def apply(cur: Cursor, events: Sequence[Received]) -> None:
    """Keep the newest decision on each, in the consumer's transaction."""
    found = [Decision(event.data, day_of(event.time)) for event in events if isinstance(event.data, OfferDecided)]
    if found:
        store.save_decisions(cur, newest(found, key=attrgetter("practice_id"), version=attrgetter("version")))
