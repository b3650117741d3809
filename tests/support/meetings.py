"""A meeting, what it decides, and the checklist of that issued."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.support.checklists import work_off
from tests.support.duties import TODAY
from tests.support.tasks import Caller


def a_meeting(call: Caller, held_on: dt.date = TODAY, **other: Any) -> dict[str, Any]:
    """A meeting of that day, as the lead bureau reads it."""
    params = {"held_on": held_on.isoformat(), "year": held_on.year, **other}
    return read(call, call("make_meeting", params, as_="lead")["meeting_id"])


def read(call: Caller, meeting_id: int, as_: str = "lead") -> dict[str, Any]:
    return call("get_meeting", {"meeting_id": meeting_id}, as_=as_)


def decide(call: Caller, meeting: dict[str, Any], text: str = "落实场地", unit: str = "徽城镇", **other: Any) -> Any:
    """Something decided, with the version in hand."""
    params = {
        "meeting_id": meeting["meeting_id"],
        "version": meeting["version"],
        "part": "blocked",
        "text": text,
        "unit_id": call.world.units[unit],
        "due_on": (TODAY + dt.timedelta(days=30)).isoformat(),
        **other,
    }
    return call("decide", params, as_="lead")


def issue(call: Caller, meeting: dict[str, Any]) -> dict[str, Any]:
    """Issue the draft of what was decided, as any other, and make its duties."""
    draft_id = meeting["draft_id"]
    if draft_id == meeting["checklist_id"]:
        seen = call("preview_issue", {"checklist_id": draft_id}, as_="lead")
        params = {
            "checklist_id": draft_id,
            "version": seen["version"],
            "with_past": seen["with_past"],
            "seen": seen["seen"],
        }
        call("issue_checklist", params, as_="lead")
    else:
        seen = call("preview_amendment", {"checklist_id": draft_id}, as_="lead")
        params = {"checklist_id": draft_id, "version": seen["version"], "seen": seen["seen"], "reason": "会议补充"}
        call("issue_amendment", params, as_="lead")
    work_off(call.service.database)
    return read(call, meeting["meeting_id"])
