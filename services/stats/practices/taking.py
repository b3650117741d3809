"""What the stats consumer does with news of good practice. Twice, late or out of order makes no difference."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from services.stats.practices import store
from shared.database import Cursor
from shared.events import PracticeChanged, Received
from shared.newest import newest


def take(cur: Cursor, events: Sequence[Received]) -> None:
    """Keep the newest of what events tell of each."""
    found = [event.data for event in events if isinstance(event.data, PracticeChanged)]
    if found:
        store.save(cur, newest(found, key=attrgetter("practice_id"), version=attrgetter("version")))
