"""Use cases: ending a checklist with a word, and carrying one over into the draft of another year."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from services.tasks.amending import queries as amending
from services.tasks.amending.comparing import compare
from services.tasks.audit import store as audit
from services.tasks.drafting.answers import load_tree
from services.tasks.drafting.tree import Tree
from services.tasks.issuing import issuing
from services.tasks.issuing import queries as issuing_queries
from services.tasks.issuing import store as issuing_store
from services.tasks.issuing.records import Checklist
from services.tasks.years import queries, store
from shared.calling.calls import Context
from shared.database import Cursor
from shared.delivery import outbox
from shared.errors import Conflict, Invalid, NotFound
from shared.text import Text

ROWS = 200
NO_CHECKLIST = Text("没有这份清单，请返回列表刷新。", "There is no such checklist. Please go back and reload the list.")
NOT_ISSUED = Text("只有已经下发的清单才能结束。", "Only an issued checklist can be ended.")
IS_AMENDED = Text(
    "这份清单有一份调整稿，请先下发或删除调整稿，再结束清单。",
    "There is a draft that amends this checklist. Please issue it or delete it first.",
)
NOT_REVIEWED = Text(
    "还有 {number} 项责任等待审核，请先审核完，再结束清单。您本人提交的，由同事审核，或者先撤回。",
    "{number} duties wait for a review. Please review them first, then end the checklist. What you submitted yourself "
    "is reviewed by a colleague, or taken back.",
)
A_DRAFT = Text(
    "草稿不能结转，请先下发；要复制内容可以用 Excel 表格。",
    "A draft is not carried over. Please issue it first; its content can be copied with the workbook.",
)
SAME_YEAR = Text("请填清单年度以外的年度。", "Please give another year than that of the checklist.")
CARRIED_BEFORE = Text(
    "这份清单已经结转到这个年度。确实要再结转一份的，请勾选后再提交。",
    "This checklist was carried over into that year already. Please tick the box if you want another one.",
)
NOT_CARRIED = Text("这份清单不是结转来的。", "This checklist was not carried over from another.")
CHANGED = Text(
    "清单在您打开页面之后有变化，请核对后再结束。",
    "The checklist changed since. Please look at it again before ending it.",
)


def look(cur: Cursor, checklist_id: int) -> dict[str, Any]:
    """How far a checklist is, and what stands in the way of ending it."""
    checklist = _found(cur, checklist_id)
    standing, ended = queries.standing(cur, checklist_id), queries.ended(cur, checklist_id)
    wrong = _complain(cur, checklist)
    return {
        "checklist_id": checklist.id,
        "title": checklist.title,
        "year": checklist.year,
        "state": checklist.state,
        "version": checklist.version,
        **standing._asdict(),
        **queries.burden(cur, checklist_id)._asdict(),
        "closed_at": ended.closed_at.isoformat() if ended.closed_at else None,
        "closed_reason": ended.closed_reason,
        "carried_from_id": ended.carried_from_id,
        "problem": wrong.as_dict() if wrong and checklist.state == "issued" else None,
    }


def close(cur: Cursor, context: Context, checklist_id: int, *, version: int, reason: str) -> None:
    """End a checklist: from here on nothing of its duties changes, and nobody is reminded of them.

    Conflict when it changed since; Invalid where it is not issued, is being amended, or something waits for a review.
    """
    store.hold_duties(cur, checklist_id)
    checklist = _found(cur, checklist_id, for_update=True)
    if checklist.version != version:
        raise Conflict(CHANGED)
    wrong = _complain(cur, checklist)
    if wrong is not None:
        raise Invalid(wrong)
    standing = queries.standing(cur, checklist_id)
    store.close(cur, checklist_id, reason)
    closed = issuing_store.set_checklist_state(cur, checklist_id, "closed")
    outbox.add(cur, [issuing.announcement(closed)], correlation_id=context.correlation_id)
    detail = {"checklist_id": checklist_id, "reason": reason, **standing._asdict()}
    audit.record(cur, context, "checklist.closed", subject=checklist.title, detail=detail)


def carry(
    cur: Cursor, context: Context, *, checklist_id: int, title: str, year: int, only_open: bool, again: bool | None
) -> int:
    """Make the draft of another year of an issued or ended checklist; return its id.

    Invalid with details.carried where that was done for the same year and nobody says that it is meant; `again` None
    is not asked.
    """
    checklist = _found(cur, checklist_id, for_update=True)
    if checklist.state in ("draft", "issuing"):
        raise Invalid(A_DRAFT)
    if checklist.year == year:
        raise Invalid.of_fields({"year": SAME_YEAR})
    if again is False and (before := queries.carried_into(cur, checklist_id, year)):
        refused = Invalid.of_fields({"again": CARRIED_BEFORE})
        raise Invalid(refused.text, refused.details | {"carried": [one._asdict() for one in before]})
    draft_id = store.carry(cur, checklist, title=title, year=year, only_open=only_open)
    detail = {"checklist_id": draft_id, "carried_from_id": checklist_id, "only_open": only_open}
    audit.record(cur, context, "checklist.carried", subject=title, detail=detail)
    return draft_id


def compared(cur: Cursor, checklist_id: int, *, page: int) -> dict[str, Any]:
    """One page of what is different from the checklist that this came from, its dates moved by the years between."""
    checklist = _found(cur, checklist_id)
    source_id = queries.ended(cur, checklist_id).carried_from_id
    if source_id is None:
        raise NotFound(NOT_CARRIED)
    source = _found(cur, source_id)
    came_from = amending.came_from(cur, checklist_id)
    before = _moved(load_tree(cur, source_id), checklist.year - source.year)
    found = compare(before, load_tree(cur, checklist_id), came_from).rows
    pages = max(1, -(-len(found) // ROWS))
    page = min(page, pages)
    return {
        "title": source.title,
        "year": source.year,
        "rows": [row.as_dict() for row in found[(page - 1) * ROWS : page * ROWS]],
        "rows_total": len(found),
        "page": page,
        "pages": pages,
    }


def _moved(tree: Tree, years: int) -> Tree:
    rows = {row_id: row._replace(due_on=moved(row.due_on, years)) for row_id, row in tree.rows.items()}
    return replace(tree, rows=rows)


def moved(day: dt.date | None, years: int) -> dt.date | None:
    """The same day so many years later, as PostgreSQL has it: 29 February becomes the 28th where there is none."""
    if day is None:
        return None
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _complain(cur: Cursor, checklist: Checklist) -> Text | None:
    if checklist.state != "issued":
        return NOT_ISSUED
    if amending.draft_of(cur, checklist.id) is not None:
        return IS_AMENDED
    waiting = queries.standing(cur, checklist.id).submitted
    if waiting:
        return Text(NOT_REVIEWED.zh.format(number=waiting), NOT_REVIEWED.en.format(number=waiting))
    return None


def _found(cur: Cursor, checklist_id: int, *, for_update: bool = False) -> Checklist:
    found = issuing_queries.checklist(cur, checklist_id, for_update=for_update)
    if found is None:
        raise NotFound(NO_CHECKLIST)
    return found
