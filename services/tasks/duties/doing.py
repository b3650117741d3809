"""What a unit does with its duties: look at them, sign for them, mark one or several done."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.tasks.duties import answers, changes, queries
from services.tasks.duties.duty import Action, Duty, Side, changed, is_allowed, submitting
from services.tasks.duties.queries import LatestChange, Standing
from services.tasks.duties.store import Change
from services.tasks.vocabulary import FEW_UNITS
from shared.calling.calls import Context
from shared.database import Cursor
from shared.directory import units_below
from shared.errors import Conflict, Forbidden
from shared.light import OPEN_STATES, Light, State
from shared.text import Text

NOT_YOUR_UNIT = Text(
    "您只能查看本单位和下级单位的责任。", "You may only see the duties of your unit and of the units below it."
)
DONE = Text("已标记完成。", "Marked done.")
SUBMITTED = Text("已提交，等待牵头单位审核。", "Submitted; it waits for the lead bureau's review.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one duty of a submission; `change` is set when there is something to save."""

    duty_id: int
    outcome: str
    text: Text
    change: Change | None = None

    def as_dict(self) -> dict[str, Any]:
        return {"duty_id": self.duty_id, "outcome": self.outcome, "text": self.text.as_dict()}


def my_duties(
    cur: Cursor, context: Context, *, unit_id: int | None, light: str | None, limit: int, today: dt.date
) -> dict[str, Any]:
    """What a unit owes: open duties first by due date, done ones last and the latest of them first."""
    actor = context.signed_in
    chosen = actor.unit_id if unit_id is None else unit_id
    if not units_below(cur, [chosen], actor.unit_id):
        raise Forbidden(NOT_YOUR_UNIT)
    lights = [(row, answers.lit(row, today).light) for row in queries.standing_of_unit(cur, chosen)]
    counts = Counter(found.value for _, found in lights)
    shown = sorted((row for row, found in lights if light in (None, found.value)), key=_order)[:limit]
    full = {row.id: row for row in queries.duties(cur, [row.id for row in shown])}
    unit = queries.unit(cur, chosen)
    return {
        "today": today.isoformat(),
        "unit": {"unit_id": unit.id, "name": unit.name},
        "counts": {name.value: counts[name.value] for name in Light},
        "duties": [answers.duty_as_dict(full[row.id], today) for row in shown],
        **_own_units(cur, actor.unit_id),
    }


def _own_units(cur: Cursor, unit_id: int) -> dict[str, Any]:
    """The unit and those below it to choose from, as far as a page lists them, and whether there are more."""
    units = queries.units_from(cur, unit_id, most=FEW_UNITS + 1)
    listed = sorted(units[:FEW_UNITS], key=lambda unit: unit.code)
    return {
        "units": [{"unit_id": unit.id, "name": unit.name} for unit in listed],
        "units_more": len(units) > FEW_UNITS,
    }


def acknowledge(cur: Cursor, context: Context, duty_ids: Sequence[int], *, today: dt.date) -> list[int]:
    """Sign for duties of the own unit and return those that nobody had signed for or dealt with before.

    That a duty is known contradicts nothing that may have become of it, so no versions are asked for.
    """
    rows = changes.rows_for_change(cur, context.signed_in, duty_ids, Side.OWNER)
    fresh = [duty for duty in map(answers.duty_of, rows) if is_allowed(duty, Action.ACKNOWLEDGED)]
    changes.save(cur, context, [_acknowledged(duty, today=today) for duty in fresh])
    return [duty.id for duty in fresh]


def open_duty(cur: Cursor, context: Context, duty_id: int, *, today: dt.date) -> dict[str, Any]:
    """Show a duty for doing; the first time that somebody of the owing unit itself opens it acknowledges it."""
    actor = context.signed_in
    (row,) = changes.rows_for_change(cur, actor, [duty_id], Side.UNIT)
    duty = answers.duty_of(row)
    if duty.unit_id == actor.unit_id and is_allowed(duty, Action.ACKNOWLEDGED):
        changes.save(cur, context, [_acknowledged(duty, today=today)])
    return answers.detail(cur, actor, duty_id, today=today)


def get_duty(cur: Cursor, context: Context, duty_id: int, *, today: dt.date) -> dict[str, Any]:
    """Show a duty to who may read it; changes nothing."""
    changes.refuse_reading(cur, context.signed_in, duty_id)
    return answers.detail(cur, context.signed_in, duty_id, today=today)


def submit(cur: Cursor, context: Context, based_on: dict[int, int], *, note: str, today: dt.date) -> dict[str, Any]:
    """Mark duties done, each for itself; `based_on` maps their ids to the versions that the page showed.

    What somebody marked before is `already`. A stale one is `conflict` among several; alone it raises Conflict, so
    that the page can show both versions.
    """
    actor = context.signed_in
    rows = changes.rows_for_change(cur, actor, list(based_on), Side.UNIT)
    latest = queries.latest_changes(cur, list(based_on))
    duties = [answers.duty_of(row) for row in rows]
    outdated = changes.outdated(cur, duties, based_on)
    outcomes = [
        _submitted(duty, latest.get(duty.id), is_outdated=duty.id in outdated, note=note, today=today)
        for duty in duties
    ]
    if len(outcomes) == 1 and outcomes[0].outcome == "conflict":
        raise Conflict(outcomes[0].text, {"current": answers.detail(cur, actor, rows[0].id, today=today)})
    changes.save(cur, context, [outcome.change for outcome in outcomes if outcome.change])
    return {
        "results": _in_order(based_on, outcomes),
        "duties": [answers.duty_as_dict(row, today) for row in queries.duties(cur, list(based_on))],
    }


def _acknowledged(duty: Duty, *, today: dt.date) -> Change:
    return Change(duty, changed(duty, Action.ACKNOWLEDGED, today=today), Action.ACKNOWLEDGED, "")


def _submitted(duty: Duty, latest: LatestChange | None, *, is_outdated: bool, note: str, today: dt.date) -> Outcome:
    who = answers.changed_by(latest)
    if duty.state in (State.SUBMITTED, State.ACCEPTED):
        text = Text(
            f"{who.zh}已经处理过，这里没有重复提交。", f"{who.en} has dealt with it already; nothing was repeated."
        )
        return Outcome(duty.id, "already", text)
    if is_outdated:
        return Outcome(duty.id, "conflict", changes.stale_text(who))
    action = submitting(duty)
    if not is_allowed(duty, action):
        return Outcome(duty.id, "conflict", changes.not_allowed_text(duty))
    change = Change(duty, changed(duty, action, today=today, text=note), action, note)
    if action is Action.SUBMITTED:
        return Outcome(duty.id, "submitted", SUBMITTED, change)
    return Outcome(duty.id, "done", DONE, change)


def _in_order(duty_ids: dict[int, int], outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    found = {outcome.duty_id: outcome for outcome in outcomes}
    return [found[duty_id].as_dict() for duty_id in duty_ids]


def _order(row: Standing) -> tuple[int, int, int]:
    day = row.due_on.toordinal()
    if row.state in OPEN_STATES:
        return 0, day, row.id
    if row.state is State.SUBMITTED:
        return 1, day, row.id
    return 2, -day, row.id
