"""Use cases: a unit looks at whom it could give parts of a duty, and splits it among them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from services.tasks.delegation import queries, rules, store
from services.tasks.delegation.records import Below, Part
from services.tasks.duties import answers, changes
from services.tasks.duties import queries as duty_queries
from services.tasks.duties import store as duty_store
from services.tasks.duties.duty import Action, Duty, Side, announcement, changed, is_allowed
from services.tasks.duties.store import Change
from shared.actor import Actor
from shared.calling.calls import Context
from shared.database import BUSY, Cursor
from shared.delivery import outbox
from shared.errors import Conflict, Forbidden, Invalid, TryAgain
from shared.events import DutyDelegated
from shared.text import Text

NOT_YOURS = Text(
    "责任由承担它的单位自己分解，上级单位不能代办。",
    "A duty is split by the unit that owes it, not by a unit above it.",
)
NOT_YOUR_PARTS = Text(
    "分解的责任由分解它的单位收回。",
    "What a duty was split into is taken back by the unit that split it.",
)
NO_OPEN_PART = Text(
    "没有可以收回的：下级单位的部分已经完成，或者已经收回。",
    "There is nothing to take back: the parts are done, or were taken back.",
)
NO_FURTHER = Text(
    "这项责任本身是上级单位分解的，不能再往下分解。",
    "This duty is itself a part of that of a unit above, and is not split any further.",
)


def choices(cur: Cursor, context: Context, duty_id: int, *, today: dt.date) -> dict[str, Any]:
    """Whom a duty could be split among, with the day that is proposed. NotFound, Forbidden as for reading it."""
    changes.refuse_reading(cur, context.signed_in, duty_id)
    (row,) = duty_queries.duties(cur, [duty_id])
    duty = answers.duty_of(row)
    if duty.unit_id != context.signed_in.unit_id:
        raise Forbidden(NOT_YOURS)
    return {
        "duty": answers.duty_as_dict(row, today),
        "proposed_on": rules.proposed_day(duty.due_on, today).isoformat(),
        "units": [
            {
                "unit": {"unit_id": unit.id, "name": unit.name},
                "is_next": unit.steps == 1,
                "has_part": unit.is_part,
                "has_own": unit.is_own,
            }
            for unit in queries.units_below(cur, duty)
        ],
    }


def delegate(
    cur: Cursor,
    context: Context,
    duty_id: int,
    *,
    version: int,
    days: Mapping[int, dt.date],
    text: str,
    today: dt.date,
) -> dict[str, Any]:
    """Split a duty among units, `days` saying until when by unit; the duty's detail.

    Invalid for a unit or a day that cannot be. Conflict with the current detail when the duty changed since, or its
    state does not let it be split.
    """
    actor = context.signed_in
    queries.lock(cur, duty_id, days)
    (row,) = changes.rows_for_change(cur, actor, [duty_id], Side.OWNER, refusal=NOT_YOURS)
    duty = answers.duty_of(row)
    _refuse(cur, actor, duty, version=version, today=today)
    below = queries.those_below(cur, duty, days)
    wrong = _complain(duty, days, below, today=today)
    if wrong:
        raise Invalid.of_fields(wrong)
    _save(cur, context, duty, _parts(duty, days), below, text=text, today=today)
    return answers.detail(cur, actor, duty_id, today=today)


def take_back(
    cur: Cursor, context: Context, duty_id: int, *, version: int, reason: str, today: dt.date
) -> dict[str, Any]:
    """Take back all parts of a duty that are not done, with one reason; the duty's detail.

    Conflict when the duty changed since; Invalid where no part is open.
    """
    actor = context.signed_in
    duty_queries.lock_with_parts(cur, duty_id)
    (row,) = changes.rows_for_change(cur, actor, [duty_id], Side.OWNER, refusal=NOT_YOUR_PARTS)
    duty = answers.duty_of(row)
    if changes.outdated(cur, [duty], {duty.id: version}):
        raise changes.stale(cur, actor, duty, today=today)
    parts = [answers.duty_of(part) for part in duty_queries.parts(cur, duty_id)]
    gone = [
        Change(part, changed(part, Action.TAKEN_BACK, today=today, text=reason), Action.TAKEN_BACK, reason)
        for part in parts
        if is_allowed(part, Action.TAKEN_BACK)
    ]
    if not gone:
        raise Invalid(NO_OPEN_PART)
    changes.save(cur, context, gone)
    return answers.detail(cur, actor, duty_id, today=today)


def _refuse(cur: Cursor, actor: Actor, duty: Duty, *, version: int, today: dt.date) -> None:
    if duty.is_part:
        raise Conflict(NO_FURTHER, {"current": answers.detail(cur, actor, duty.id, today=today)})
    if changes.outdated(cur, [duty], {duty.id: version}):
        raise changes.stale(cur, actor, duty, today=today)
    if not is_allowed(duty, Action.DELEGATED):
        raise changes.not_allowed(cur, actor, duty, today=today)


def _complain(duty: Duty, days: Mapping[int, dt.date], below: Sequence[Below], *, today: dt.date) -> dict[str, Text]:
    units = rules.complain_of_units(days, below)
    if units is not None:
        return {"units": units}
    for unit in below:
        wrong = rules.complain_of_day(days[unit.id], duty.due_on, today)
        if wrong is not None:
            return {
                "due_on": wrong
                if len(set(days.values())) == 1
                else Text(f"{unit.name}：{wrong.zh}", f"{unit.name}: {wrong.en}")
            }
    return {}


def _parts(duty: Duty, days: Mapping[int, dt.date]) -> list[Part]:
    return [rules.part_of(unit_id, on, duty.due_on) for unit_id, on in sorted(days.items())]


def _save(
    cur: Cursor, context: Context, duty: Duty, parts: list[Part], below: list[Below], *, text: str, today: dt.date
) -> None:
    brought = store.bring_back(cur, duty.id, parts)
    made = store.make(cur, duty.id, parts)
    if len(brought) + len(made) < len(parts):
        # Somebody gave one of these units the same just now: whoever looks again sees it.
        raise TryAgain(BUSY)
    given = [answers.duty_of(row) for row in duty_queries.duties(cur, [*brought, *made])]
    duty = changes.signed_for(cur, context, duty, today=today)
    first = min(part.due_on for part in parts)
    told = " ".join(word for word in ("、".join(unit.name for unit in below), first.isoformat(), text) if word)
    after = changed(duty, Action.DELEGATED, today=today)
    changes.save(cur, context, [Change(duty, after, Action.DELEGATED, told)])
    lines = [
        Change(part, part, Action.GIVEN, " ".join(word for word in (part.due_on.isoformat(), text) if word))
        for part in given
    ]
    duty_store.add_history(cur, lines, who=context.signed_in.signature)
    outbox.add(cur, [announcement(part, DutyDelegated) for part in given], correlation_id=context.correlation_id)
