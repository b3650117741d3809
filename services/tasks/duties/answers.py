"""How a duty is shown to whoever asks: with its light and reason, its history, and what may be done with it now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from services.tasks.duties import queries
from services.tasks.duties.duty import (
    OFFER_PRACTICE,
    WITHDRAW_PARTS,
    Action,
    Doer,
    Duty,
    Side,
    operations_open_to,
    sides_of,
)
from services.tasks.duties.queries import File, Happened, LatestChange, PracticeOf, SameNote, ShownDuty, Standing
from services.tasks.duties.sampling import commitment_to
from services.tasks.vocabulary import PracticeState
from shared.actor import READERS_OF_ALL, UNIT_ROLES, Actor, Role
from shared.database import Cursor
from shared.directory import units_below
from shared.light import WORDS, Lit, State, light_of
from shared.text import Text
from shared.workdays import SHANGHAI, is_settled, kept_by_calendar

STATE_WORDS = {
    State.ISSUED: Text("已下发", "issued"),
    State.ACKNOWLEDGED: Text("已签收", "acknowledged"),
    State.SUBMITTED: Text("已提交", "submitted"),
    State.ACCEPTED: Text("已完成", "done"),
    State.RETURNED: Text("已退回", "returned"),
    State.WAIVED: Text("不适用", "not applicable"),
    State.WITHDRAWN: Text("已撤销", "withdrawn"),
}


def duty_of(row: ShownDuty) -> Duty:
    """The duty as the rules know it."""
    return Duty(
        id=row.id,
        checklist_id=row.checklist_id,
        item_id=row.item_id,
        unit_id=row.unit_id,
        period=row.period,
        due_on=row.due_on,
        state=row.state,
        done_on=row.done_on,
        blocked_reason=row.blocked_reason,
        waiver_reason=row.waiver_reason,
        returned_reason=row.returned_reason,
        last_note=row.last_note,
        version=row.version,
        review_rule=row.review_rule,
        blocker_answer=row.blocker_answer,
        waiver_refusal=row.waiver_refusal,
        first_due_on=row.first_due_on,
        wanted_on=row.wanted_on,
        extension_refusal=row.extension_refusal,
        is_drawn=row.is_sampled,
        asked_unit_id=row.asked_unit_id,
        paused_on=row.paused_on,
        is_dropped=row.is_dropped,
        parent_id=row.parent_id,
        parent_unit_id=row.parent_unit_id,
        parent_due_on=row.parent_due_on,
        open_parts=row.parts_total - row.parts_done,
        asks_file=row.evidence_rule == "required" and row.parent_id is None,
        reviewer_unit_id=row.reviewer_unit_id,
    )


def lit(row: ShownDuty | Standing, today: dt.date) -> Lit:
    """The light of the duty on `today`, with its reason."""
    is_part = isinstance(row, ShownDuty) and row.parent_id is not None
    dates = _Dates(row.state, row.due_on, row.done_on, row.is_blocked, row.first_due_on, row.paused_on, is_part)
    return _lit(dates, today)


def duty_as_dict(row: ShownDuty, today: dt.date) -> dict[str, Any]:
    """A DutyAnswer."""
    light = lit(row, today)
    return {
        "duty_id": row.id,
        "checklist_id": row.checklist_id,
        "item_id": row.item_id,
        "unit": {"unit_id": row.unit_id, "name": row.unit_name},
        "area": row.area,
        "measure": row.measure,
        "task": row.task,
        "item": row.item,
        "period": row.period,
        "role": row.role,
        "due_on": row.due_on.isoformat(),
        "written_due_on": row.written_due_on.isoformat(),
        "is_provisional": not is_settled(row.written_due_on, row.due_on),
        "first_due_on": row.first_due_on.isoformat() if row.first_due_on else None,
        "state": row.state.value,
        "light": light.light.value,
        "light_word": WORDS[light.light].as_dict(),
        "reason": light.reason.as_dict(),
        "brief": light.brief.as_dict(),
        "done_on": row.done_on.isoformat() if row.done_on else None,
        "is_blocked": row.is_blocked,
        "paused_on": row.paused_on.isoformat() if row.paused_on else None,
        "waiver_asked": row.waiver_reason is not None,
        "extension_asked": row.wanted_on is not None and row.extension_refusal is None,
        "last_note": row.last_note,
        "needs_evidence": duty_of(row).asks_file_now,
        "files": row.files,
        "reviewer": row.reviewer if row.review_rule != "none" and row.parent_id is None else None,
        "delegated_by": row.delegated_by,
        "parts_total": row.parts_total,
        "parts_done": row.parts_done,
        "parts_waiting": row.parts_waiting,
        "version": row.version,
    }


def answered_as_dict(row: ShownDuty, today: dt.date) -> dict[str, Any]:
    """An AnsweredDuty: a duty with what the lead bureau said of it last."""
    return {
        **duty_as_dict(row, today),
        "returned_reason": row.returned_reason if row.state is State.RETURNED else None,
        "waiver_refusal": row.waiver_refusal if row.waiver_reason is None else None,
        "blocker_answer": row.blocker_answer if row.blocked_reason is not None else None,
        "extension_refusal": row.extension_refusal,
        "open_remark": row.open_remark,
        "is_file_awaited": row.state is State.SUBMITTED and duty_of(row).asks_file_now and not row.files,
    }


def detail(cur: Cursor, actor: Actor, duty_id: int, *, today: dt.date) -> dict[str, Any]:
    """The duty as it is now, read again."""
    (row,) = queries.duties(cur, [duty_id])
    return detail_of(cur, actor, row, today=today)


def detail_of(cur: Cursor, actor: Actor, row: ShownDuty, *, today: dt.date) -> dict[str, Any]:
    """The duty as the row has it, with its files, its history and its parts."""
    theirs = units_below(cur, [row.unit_id], actor.unit_id)
    done_by = queries.done_by(cur, [row.id]).get(row.id, {})
    same = queries.same_notes(cur, [row.id]) if Role.LEAD_BUREAU in actor.roles else {}
    practice = queries.practice_of(cur, row.id)
    return {
        **duty_as_dict(row, today),
        **same_note_as_dict(same.get(row.id)),
        "sample": _sample_as_dict(cur, actor, row),
        "acceptance_rule": row.acceptance_rule,
        "review_rule": "none" if row.parent_id else row.review_rule,
        "blocked_reason": row.blocked_reason,
        "waiver_reason": row.waiver_reason,
        "returned_reason": row.returned_reason,
        "contact": queries.contact_of(cur, row.checklist_id),
        "asked_unit": row.asked_unit,
        "closed_helper": row.closed_helper,
        "blocker_answer": row.blocker_answer,
        "blocker_plan": row.blocker_plan,
        "blocker_answered_by": row.blocker_answered_by,
        "waiver_refusal": row.waiver_refusal,
        "wanted_on": row.wanted_on.isoformat() if row.wanted_on else None,
        "extension_reason": row.extension_reason,
        "extension_refusal": row.extension_refusal,
        "evidence": [_file_as_dict(file) for file in queries.files(cur, row.id)],
        "history": [_entry_as_dict(entry) for entry in queries.history(cur, row.id)],
        "is_ended": row.is_closed,
        "ended_at": row.closed_at.isoformat() if row.closed_at else None,
        "ended_reason": row.closed_reason,
        "parent_duty_id": row.parent_id if _reads_whole(cur, actor, row) else None,
        "parts": _parts_as_dicts(cur, row, today),
        "practice": _practice_as_dict(actor, row, practice),
        "actions": _actions(cur, actor, row, practice, is_theirs=bool(theirs), done_by=done_by),
    }


def _actions(
    cur: Cursor,
    actor: Actor,
    row: ShownDuty,
    practice: PracticeOf | None,
    *,
    is_theirs: bool,
    done_by: Mapping[Action, Doer],
) -> list[str]:
    """The operations open to the person; without a unit below there is nobody to split a duty among."""
    if row.is_closed:
        return []
    found = operations_open_to(duty_of(row), actor, is_theirs=is_theirs, done_by=done_by)
    if OFFER_PRACTICE in found and practice is not None and practice.state.is_live:
        found.remove(OFFER_PRACTICE)
    if "delegate_duty" in found and not queries.has_units_for_parts(cur, row.id):
        found.remove("delegate_duty")
    duty = duty_of(row)
    is_owner = Side.OWNER in sides_of(duty, actor, is_theirs=is_theirs) and not actor.by_link
    if is_owner and not duty.is_part and duty.open_parts:
        found.append(WITHDRAW_PARTS)
    return found


def _practice_as_dict(actor: Actor, row: ShownDuty, found: PracticeOf | None) -> dict[str, Any] | None:
    """A PracticeOfDuty; before it is published nobody knows of it but the unit itself and the lead bureau."""
    is_told = Role.LEAD_BUREAU in actor.roles or (actor.has_any(UNIT_ROLES) and actor.unit_id == row.unit_id)
    if found is None or not (is_told or found.state is PracticeState.PUBLISHED):
        return None
    return {"practice_id": found.id, "state": found.state.value}


def _file_as_dict(file: File) -> dict[str, Any]:
    return {
        "evidence_id": file.id,
        "name": file.name,
        "bytes": file.bytes,
        "at": file.added_at.isoformat(),
        "who": {"post": file.added_by_post, "unit": file.added_by_unit},
    }


def _entry_as_dict(entry: Happened) -> dict[str, Any]:
    return {
        "at": entry.at.isoformat(),
        "action": entry.action,
        "who": {"post": entry.post, "unit": entry.unit},
        "text": entry.text,
        "part": entry.part,
    }


def _reads_whole(cur: Cursor, actor: Actor, row: ShownDuty) -> bool:
    if row.parent_unit_id is None or actor.by_link:
        return False
    return actor.has_any(READERS_OF_ALL) or bool(units_below(cur, [row.parent_unit_id], actor.unit_id))


def _parts_as_dicts(cur: Cursor, row: ShownDuty, today: dt.date) -> list[dict[str, Any]]:
    """The DutyParts of a duty; a part has none."""
    if not row.parts_ever:
        return []
    found = queries.parts(cur, row.id)
    done_by = queries.submitted_by(cur, [part.id for part in found]) if found else {}
    return [
        {
            **duty_as_dict(part, today),
            "done_by": {"post": done_by[part.id].post, "unit": done_by[part.id].unit}
            if part.done_on and part.id in done_by
            else None,
        }
        for part in found
    ]


def same_note_as_dict(found: SameNote | None) -> dict[str, Any]:
    """A SameNote."""
    return {"same_note_units": found.units if found else 0, "same_note_names": found.names if found else []}


def _sample_as_dict(cur: Cursor, actor: Actor, row: ShownDuty) -> dict[str, Any] | None:
    """A SampledBy; a unit that knew the seed of an open checklist could say in advance what will be looked at."""
    if row.review_rule != "sample" or row.parent_id is not None:
        return None
    found = queries.sample_of(cur, row.checklist_id)
    is_told = found.is_closed or actor.has_any(READERS_OF_ALL)
    return {
        "percent": found.percent,
        "commitment": commitment_to(found.seed) if found.seed else None,
        "seed": found.seed if is_told else None,
    }


def changed_by(change: LatestChange | None) -> Text:
    """Who changed something last and when, to go before a verb."""
    if change is None or change.unit is None:
        return Text("系统", "The system")
    at = change.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    return Text(f"{change.unit}{change.post}于 {at} ", f"{change.unit} {change.post} at {at}")


class _Dates(NamedTuple):
    """Of which duties of a unit share few, while counting working days costs one look per day."""

    state: State
    due_on: dt.date
    done_on: dt.date | None
    is_blocked: bool
    first_due_on: dt.date | None
    paused_on: dt.date | None
    is_part: bool


@kept_by_calendar(maxsize=8192)
def _lit(dates: _Dates, today: dt.date) -> Lit:
    return light_of(
        dates.state,
        dates.due_on,
        today,
        done_on=dates.done_on,
        is_blocked=dates.is_blocked,
        first_due_on=dates.first_due_on,
        paused_on=dates.paused_on,
        is_part=dates.is_part,
    )
