"""Which events of others this service listens to. Data, so that a relay knows it without the service."""

from __future__ import annotations

from shared.events import ReminderSent

TOPICS = (ReminderSent.TYPE,)
