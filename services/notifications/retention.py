"""How long rows of this service's tables stay: messages, reminders, slips and deliveries go some day.

The rest is made from events, or there is one row a post.
"""

from __future__ import annotations

from services.notifications.delivery import store as delivery
from services.notifications.inbox import store as inbox
from services.notifications.links import store as links
from services.notifications.reminding import store as reminding
from services.notifications.reporting import store as reporting
from services.notifications.silences import store as silences
from services.notifications.slips import store as slips
from shared.retention import Retention

RETENTION = Retention(
    policies=(
        inbox.READ_MESSAGES,
        inbox.UNREAD_MESSAGES,
        reminding.REMINDERS,
        reporting.REMINDERS,
        delivery.DELIVERIES,
        links.LINKS,
        silences.SILENCED,
        slips.SLIPS,
    ),
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
            "contact",
            "post_holder",
            "delivery_line",
            "link_setting",
            "links_voided",
            "post_links_voided",
            "policy",
            "replanning",
            "calendar_year",
            "light_table",
            "planned_calendar",
            "restored",
            "silence",
            "weekly_cap",
            "sweep",
            "channel_account",
        },
    ),
)
