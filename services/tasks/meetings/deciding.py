"""Use case: what a meeting decides becomes an item of the draft of its checklist, which is issued as any other.

Nothing is issued here. Of a checklist that was issued a draft amends it, as ever.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from services.tasks.amending import amending
from services.tasks.audit import store as audit
from services.tasks.directory import queries as directory
from services.tasks.drafting import rows
from services.tasks.drafting.answers import load_tree
from services.tasks.due_dates import ITEM, complain_of_due
from services.tasks.meetings import meeting, store
from services.tasks.meetings.convening import held
from services.tasks.meetings.meeting import Part
from services.tasks.meetings.records import Meeting
from services.tasks.meetings.showing import detail
from services.tasks.vocabulary import LONGEST_TITLE
from shared.calling.calls import Context
from shared.database import Cursor
from shared.errors import Invalid
from shared.text import Text

NO_UNIT = Text(
    "所选的单位不存在，请刷新页面另选。", "There is no such unit. Please reload the page and choose another."
)
NOT_NOW = Text(
    "会议的清单正在下发或者已经结束，现在不能添加议定事项。正在下发的，请稍等片刻再提交。",
    "The meeting's checklist is being issued, or was ended, so nothing can be added now. While it is being issued, "
    "please wait a moment and send this again.",
)


def decide(
    cur: Cursor,
    context: Context,
    *,
    today: dt.date,
    meeting_id: int,
    version: int,
    part: Part,
    text: str,
    about: str,
    unit_id: int,
    due_on: dt.date,
) -> dict[str, Any]:
    """Add what was decided. NotFound; Conflict for a stale version; Invalid of `unit_id` and `due_on`."""
    one = held(cur, meeting_id, version, today=today)
    _check(cur, one, unit_id, due_on)
    draft_id = _draft(cur, context, one)
    task_id = _below(cur, context, draft_id, (one.title, meeting.MEASURE, meeting.TASKS[part]))
    item = _added(cur, context, draft_id, task_id, text)
    row = {
        "row_id": item["row_id"],
        "version": item["version"],
        "title": text,
        "body": about,
        "due_on": due_on,
        "units": [{"role": "lead", "unit_id": unit_id, "group_id": None}],
    }
    rows.save_row(cur, context, row)
    store.count_up(cur, meeting_id)
    audit.record(cur, context, "meeting.decided", subject=one.title, detail={"meeting_id": meeting_id, "text": text})
    return detail(cur, meeting_id, today=today)


def _check(cur: Cursor, one: Meeting, unit_id: int, due_on: dt.date) -> None:
    late = meeting.complain_of_due(due_on, one.held_on)
    wrong = {
        "unit_id": _complain_of_unit(cur, unit_id),
        "due_on": late or complain_of_due(level=ITEM, year=one.year, due_on=due_on, recurrence="once", due_day=None),
    }
    found = {name: said for name, said in wrong.items() if said is not None}
    if found:
        raise Invalid.of_fields(found)


def _complain_of_unit(cur: Cursor, unit_id: int) -> Text | None:
    unit = directory.unit(cur, unit_id)
    if unit is None:
        return NO_UNIT
    if unit.is_active:
        return None
    return Text(f"“{unit.name}”已停用，请另选单位。", f"{unit.name} is switched off. Please choose another unit.")


def _draft(cur: Cursor, context: Context, one: Meeting) -> int:
    """Where items are added: the checklist before it is issued, and then the draft that amends it."""
    if one.draft_id is not None:
        return one.draft_id
    if one.checklist_id is not None:
        if one.state != "issued":
            raise Invalid(NOT_NOW)
        return amending.start(cur, context, one.checklist_id)
    title = meeting.checklist_of(one.title, LONGEST_TITLE)
    header = {"title": title, "year": one.year, "level_names": None, "document_number": None}
    made = rows.create_checklist(cur, context, header)
    store.give_checklist(cur, one.id, made)
    return made


def _below(cur: Cursor, context: Context, draft_id: int, titles: tuple[str, ...]) -> int:
    """The row to which these titles lead from the area down; what is missing is added, last.

    The area is the meeting's own: where somebody renamed it, the first one there is.
    """
    tree = load_tree(cur, draft_id)
    parent_id: int | None = None
    for title in titles:
        below = [row for row in tree.rows.values() if row.parent_id == parent_id]
        same = next((row for row in below if row.title == title), None)
        if same is None and parent_id is None:
            same = next(iter(below), None)
        parent_id = same.id if same else _added(cur, context, draft_id, parent_id, title)["row_id"]
    if parent_id is None:
        raise LookupError("a decision stands under no row")
    return parent_id


def _added(cur: Cursor, context: Context, draft_id: int, parent_id: int | None, title: str) -> dict[str, Any]:
    params = {"checklist_id": draft_id, "parent_id": parent_id, "after_row_id": None, "title": title}
    return rows.add_row(cur, context, params)
