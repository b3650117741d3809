"""Use cases: a leader remarks (批示) on a duty or an item, each unit answers, and it is open until all have."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from services.tasks.duties import answers as duty_answers
from services.tasks.duties import changes
from services.tasks.duties.duty import Side
from services.tasks.remarks import queries, store
from services.tasks.remarks.records import Asked, Listed
from shared.calling.calls import Context
from shared.clock import day_of
from shared.database import Cursor
from shared.errors import Conflict, Invalid, NotFound
from shared.text import Text

NOBODY = Text(
    "没有单位可以答复：这项责任不适用、已经撤销，或者清单已经结束。",
    "There is no unit to answer: it does not apply, was withdrawn, or the checklist has ended.",
)
NO_REMARK = Text("没有这条批示，请刷新页面。", "There is no such remark. Please reload the page.")
ANSWERED = Text(
    "这条批示已经答复过，请看最新的内容。", "This remark was answered before. Please look at it as it is now."
)


def make(cur: Cursor, context: Context, *, duty_id: int | None, item_id: int | None, text: str) -> dict[str, Any]:
    """Remark on a duty, or on an item; how many units are asked. Invalid where there is nobody to answer."""
    meant = queries.meant(cur, duty_id=duty_id, item_id=item_id)
    if not meant:
        raise Invalid(NOBODY)
    who = context.signed_in.signature
    remark_id = store.insert(cur, meant, text, who=who, correlation_id=context.correlation_id)
    return {"remark_id": remark_id, "units": len(meant)}


def answer(cur: Cursor, context: Context, *, remark_id: int, duty_id: int, text: str, today: dt.date) -> None:
    """Answer a remark for the duty's unit. NotFound, Forbidden as for any change of a duty; Conflict when it was."""
    (row,) = changes.rows_for_change(cur, context.signed_in, [duty_id], Side.UNIT)
    found = queries.asked(cur, remark_id, duty_id)
    if found is None:
        raise NotFound(NO_REMARK)
    if found.answered_at is not None:
        raise Conflict(ANSWERED)
    changes.signed_for(cur, context, duty_answers.duty_of(row), today=today)
    store.answer(cur, found, text, who=context.signed_in.signature, correlation_id=context.correlation_id)


def listed(cur: Cursor, *, page: int, today: dt.date) -> dict[str, Any]:
    """One page of all remarks; one after the last is the last."""
    pages = max(-(-queries.count(cur) // queries.PAGE), 1)
    page = min(page, pages)
    waiting = queries.waiting(cur).answers
    return {"remarks": _as_dicts(cur, queries.remarks(cur, page=page), today), "waiting": waiting} | {
        "page": page,
        "pages": pages,
    }


def of_duty(cur: Cursor, context: Context, duty_id: int, *, today: dt.date) -> dict[str, Any]:
    """The remarks on one duty, for whoever may read it, with its own answers alone."""
    changes.refuse_reading(cur, context.signed_in, duty_id)
    found = _as_dicts(cur, queries.of_duty(cur, duty_id), today)
    for one in found:
        one["answers"] = [given for given in one["answers"] if given["duty_id"] == duty_id]
    return {"remarks": found}


def _as_dicts(cur: Cursor, remarks: Sequence[Listed], today: dt.date) -> list[dict[str, Any]]:
    by_remark: defaultdict[int, list[Asked]] = defaultdict(list)
    for asked in queries.answers(cur, [one.id for one in remarks]):
        by_remark[asked.remark_id].append(asked)
    return [_as_dict(one, by_remark[one.id], today) for one in remarks]


def _as_dict(one: Listed, answers: Sequence[Asked], today: dt.date) -> dict[str, Any]:
    is_open = one.answered < one.units and not one.is_ended
    until = today if is_open or one.last_answered_at is None else day_of(one.last_answered_at)
    return {
        "remark_id": one.id,
        "item_id": one.item_id,
        "item": one.item,
        "text": one.text,
        "at": one.made_at.isoformat(),
        "by": {"post": one.made_by_post, "unit": one.made_by_unit},
        "is_open": is_open,
        "is_ended": one.is_ended,
        "days": (until - day_of(one.made_at)).days,
        "answers": [
            {
                "duty_id": given.duty_id,
                "unit": given.unit,
                "text": given.answer if given.answered_at else None,
                "at": given.answered_at.isoformat() if given.answered_at else None,
                "by": {"post": given.answered_by_post, "unit": given.answered_by_unit},
            }
            for given in answers
        ],
    }
