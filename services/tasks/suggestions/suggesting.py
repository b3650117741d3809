"""Use cases: anybody says what does not work, the lead bureau or the administrator answers, everybody reads both."""

from __future__ import annotations

import datetime as dt
from typing import Any

from services.tasks.audit import store as audit
from services.tasks.suggestions import queries, store
from services.tasks.suggestions.records import Suggestion
from shared.calling.calls import Context
from shared.clock import day_of
from shared.database import Cursor
from shared.errors import Invalid, NotFound
from shared.own_path import own_path
from shared.text import Text

# Nobody who means well writes more, and one person cannot bury the words of the others.
MOST_A_DAY = 20
TOO_MANY = Text(
    f"一天最多提 {MOST_A_DAY} 条，请明天再提，或把几条写在一起。",
    f"At most {MOST_A_DAY} a day. Please go on tomorrow, or write several into one.",
)
NOT_OURS = Text(
    "只能写本系统的页面，例如 /duties。请改正，或者留空。",
    "Only a page of this site can be named, such as /duties. Please correct it, or leave it empty.",
)
NO_SUGGESTION = Text("没有这条建议，请刷新页面。", "There is no such suggestion. Please reload the page.")


def make(cur: Cursor, context: Context, *, about: str, text: str) -> dict[str, Any]:
    """Keep what somebody says of a page or a rule. Invalid for a page of another site, and for too many a day."""
    if about != own_path(about):
        raise Invalid.of_fields({"about": NOT_OURS})
    who = context.signed_in.signature
    if queries.made_today(cur, context.signed_in.person_id) >= MOST_A_DAY:
        raise Invalid.of_fields({"text": TOO_MANY})
    return {"suggestion_id": store.insert(cur, about=about, text=text, who=who)}


def answer(cur: Cursor, context: Context, suggestion_id: int, text: str) -> None:
    """Answer in public; NotFound when there is no such suggestion."""
    found = queries.suggestion(cur, suggestion_id)
    if found is None:
        raise NotFound(NO_SUGGESTION)
    store.answer(cur, suggestion_id, text, who=context.signed_in.signature)
    audit.record(cur, context, "suggestion.answered", subject=found.text[:100], detail={"suggestion_id": found.id})


def listed(cur: Cursor, person_id: int, *, page: int, today: dt.date) -> dict[str, Any]:
    """One page of them; one after the last is the last."""
    total = queries.count(cur)
    pages = max(-(-total // queries.PAGE), 1)
    page = min(page, pages)
    return {
        "suggestions": [_as_dict(one, person_id, today) for one in queries.suggestions(cur, page=page)],
        "total": total,
        "waiting": queries.waiting(cur).suggestions,
        "page": page,
        "pages": pages,
    }


def _as_dict(one: Suggestion, person_id: int, today: dt.date) -> dict[str, Any]:
    until = day_of(one.answered_at) if one.answered_at else today
    return {
        "suggestion_id": one.id,
        "about": own_path(one.about),
        "text": one.text,
        "made_at": one.made_at.isoformat(),
        "unit": one.made_by_unit,
        "is_mine": one.made_by == person_id,
        "days": (until - day_of(one.made_at)).days,
        "answer": one.answer if one.answered_at else None,
        "answered_at": one.answered_at.isoformat() if one.answered_at else None,
        "by": {"post": one.answered_by_post, "unit": one.answered_by_unit},
    }
