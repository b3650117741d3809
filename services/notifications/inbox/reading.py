"""A person's own inbox: a message per day, each line with what has become of its duty."""

from __future__ import annotations

import datetime as dt
from typing import Any

from services.notifications.inbox import queries, store
from services.notifications.inbox.queries import OpenMessage
from services.notifications.offers import queries as offer_queries
from services.notifications.reminding.policy import Stage
from shared.actor import Actor
from shared.database import Cursor
from shared.errors import Forbidden, NotFound
from shared.text import Text

MESSAGES_PER_PAGE = 30
MAX_LINES = 500

NO_MESSAGE = Text("没有找到这条消息。", "This message was not found.")
NOT_YOUR_MESSAGE = Text("只能查看自己的消息。", "You can read your own messages only.")


def inbox(cur: Cursor, actor: Actor, page: int) -> dict[str, Any]:
    """Newest day first. A page after the last one is the last."""
    # Read first: what is added while the rest is read makes its message unread for a later `until`.
    changed_at = queries.newest_change(cur, actor.person_id)
    pages = max(-(-queries.message_count(cur, actor.person_id) // MESSAGES_PER_PAGE), 1)
    page = min(page, pages)
    messages = queries.messages_newest_first(
        cur, actor.person_id, limit=MESSAGES_PER_PAGE, offset=(page - 1) * MESSAGES_PER_PAGE
    )
    ids = [message.message_id for message in messages]
    reports, offers = queries.report_stages(cur, ids), offer_queries.lines_in_messages(cur, ids)
    return {
        "messages": [
            {
                "message_id": message.message_id,
                "day": message.day.isoformat(),
                "is_read": message.is_read,
                "lines": {stage.value: getattr(message, stage.value) for stage in Stage},
                "ended": message.ended,
                "answered_remarks": message.answered_remarks,
                "offers": offers.get(message.message_id, 0),
                "reports": {found.stage: found.lines for found in reports if found.message_id == message.message_id},
            }
            for message in messages
        ],
        "unread": queries.unread_count(cur, actor.person_id),
        "changed_at": changed_at.isoformat() if changed_at else None,
        "page": page,
        "pages": pages,
    }


def get_message(cur: Cursor, actor: Actor, message_id: int) -> dict[str, Any]:
    message = _own_message(cur, actor, message_id)
    lines, total = queries.lines_of_message(cur, message_id, limit=MAX_LINES)
    return {
        "message_id": message.id,
        "day": message.day.isoformat(),
        "is_read": message.is_read,
        "changed_at": message.changed_at.isoformat(),
        "lines": [
            {
                "duty_id": line.duty_id,
                "stage": line.stage,
                "item": line.item,
                "period": line.period,
                "due_on": line.due_on.isoformat(),
                "first_due_on": line.first_due_on.isoformat() if line.first_due_on else None,
                "is_open": line.is_open,
                "delegated_by": line.delegated_by,
                "urged": line.urged,
                "remarked": line.remarked,
                "unit": line.unit,
                "needed": line.needed,
                "is_answered": line.is_answered,
                "is_ended": line.is_ended,
                "words": _words(line.words_zh, line.words_en),
            }
            for line in lines
        ],
        "ended": [
            {"checklist_id": one.checklist_id, "title": one.title} for one in queries.ended_in_message(cur, message_id)
        ],
        "answered_remarks": [one._asdict() for one in queries.replies_in_message(cur, message_id, limit=MAX_LINES)],
        "offers": [one._asdict() for one in offer_queries.told_in_message(cur, message_id)],
        "lines_more": total - len(lines),
        "reports": [
            {
                "submission_id": line.submission_id,
                "stage": line.stage,
                "report": line.report,
                "period": line.period,
                "due_on": line.due_on.isoformat(),
                "is_open": line.is_open,
                "words": _words(line.words_zh, line.words_en),
            }
            for line in queries.report_lines(cur, message_id, limit=MAX_LINES)
        ],
    }


def mark_read(cur: Cursor, actor: Actor, message_id: int | None, *, until: dt.datetime) -> int:
    """Mark the message as read, or all without one, as far as they were seen; return how many are still unread.

    What a sweep adds after `until` was on no page yet, so its message stays unread.
    """
    if message_id is not None:
        _own_message(cur, actor, message_id)
    store.mark_read(cur, actor.person_id, until=until, message_id=message_id)
    return queries.unread_count(cur, actor.person_id)


def read_message(cur: Cursor, actor: Actor, message_id: int) -> dict[str, Any]:
    """Mark the message as read and show it; a sweep that adds to it at this moment makes it unread again afterwards."""
    seen = get_message(cur, actor, message_id)
    store.mark_read(cur, actor.person_id, until=dt.datetime.fromisoformat(seen["changed_at"]), message_id=message_id)
    return seen | {"is_read": True}


def _words(zh: str | None, en: str | None) -> dict[str, str] | None:
    return Text(zh, en or zh).as_dict() if zh else None


def _own_message(cur: Cursor, actor: Actor, message_id: int) -> OpenMessage:
    message = queries.message(cur, message_id)
    if message is None:
        raise NotFound(NO_MESSAGE)
    if message.person_id != actor.person_id:
        raise Forbidden(NOT_YOUR_MESSAGE)
    return message
