"""What every change of a submission has in common: found, permitted, possible, not locked, saved, announced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from services.stats.reports.locking import is_locked
from services.stats.submissions import announcing, queries, store
from services.stats.submissions.records import Submission
from services.stats.submissions.store import Change
from services.stats.submissions.submission import (
    Action,
    SubmissionState,
    Transition,
    complain_of_deciding,
    complain_of_side,
    sides_of,
    transition_of,
)
from shared.actor import READERS_OF_ALL, UNIT_ROLES, Actor
from shared.calling.calls import Context
from shared.database import BUSY, Cursor
from shared.directory import units_below
from shared.errors import Conflict, Forbidden, Invalid, NotFound, TryAgain
from shared.text import Text

NO_SUBMISSION = Text(
    "没有这份报送，请返回列表刷新。", "There is no such submission. Please go back and reload the list."
)
NOT_YOURS_TO_READ = Text(
    "这份报送不属于您的单位，也不属于下级单位。", "This submission belongs neither to your unit nor to one below it."
)
STATE_WORDS = {
    SubmissionState.OPEN: Text("待填报", "to be filled in"),
    SubmissionState.DRAFT: Text("填报中", "being filled in"),
    SubmissionState.AT_HEAD: Text("待分管领导确认", "waiting for the head"),
    SubmissionState.AT_UPPER: Text("待上级单位审核", "waiting for the unit above"),
    SubmissionState.AT_LEAD: Text("待牵头单位审核", "waiting for the lead bureau"),
    SubmissionState.RETURNED: Text("已退回", "returned"),
    SubmissionState.ACCEPTED: Text("已通过", "accepted"),
}


def read(cur: Cursor, actor: Actor, submission_id: int) -> Submission:
    """The submission, for whoever may look at it: its unit, units above, and those who read everything."""
    found = queries.submissions(cur, [submission_id])
    if not found:
        raise NotFound(NO_SUBMISSION)
    (one,) = found
    if actor.has_any(READERS_OF_ALL) or one.unit_id == actor.unit_id:
        return one
    if actor.by_link or not (actor.has_any(UNIT_ROLES) and units_below(cur, [one.unit_id], actor.unit_id)):
        raise Forbidden(NOT_YOURS_TO_READ)
    return one


def locked_rows(cur: Cursor, ids: Sequence[int]) -> list[Submission]:
    """The submissions by id, locked; NotFound when one is missing."""
    rows = queries.submissions(cur, ids, for_update=True)
    if len(rows) < len(set(ids)):
        raise NotFound(NO_SUBMISSION)
    return rows


def for_change(cur: Cursor, actor: Actor, submission_id: int, action: Action, *, today: dt.date) -> Submission:
    """The submission, locked, for whoever may do `action` with it now.

    Forbidden when it is not for the actor to do, Conflict when the state does not allow it, Invalid for a wrong period.
    """
    (one,) = locked_rows(cur, [submission_id])
    step(one, actor, action, today=today)
    return one


def step(one: Submission, actor: Actor, action: Action, *, today: dt.date) -> Transition:
    """The line of the table by which `actor` does `action`; raises as `for_change` does."""
    now = one.standing
    wrong = complain_of_side(action, actor, now)
    if wrong is not None:
        raise Forbidden(wrong)
    transition = transition_of(now, action, sides_of(now, actor))
    if transition is None:
        raise Conflict(not_allowed(one, action), {"state": one.state.value})
    own = complain_of_deciding(now, action, transition.side, actor)
    if own is not None:
        raise Forbidden(own)
    period_wrong = complain_of_period(one, today) if transition.is_change else None
    if period_wrong is not None:
        raise Invalid(period_wrong)
    return transition


def complain_of_period(one: Submission, today: dt.date) -> Text | None:
    """Why the unit may change nothing of this period today; None when it may."""
    if not one.is_expected:
        return Text(
            f"{one.report_name}这一期不再要求报送，不用填写。",
            f"{one.report_name} is not asked for this period any more. There is nothing to fill in.",
        )
    if today < one.opens_on:
        return Text(
            f"{one.period} 还没有结束，从 {one.opens_on} 起填报。",
            f"{one.period} is not over yet. It can be filled in from {one.opens_on} on.",
        )
    if is_lock(one, today):
        return Text(
            f"{one.period} 已于 {one.lock_on} 锁定，不能再改。确需更改的，请向牵头单位申请解锁。",
            f"{one.period} was locked after {one.lock_on}. To change it, please ask the lead bureau to unlock it.",
        )
    return None


def is_lock(one: Submission, today: dt.date) -> bool:
    """Whether the unit may change nothing more, its exceptions considered."""
    return is_locked(one.lock_on, today, one.unlocked_until)


def not_allowed(one: Submission, action: Action) -> Text:
    """What to say when the state does not allow an action."""
    if action is Action.PROXIED and one.is_typed:
        return Text(
            "填报单位自己已经填了内容，不能代录。请与填报单位联系。",
            "The unit has filled in something itself, so nothing can be entered for it. Please contact the unit.",
        )
    if action is Action.GIVEN_UP and one.is_correction and not one.is_own_correction:
        return Text(
            "这次更正是牵头单位要求的，不能放弃。数据没有错的，请原样提交，由牵头单位再看。",
            "The lead bureau asked for this correction, so it cannot be given up. If the figures are right, please"
            " submit them as they are, for the lead bureau to look again.",
        )
    if action is Action.TAKEN_BACK and one.standing.is_proxied:
        return Text(
            "这份报送是牵头单位代录的，不能撤回；有误请在审核通过后更正，或请牵头单位退回。",
            "This was entered for the unit by the lead bureau and cannot be taken back. Please correct it once it is"
            " accepted, or ask for its return.",
        )
    if action is Action.TAKEN_BACK and one.is_passed_on:
        return Text(
            "这份报送已经有人审核过，不能撤回；需要修改的，请审核人退回。",
            "Somebody has looked at this submission already, so it cannot be taken back. Please ask for its return.",
        )
    word = STATE_WORDS[one.state]
    return Text(
        f"这份报送现在是“{word.zh}”，不能再这样操作，请核对现在的内容。",
        f"This submission is now “{word.en}”, so this cannot be done. Please check it as it is now.",
    )


def stale(one: Submission) -> Text:
    """What to say when somebody changed the submission after it was looked at."""
    word = STATE_WORDS[one.state]
    return Text(
        f"您打开页面之后，这份报送有变化，现在是“{word.zh}”。没有改动，请核对后再操作。",
        f"This submission changed since you opened the page; it is now “{word.en}”. Nothing was done: please check it.",
    )


def change_of(one: Submission, action: Action, state: SubmissionState, **fields: Any) -> Change:
    """The submission after `action` in `state`, with these fields changed and all others as they are."""
    given: dict[str, Any] = {
        "submission_id": one.id,
        "based_on": one.version,
        "version": one.version + 1,
        "waits_for": None,
        "is_correction": one.is_correction,
        "reason": one.reason,
        "returned_reason": one.returned_reason,
        "first_submitted_at": one.first_submitted_at,
        "submitted_at": one.submitted_at,
        "submitted_by": one.submitted_by,
        "accepted_at": one.accepted_at,
        "proxy_reason": one.proxy_reason,
        "proxy_paper_on": one.proxy_paper_on,
        "proxy_by": one.proxy_by,
        "definition": one.definition,
    }
    return Change(action=action, state=state, **{**given, **fields})


def save(cur: Cursor, context: Context, changes: Sequence[Change], *, told: bool = True) -> None:
    """Write the changes of locked submissions with their history, and their announcements unless nobody need know."""
    if not changes:
        return
    if store.save(cur, changes) < len(changes):
        raise TryAgain(BUSY)
    store.add_history(cur, changes, who=context.signed_in.signature)
    if told:
        announcing.announce(cur, [change.submission_id for change in changes], context.correlation_id)
