"""What a unit does with its duties: look at them, sign for them, mark one or several done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from services.tasks.duties import answers, changes, queries
from services.tasks.duties.changes import Outcome, in_order
from services.tasks.duties.duty import TRANSITIONS, Action, Duty, Side, changed, is_allowed, submitting
from services.tasks.duties.queries import LatestChange
from services.tasks.duties.store import Change
from shared.calling.calls import Context
from shared.database import Cursor
from shared.errors import Conflict, Invalid
from shared.light import State
from shared.text import Text

DONE = Text("已标记完成。", "Marked done.")
SUBMITTED = Text("已提交，等待审核。", "Submitted; it waits for review.")
REOPENED = Text("已撤回。", "Taken back.")
LACKS_EVIDENCE = Text(
    "这项责任要附证明材料（照片、文件都可以）才能提交。请打开这项责任，在“证明材料”处添加后再提交。",
    "This duty needs evidence, a picture or a file, before it can be submitted. Please open it, add a file under "
    "“Evidence”, and submit it then.",
)

LACKS_REASON = Text(
    "分解给下级单位的责任还有{number}个没有完成。要现在提交，请在备注里写明原因。",
    "{number} of the units among which this duty is split are not done. To submit it now, please say why in the note.",
)


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
    row = changes.readable(cur, context.signed_in, duty_id)
    return answers.detail_of(cur, context.signed_in, row, today=today)


def submit(cur: Cursor, context: Context, based_on: dict[int, int], *, note: str, today: dt.date) -> dict[str, Any]:
    """Mark duties done, each for itself; `based_on` maps their ids to the versions that the page showed.

    What somebody marked before is `already`. A stale one is `conflict` among several; alone it raises Conflict, so
    that the page can show both versions. So is one that lacks evidence, or a note although parts of it are open; alone
    it raises Invalid.
    """
    actor = context.signed_in
    rows = changes.rows_for_change(cur, actor, list(based_on), Side.UNIT)
    duties = [answers.duty_of(row) for row in rows]
    outdated = changes.outdated(cur, duties, based_on)
    latest = queries.latest_changes(cur, [duty.id for duty in duties if _was_dealt_with(duty) or duty.id in outdated])
    outcomes = [
        _submitted(duty, latest.get(duty.id), is_outdated=duty.id in outdated, note=note, today=today)
        for duty in duties
    ]
    going = {one.duty_id for one in outcomes if one.outcome in ("done", "submitted")}
    lacking = queries.without_files(cur, [duty.id for duty in duties if duty.id in going and duty.asks_file_first])
    unexplained = {duty.id: _lacks_reason(duty) for duty in duties if duty.id in going and duty.open_parts and not note}
    if lacking and len(outcomes) == 1:
        raise Invalid.of_fields({"evidence": LACKS_EVIDENCE})
    if unexplained and len(outcomes) == 1:
        raise Invalid.of_fields({"note": unexplained[outcomes[0].duty_id]})
    refused = unexplained | dict.fromkeys(lacking, LACKS_EVIDENCE)
    outcomes = [
        Outcome(one.duty_id, "conflict", refused[one.duty_id]) if one.duty_id in refused else one for one in outcomes
    ]
    if len(outcomes) == 1 and outcomes[0].outcome == "conflict":
        raise Conflict(outcomes[0].text, {"current": answers.detail(cur, actor, rows[0].id, today=today)})
    changes.save(cur, context, [outcome.change for outcome in outcomes if outcome.change])
    return {
        "results": _results(based_on, outcomes, lacking=lacking, unexplained=unexplained.keys() - lacking),
        "duties": [answers.duty_as_dict(row, today) for row in queries.duties(cur, list(based_on))],
    }


def reopen(cur: Cursor, context: Context, based_on: dict[int, int], *, today: dt.date) -> dict[str, Any]:
    """Take back several submissions, each for itself; `based_on` as in `submit`. What cannot be is a `conflict`."""
    rows = changes.rows_for_change(cur, context.signed_in, list(based_on), TRANSITIONS[Action.REOPENED].side)
    latest = queries.latest_changes(cur, [row.id for row in rows if row.version != based_on[row.id]])
    outcomes = [
        _reopened(answers.duty_of(row), latest.get(row.id), version=based_on[row.id], today=today) for row in rows
    ]
    changes.save(cur, context, [outcome.change for outcome in outcomes if outcome.change])
    return {
        "results": _results(based_on, outcomes),
        "duties": [answers.duty_as_dict(row, today) for row in queries.duties(cur, list(based_on))],
    }


def _acknowledged(duty: Duty, *, today: dt.date) -> Change:
    return Change(duty, changed(duty, Action.ACKNOWLEDGED, today=today), Action.ACKNOWLEDGED, "")


def _submitted(duty: Duty, latest: LatestChange | None, *, is_outdated: bool, note: str, today: dt.date) -> Outcome:
    who = answers.changed_by(latest)
    if _was_dealt_with(duty):
        text = Text(
            f"{who.zh}已经处理过，这里没有重复提交。", f"{who.en} has dealt with it already; nothing was repeated."
        )
        return Outcome(duty.id, "already", text, _kept_note(duty, note, today=today))
    if is_outdated:
        return Outcome(duty.id, "conflict", changes.stale_text(who))
    action = submitting(duty)
    if not is_allowed(duty, action):
        return Outcome(duty.id, "conflict", changes.not_allowed_text(duty))
    change = Change(duty, changed(duty, action, today=today, text=note), action, note)
    if action is Action.SUBMITTED:
        return Outcome(duty.id, "submitted", SUBMITTED, change)
    return Outcome(duty.id, "done", DONE, change)


def _was_dealt_with(duty: Duty) -> bool:
    return duty.state in (State.SUBMITTED, State.ACCEPTED)


def _kept_note(duty: Duty, note: str, *, today: dt.date) -> Change | None:
    """The note of a second window as a line of progress; one that says what the last one says adds nothing."""
    if not note or note == duty.last_note:
        return None
    return Change(duty, changed(duty, Action.PROGRESS, today=today, text=note), Action.PROGRESS, note)


def _reopened(duty: Duty, latest: LatestChange | None, *, version: int, today: dt.date) -> Outcome:
    if version != duty.version:
        return Outcome(duty.id, "conflict", changes.stale_text(answers.changed_by(latest)))
    if not is_allowed(duty, Action.REOPENED):
        return Outcome(duty.id, "conflict", changes.not_allowed_text(duty))
    change = Change(duty, changed(duty, Action.REOPENED, today=today), Action.REOPENED, "")
    return Outcome(duty.id, "reopened", REOPENED, change)


def _lacks_reason(duty: Duty) -> Text:
    return Text(LACKS_REASON.zh.format(number=duty.open_parts), LACKS_REASON.en.format(number=duty.open_parts))


def _results(
    based_on: dict[int, int],
    outcomes: Sequence[Outcome],
    *,
    lacking: Collection[int] = (),
    unexplained: Collection[int] = (),
) -> list[dict[str, Any]]:
    """SubmitResults in the order in which the duties were named."""
    noted = {one.duty_id for one in outcomes if one.change is not None and one.change.action is Action.PROGRESS}
    return [
        result
        | {
            "note_kept": result["duty_id"] in noted,
            "lacks_evidence": result["duty_id"] in lacking,
            "lacks_reason": result["duty_id"] in unexplained,
        }
        for result in in_order(based_on, outcomes)
    ]
