"""Use cases of the lead bureau: a meeting is made, gets another day, name or year, or goes again."""

from __future__ import annotations

import datetime as dt
from typing import Any

from services.tasks.audit import store as audit
from services.tasks.meetings import queries, store
from services.tasks.meetings.meeting import complain_of_day, complain_of_year, title_of
from services.tasks.meetings.records import Meeting
from services.tasks.meetings.showing import NO_MEETING, detail, existing
from shared.calling.calls import Context
from shared.database import Cursor
from shared.differences import changes
from shared.errors import Conflict, Invalid, NotFound
from shared.text import Text

FIELDS = ("held_on", "title", "year")
CHANGED = Text(
    "这次会议刚刚被别人改过，您的内容没有保存，请核对后再提交。",
    "Somebody else just changed this meeting. Nothing of yours was saved: please look again and send it once more.",
)
DAY_TAKEN = Text(
    "这一天已经有一次会议，请换一天。", "There is a meeting on that day already. Please choose another day."
)
HAS_DECIDED = Text(
    "这次会议已经有议定事项，不能删除。还没有下发的，请先删除会议清单的草稿。",
    "This meeting has decided something and cannot be deleted. What is not issued yet: delete the draft of its"
    " checklist first.",
)
YEAR_SETTLED = Text(
    "这次会议已经有议定事项，年度不能再改。", "This meeting has decided something, so its year can no longer change."
)


def make(cur: Cursor, context: Context, *, today: dt.date, held_on: dt.date, year: int, title: str) -> dict[str, Any]:
    """A meeting, or the one of that day. Invalid of `held_on` and `year`."""
    store.lock_days(cur)
    _check(cur, held_on, year, today)
    title = title or title_of(held_on)
    made = store.insert(cur, held_on=held_on, title=title, year=year, who=context.signed_in.signature)
    if made is None:
        return {"meeting_id": queries.held_on(cur, held_on), "is_new": False}
    fields = {"held_on": held_on.isoformat(), "title": title, "year": year}
    audit.record(cur, context, "meeting.made", subject=title, detail={"meeting_id": made} | fields)
    return {"meeting_id": made, "is_new": True}


def save(
    cur: Cursor,
    context: Context,
    *,
    today: dt.date,
    meeting_id: int,
    version: int,
    held_on: dt.date,
    year: int,
    title: str,
) -> dict[str, Any]:
    """Change a meeting; nothing is written where nothing changes. Conflict when it is stale; Invalid as for making."""
    store.lock_days(cur)
    one = held(cur, meeting_id, version, today=today)
    _check(cur, held_on, year, today)
    if queries.held_on(cur, held_on) not in (None, meeting_id):
        raise Invalid.of_fields({"held_on": DAY_TAKEN})
    if one.checklist_id is not None and year != one.year:
        raise Invalid.of_fields({"year": YEAR_SETTLED})
    # The name that was made of the day would say another one.
    title = title_of(held_on) if title in ("", title_of(one.held_on)) else title
    before = {"held_on": one.held_on.isoformat(), "title": one.title, "year": one.year}
    after = {"held_on": held_on.isoformat(), "title": title, "year": year}
    if after != before:
        store.update(cur, meeting_id, held_on=held_on, title=title, year=year)
        made_different = changes(before, after, FIELDS)
        about = {"meeting_id": meeting_id}
        audit.record(cur, context, "meeting.saved", subject=title, detail=about, changes=made_different)
    return detail(cur, meeting_id, today=today)


def delete(cur: Cursor, context: Context, *, today: dt.date, meeting_id: int, version: int) -> None:
    """Take away a meeting that was made by mistake. Conflict when it is stale; Invalid when it decided something."""
    # Before the meeting itself, as whoever gives it a day.
    store.lock_days(cur)
    one = held(cur, meeting_id, version, today=today)
    if one.checklist_id is not None:
        raise Invalid(HAS_DECIDED)
    store.delete(cur, meeting_id)
    detail = {"meeting_id": meeting_id, "held_on": one.held_on.isoformat(), "year": one.year}
    audit.record(cur, context, "meeting.deleted", subject=one.title, detail=detail)


def held(cur: Cursor, meeting_id: int, version: int, *, today: dt.date) -> Meeting:
    """The meeting, locked before any checklist. NotFound; Conflict for another version."""
    if not queries.hold(cur, meeting_id):
        raise NotFound(NO_MEETING)
    one = existing(cur, meeting_id)
    if one.version != version:
        raise Conflict(CHANGED, {"current": detail(cur, meeting_id, today=today)})
    return one


def _check(cur: Cursor, held_on: dt.date, year: int, today: dt.date) -> None:
    # The clock of the database may be a moment ahead.
    first = min(queries.first_day(cur) or today, today)
    found = {
        "held_on": complain_of_day(held_on, today=today, first=first),
        "year": complain_of_year(year, held_on),
    }
    wrong = {name: said for name, said in found.items() if said is not None}
    if wrong:
        raise Invalid.of_fields(wrong)
