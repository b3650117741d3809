"""What every change of a duty has in common: found, permitted, based on what it is now, allowed, saved, announced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.tasks.duties import answers, queries, store
from services.tasks.duties.duty import (
    OF_UNIT,
    TRANSITIONS,
    Action,
    Duty,
    Side,
    changed,
    complain_of_day,
    complain_of_part_day,
    event_of,
    is_allowed,
    is_own,
    sides_of,
)
from services.tasks.duties.queries import ShownDuty
from services.tasks.duties.store import Change
from shared.actor import READERS_OF_ALL, UNIT_ROLES, Actor
from shared.calling.calls import Context
from shared.database import BUSY, Cursor
from shared.delivery import outbox
from shared.directory import units_below
from shared.errors import Conflict, Forbidden, Invalid, NotFound, TryAgain
from shared.text import Text

NO_DUTY = Text("没有这项责任，请返回列表刷新。", "There is no such duty. Please go back to the list and reload it.")
ENDED = Text("这份清单已经结束，责任不能再改动。", "This checklist has ended; its duties cannot be changed any more.")
NOT_YOUR_UNIT = Text(
    "这项责任不属于您的单位，也不属于下级单位。", "This duty belongs neither to your unit nor to one below it."
)
NOT_YOUR_MOVE = Text("您的岗位不能审核责任事项。", "Your post may not review duties.")
NOT_YOUR_OWN = Text(
    "签收由承担责任的单位自己办理，上级单位不能代签。",
    "A duty is signed for by the unit that owes it, not by a unit above it.",
)
NOT_THE_DELEGATOR = Text(
    "这项责任是上级单位分解的，由分解它的单位答复、退回和收回。",
    "This duty is a part of that of a unit above, which answers it, gives it back and takes it back.",
)
NO_FILE_YET = Text(
    "抽中核验的这项责任还没有证明材料。请等单位补充，或者写明原因退回。",
    "This duty was drawn and has no evidence yet. Please wait until the unit adds it, or return it with a reason.",
)
NOT_YOUR_OWN_WORK = Text(
    "您本人提交或申请的，要由牵头单位的另一位同事审核。",
    "What you submitted or asked for yourself is decided by a colleague of the lead bureau.",
)
NOT_YOUR_OWN_PART = Text(
    "您本人提交或申请的，要由分解单位的另一位同事答复或退回。",
    "What you submitted or asked for yourself is decided by a colleague of the unit that split the duty.",
)
NOT_YOUR_FILES = Text(
    "证明材料由承担责任的单位自己添加和删除，上级单位可以下载。",
    "Files are added and removed by the unit that owes the duty; a unit above it may download them.",
)
NOT_YOUR_REVIEW = Text(
    "这项责任由牵头单位或者指定的核验单位审核。",
    "This duty is reviewed by the lead bureau, or by the unit that is named for it.",
)
NOT_YOUR_HELP = Text(
    "这项困难没有请您的单位协调，或者单位已经自行解除、改请了别人。",
    "Your unit is not asked to help with this difficulty, or not any more: the unit solved it or asked somebody else.",
)
NOT_A_HELPER = Text(
    "这个单位不能协调本单位的困难，请从列表中选择，或者留给牵头单位。",
    "This unit cannot be asked to help. Please choose one of the list, or leave it to the lead bureau.",
)
# Who of the units reads a duty.
READERS = frozenset({Side.UNIT, Side.HELPER, Side.REVIEWER})
# Where the day of an action is typed.
DAY_FIELDS = {Action.EXTENSION_ASKED: "wanted_on", Action.EXTENDED: "due_on"}
REFUSALS = {Side.UNIT: NOT_YOUR_UNIT, Side.OWNER: NOT_YOUR_OWN, Side.LEAD: NOT_YOUR_MOVE, Side.HELPER: NOT_YOUR_HELP}
REFUSALS |= {Side.REVIEWER: NOT_YOUR_REVIEW}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of several duties; `change` is set when there is something to save."""

    duty_id: int
    outcome: str
    text: Text
    change: Change | None = None

    def as_dict(self) -> dict[str, Any]:
        return {"duty_id": self.duty_id, "outcome": self.outcome, "text": self.text.as_dict()}


def in_order(duty_ids: Iterable[int], outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    """The outcomes in the order in which the duties were named."""
    found = {outcome.duty_id: outcome for outcome in outcomes}
    return [found[duty_id].as_dict() for duty_id in duty_ids]


def act(
    cur: Cursor,
    context: Context,
    duty_id: int,
    action: Action,
    *,
    today: dt.date,
    version: int | None = None,
    text: str = "",
    on: dt.date | None = None,
    asked_unit_id: int | None = None,
) -> dict[str, Any]:
    """Carry out `action` and return the duty's detail; `version` None is for what contradicts nothing.

    `on` is the day until which more time is asked for, or given; `asked_unit_id` is who is to help with a difficulty.
    Forbidden for who decides on what he did himself; Invalid for a day that gives no more time, for a unit that
    cannot be asked, and for accepting what lacks the file that is asked for. Conflict with the current detail when the
    duty changed since, or its state does not allow the action. What does not apply to the whole does not to its parts.
    """
    actor = context.signed_in
    if action is Action.WAIVED:
        queries.lock_with_parts(cur, duty_id)
    (row,) = rows_for_change(cur, actor, [duty_id], TRANSITIONS[action].side)
    duty = answers.duty_of(row)
    if version is not None and outdated(cur, [duty], {duty.id: version}):
        raise stale(cur, actor, duty, today=today)
    if not is_allowed(duty, action):
        raise not_allowed(cur, actor, duty, today=today)
    if is_own(action, actor, queries.done_by(cur, [duty_id]).get(duty_id, {})):
        raise Forbidden(NOT_YOUR_OWN_PART if duty.is_part else NOT_YOUR_OWN_WORK)
    if action is Action.ACCEPTED and duty.asks_file_now and queries.without_files(cur, [duty_id]):
        raise Invalid(NO_FILE_YET)
    wrong = _complain_of_day(duty, action, on, today) if on else None
    if wrong is not None:
        raise Invalid.of_fields({DAY_FIELDS[action]: wrong})
    if asked_unit_id is not None and asked_unit_id not in {one.id for one in queries.helpers(cur, duty.unit_id)}:
        raise Invalid.of_fields({"asked_unit_id": NOT_A_HELPER})
    # Where nobody is named, what the lead bureau is for others is the unit that has the whole for a part.
    asked_unit_id = asked_unit_id or duty.parent_unit_id
    if TRANSITIONS[action].side in OF_UNIT and TRANSITIONS[action].to is None:
        duty = signed_for(cur, context, duty, today=today)
    after = changed(duty, action, today=today, text=text, on=on, asked_unit_id=asked_unit_id)
    ended = _ended_with(cur, duty, today=today) if action is Action.WAIVED else []
    save(cur, context, [Change(duty, after, action, text), *ended])
    return answers.detail(cur, actor, duty_id, today=today)


def signed_for(cur: Cursor, context: Context, duty: Duty, *, today: dt.date) -> Duty:
    """The duty as it is once somebody of the owing unit itself acts on it: by that the unit has signed for it.

    Where it had not yet, that is written, with a line of its own in the history.
    """
    actor = context.signed_in
    is_owner = actor.has_any(UNIT_ROLES) and duty.unit_id == actor.unit_id
    if not is_owner or not is_allowed(duty, Action.ACKNOWLEDGED):
        return duty
    after = changed(duty, Action.ACKNOWLEDGED, today=today)
    save(cur, context, [Change(duty, after, Action.ACKNOWLEDGED, "")])
    return after


def _complain_of_day(duty: Duty, action: Action, on: dt.date, today: dt.date) -> Text | None:
    wrong = complain_of_day(duty, on, today)
    if wrong is None and action is Action.EXTENDED and duty.parent_due_on is not None:
        wrong = complain_of_part_day(duty.parent_due_on, on)
    return wrong


def _ended_with(cur: Cursor, whole: Duty, *, today: dt.date) -> list[Change]:
    """What becomes of the parts of a duty that does not apply: with the words of who asked for it."""
    text = whole.waiver_reason or ""
    parts = [answers.duty_of(row) for row in queries.parts(cur, whole.id)]
    return [
        Change(part, changed(part, Action.TAKEN_BACK, today=today), Action.TAKEN_BACK, text)
        for part in parts
        if is_allowed(part, Action.TAKEN_BACK)
    ]


def rows_for_change(
    cur: Cursor, actor: Actor, duty_ids: Sequence[int], side: Side, *, refusal: Text | None = None
) -> list[ShownDuty]:
    """The duties, locked. NotFound when one is missing, Forbidden when the actor is not on `side` of all of them.

    Invalid when the checklist of one is ended: nothing of it changes any more.

    `refusal` says so, where the sentence of the side does not fit.
    """
    rows = queries.duties(cur, duty_ids, for_update=True)
    if len(rows) < len(set(duty_ids)):
        raise NotFound(NO_DUTY)
    if any(row.is_closed for row in rows):
        raise Invalid(ENDED)
    theirs = units_below(cur, {row.unit_id for row in rows}, actor.unit_id)
    duties = [answers.duty_of(row) for row in rows]
    shut = [duty for duty in duties if side not in sides_of(duty, actor, is_theirs=duty.unit_id in theirs)]
    if shut:
        is_of_part = side in (Side.LEAD, Side.REVIEWER) and any(duty.is_part for duty in shut)
        raise Forbidden(refusal or (NOT_THE_DELEGATOR if is_of_part else REFUSALS[side]))
    return rows


def outdated(cur: Cursor, duties: Iterable[Duty], based_on: Mapping[int, int]) -> set[int]:
    """Ids of the duties that became something else after the version in `based_on`, which says one for each.

    Signing for a duty counts its version up, for consumers to know the newer, and changes nothing that somebody else's
    page says of what is to be done: work that is based on the version before it is not refused.
    """
    moved = {duty.id: duty.version for duty in duties if duty.version != based_on[duty.id]}
    signed = queries.versions_signed(cur, list(moved)) if moved else {}
    return {
        duty_id
        for duty_id, version in moved.items()
        if based_on[duty_id] != version - 1 or signed.get(duty_id) != version
    }


def refuse_reading(cur: Cursor, actor: Actor, duty_id: int) -> None:
    """Raise as `readable`, for who needs nothing of the duty."""
    readable(cur, actor, duty_id)


def readable(cur: Cursor, actor: Actor, duty_id: int) -> ShownDuty:
    """The duty, for an actor who reads all duties, answers for this one's unit or is asked to help.

    Raises NotFound when there is none, and Forbidden for anybody else.
    """
    rows = queries.duties(cur, [duty_id])
    if not rows:
        raise NotFound(NO_DUTY)
    (row,) = rows
    if not actor.has_any(READERS_OF_ALL):
        theirs = units_below(cur, [row.unit_id], actor.unit_id)
        if not sides_of(answers.duty_of(row), actor, is_theirs=bool(theirs)) & READERS:
            raise Forbidden(NOT_YOUR_UNIT)
    return row


def save(cur: Cursor, context: Context, changes: Sequence[Change]) -> None:
    """Write the changes of locked duties with their history and their announcements."""
    if not changes:
        return
    if store.save(cur, changes) < len(changes):
        raise TryAgain(BUSY)
    store.save_requests(cur, changes, who=context.signed_in.signature)
    store.add_history(cur, changes, who=context.signed_in.signature)
    events = [event_of(change.after, change.action) for change in changes]
    told = [event for event in events if event is not None]
    if told:
        outbox.add(cur, told, correlation_id=context.correlation_id)


def stale(cur: Cursor, actor: Actor, duty: Duty, *, today: dt.date) -> Conflict:
    """A Conflict that says who changed the duty and shows it as it is now."""
    who = answers.changed_by(queries.latest_changes(cur, [duty.id]).get(duty.id))
    return Conflict(stale_text(who), {"current": answers.detail(cur, actor, duty.id, today=today)})


def stale_text(who: Text) -> Text:
    """What to say when `who` changed the duty first."""
    return Text(
        f"{who.zh}改过这项责任，您的操作没有保存，请核对现在的内容再试。",
        f"{who.en} changed this duty. Nothing of yours was saved: please check it as it is now and try again.",
    )


def not_allowed(cur: Cursor, actor: Actor, duty: Duty, *, today: dt.date) -> Conflict:
    """A Conflict that says why the state forbids it and shows the duty as it is now."""
    return Conflict(not_allowed_text(duty), {"current": answers.detail(cur, actor, duty.id, today=today)})


def not_allowed_text(duty: Duty) -> Text:
    """What to say when the duty's state forbids an action, or its item is dropped."""
    if duty.is_dropped:
        return Text(
            "这个事项已经随清单调整删除，已办的责任保留，不能退回或撤回。",
            "An amendment dropped this item. What is done stays, and is neither returned nor taken back.",
        )
    word = answers.STATE_WORDS[duty.state]
    return Text(
        f"这项责任现在是“{word.zh}”，不能再这样操作，请核对现在的内容。",
        f"This duty is now “{word.en}”, so this cannot be done. Please check it as it is now.",
    )
