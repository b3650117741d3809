"""That people were reminded, as it arrives at the service of tasks."""

import datetime as dt
from uuid import uuid4

from shared.delivery import consuming
from shared.delivery.envelope import encode

SENT = dt.datetime(2026, 5, 8, 1, tzinfo=dt.UTC)


def reminder(world, stages, *, event_id=None, person="staff", sent_at=SENT):
    """One message: `stages` says by duty id, as text, of what the person was reminded."""
    payload = {
        "message_id": 1,
        "person_id": world.people[person],
        "sent_at": sent_at.isoformat(),
        "stages": stages,
    }
    return consuming.read(
        encode(
            event_id or uuid4(), "reminder.sent.v1", payload, source="notifications", time=sent_at, correlation_id=""
        )
    )
