"""What the stats consumer does with news of good practice. Twice, late or out of order makes no difference."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from services.stats.practices import store
from services.stats.practices.records import Practice
from shared.database import Cursor
from shared.events import PracticeChanged, Received
from shared.newest import newest


def take(cur: Cursor, events: Sequence[Received]) -> None:
    """Keep the newest of what events tell of each."""
    told = (event.data for event in events)
    found = [_kept(one) for one in told if isinstance(one, PracticeChanged)]
    if found:
        store.save(cur, newest(found, key=attrgetter("id"), version=attrgetter("version")))


def _kept(told: PracticeChanged) -> Practice:
    return Practice(
        id=told.practice_id,
        checklist_id=told.checklist_id,
        unit_id=told.unit_id,
        title=told.title,
        text=told.text,
        published_at=told.published_at,
        is_taken_back=told.is_taken_back,
        version=told.version,
    )
