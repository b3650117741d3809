"""Use cases of workbooks: what one would change, and the papers of many units entered together or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from services.stats.submissions import changes, filling, queries
from services.stats.submissions.cells import Typed
from services.stats.submissions.filling import Filled, Verdict
from services.stats.submissions.submission import Action
from shared.calling.calls import Context
from shared.database import Cursor


def preview(cur: Cursor, context: Context, params: Mapping[str, Any], *, today: dt.date) -> dict[str, Any]:
    """What forms would become with these cells, and what would stand in the way of each; nothing is stored.

    Raises as saving them would: Forbidden, Conflict, Invalid.
    """
    action = Action.PROXIED if params["is_proxy"] else Action.SAVED
    found = []
    queries.hold_rounds(cur, [form["submission_id"] for form in params["forms"]])
    for one in sorted(params["forms"], key=lambda form: int(form["submission_id"])):
        submission = changes.for_change(cur, context.signed_in, one["submission_id"], action, today=today)
        filled = filling.fill(cur, submission, one)
        found.append((filled, filling.judge(cur, filled, one | {"explanations": ()})))
    return {"forms": _in_order(params["forms"], found)}


def enter_several(cur: Cursor, context: Context, params: Mapping[str, Any], *, today: dt.date) -> dict[str, Any]:
    """Enter the papers of several units; when something stands in the way of one, none of them is entered."""
    paper = filling.paper_of(context, params, today=today)
    found = []
    queries.hold_rounds(cur, [form["submission_id"] for form in params["forms"]])
    # By id, so that two who do this at once wait for each other.
    for one in sorted(params["forms"], key=lambda form: int(form["submission_id"])):
        submission = changes.for_change(cur, context.signed_in, one["submission_id"], Action.PROXIED, today=today)
        filled = filling.fill(cur, submission, one)
        found.append((filled, filling.judge(cur, filled, one)))
    are_clear = all(verdict.is_clear for _, verdict in found)
    if are_clear:
        for filled, verdict in found:
            filling.enter(cur, context, filled, verdict, paper)
    return {"are_entered": are_clear, "forms": _in_order(params["forms"], found)}


def _in_order(asked: Sequence[Mapping[str, Any]], found: Sequence[tuple[Filled, Verdict]]) -> list[dict[str, Any]]:
    shown = {filled.submission.id: _as_dict(filled, verdict) for filled, verdict in found}
    return [shown[form["submission_id"]] for form in asked]


def _as_dict(filled: Filled, verdict: Verdict) -> dict[str, Any]:
    one = filled.submission
    names = {indicator.id: indicator.name for indicator in filled.form.asked}
    return {
        "submission_id": one.id,
        "unit": {"unit_id": one.unit_id, "name": one.unit_name or ""},
        "changes": [
            {
                "indicator_id": indicator_id,
                "name": names[indicator_id],
                "was": _said(was),
                "now": _said(now),
            }
            for indicator_id, (was, now) in filled.changed.items()
        ],
        "problems": [
            {"indicator_id": indicator_id, "name": names[indicator_id], "text": text.as_dict()}
            for indicator_id, text in filled.problems.items()
        ],
        "failures": [
            {
                "check_id": failure.check_id,
                "name": failure.name,
                "is_hard": failure.is_hard,
                "text": failure.sentence.as_dict(),
            }
            for failure in verdict.failed
        ],
        "definition_changes": [text.as_dict() for text in verdict.changes],
    }


def _said(typed: Typed) -> str:
    return typed.value or typed.total or (f"无数：{typed.no_figure}" if typed.no_figure else "")
