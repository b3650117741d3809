"""How long rows of this service's tables stay: messages and reminders go some day, the rest is made from events."""

from __future__ import annotations

from services.notifications.inbox import store as inbox
from services.notifications.reminding import store as reminding
from services.notifications.reporting import store as reporting
from shared.retention import Retention

RETENTION = Retention(
    policies=(inbox.READ_MESSAGES, inbox.UNREAD_MESSAGES, reminding.REMINDERS, reporting.REMINDERS),
    bounded=frozenset(
        {
            "unit",
            "person",
            "item",
            "checklist",
            "duty",
            "message_line",
            "message_checklist",
            "remark_answer",
            "message_offer",
            "offer_decision",
            "asked",
            "spoken",
            "heartbeat",
            "report_round",
            "submission",
            "message_submission",
            "stats_heartbeat",
        },
    ),
)
