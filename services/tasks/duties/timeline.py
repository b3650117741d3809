"""What other services tell about a duty, for its timeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.tasks.duties import store
from services.tasks.duties.store import Reminder
from services.tasks.topics import TOPICS
from shared.calling.service import BaseService, consume
from shared.database import Cursor
from shared.events import Received, ReminderSent


class TimelineOperations(BaseService):
    """What other services tell for a duty's history."""

    @consume(*TOPICS)
    def take_reminders(self, cur: Cursor, events: Sequence[Received]) -> None:
        """Note in each duty's history who was reminded of it; a duty that is gone is passed over."""
        reminders = [reminder for event in events for reminder in _reminders(event.data)]
        if reminders:
            store.add_reminders(cur, reminders)


def _reminders(sent: ReminderSent) -> Iterator[Reminder]:
    for duty_id, stage in sent.stages.items():
        yield Reminder(int(duty_id), sent.person_id, stage, sent.sent_at)
