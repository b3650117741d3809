"""Use cases: the list of meetings, and one of them with what it and the one before decided."""

from __future__ import annotations

import datetime as dt
from typing import Any

from services.tasks.meetings import queries
from services.tasks.meetings.records import Decision, Meeting
from shared.database import Cursor
from shared.errors import NotFound
from shared.text import Text

NO_MEETING = Text(
    "没有找到这次会议，请返回列表刷新。", "There is no such meeting. Please go back to the list and reload it."
)


def listed(cur: Cursor, *, page: int) -> dict[str, Any]:
    """One page of the meetings, the newest first; a page after the last is the last."""
    total = queries.count(cur)
    pages = max(1, -(-total // queries.PAGE))
    page = min(page, pages)
    found = [
        {
            "meeting_id": one.id,
            "held_on": one.held_on.isoformat(),
            "title": one.title,
            "year": one.year,
            "decisions": one.decisions,
            "waiting": one.waiting,
        }
        for one in queries.listed(cur, page=page)
    ]
    return {"meetings": found, "total": total, "page": page, "pages": pages}


def existing(cur: Cursor, meeting_id: int) -> Meeting:
    """The meeting. NotFound when there is none."""
    found = queries.meeting(cur, meeting_id)
    if found is None:
        raise NotFound(NO_MEETING)
    return found


def detail(cur: Cursor, meeting_id: int, *, today: dt.date) -> dict[str, Any]:
    """A MeetingDetail. NotFound when there is none."""
    one = existing(cur, meeting_id)
    former = queries.before(cur, one.held_on)
    lists = queries.under_way(cur, one.year, until=one.held_on if one.held_on < today else None)
    shown = _with_decisions(cur, one)
    return {
        **shown,
        "version": one.version,
        "made_at": one.made_at.isoformat(),
        "made_by": {"post": one.made_by_post, "unit": one.made_by_unit},
        "draft_id": one.draft_id,
        "waiting": sum(decision["row_id"] is None for decision in shown["decisions"]),
        "under_way": [one._asdict() for one in lists],
        "former": None if former is None else _with_decisions(cur, former),
    }


def _with_decisions(cur: Cursor, one: Meeting) -> dict[str, Any]:
    return {
        "meeting_id": one.id,
        "held_on": one.held_on.isoformat(),
        "title": one.title,
        "year": one.year,
        "checklist_id": one.checklist_id,
        "state": one.state,
        "decisions": [_decision(found) for found in queries.decisions(cur, one)],
    }


def _decision(one: Decision) -> dict[str, Any]:
    return one._asdict() | {"due_on": one.due_on.isoformat() if one.due_on else None}
