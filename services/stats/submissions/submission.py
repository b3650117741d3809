"""The life of a submission as one table of transitions, and whose turn it is next. Pure.

`docs/states.md` shows the same table to readers. A figure belongs to the unit that reports it: whoever looks at it may
pass it on or give it back, and nobody but the unit itself changes it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.actor import UNIT_ROLES, Actor, Role
from shared.text import Text


class SubmissionState(StrEnum):
    """Where a submission stands."""

    OPEN = "open"
    DRAFT = "draft"
    AT_HEAD = "at_head"
    AT_UPPER = "at_upper"
    AT_LEAD = "at_lead"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class Action(StrEnum):
    """What the history says happened."""

    SAVED = "saved"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    PASSED = "passed"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    TAKEN_BACK = "taken_back"
    CORRECTED = "corrected"
    GIVEN_UP = "given_up"
    PROXIED = "proxied"


class Side(StrEnum):
    """Who: staff or head of the unit itself, its head, the unit above whose turn it is, the lead bureau."""

    UNIT = "unit"
    HEAD = "head"
    UPPER = "upper"
    LEAD = "lead"


_S = SubmissionState
WITH_THE_UNIT = frozenset({_S.OPEN, _S.DRAFT, _S.RETURNED})
WAITING = frozenset({_S.AT_HEAD, _S.AT_UPPER, _S.AT_LEAD})
UNITS_TURN = frozenset({_S.OPEN, _S.DRAFT, _S.RETURNED})


@dataclass(frozen=True, slots=True)
class Transition:
    """Who may do what from where, and where it leads; with several ends `next_stop` says which one.

    `operation` is the call that does it. `is_change` is whether figures are changed by it, which the lock day ends.
    """

    action: Action
    operation: str
    side: Side
    sources: frozenset[SubmissionState]
    ends: tuple[SubmissionState, ...]
    is_change: bool = False


TRANSITIONS = (
    Transition(Action.SAVED, "save_submission", Side.UNIT, frozenset({_S.OPEN, _S.DRAFT}), (_S.DRAFT,), is_change=True),
    Transition(Action.SAVED, "save_submission", Side.UNIT, frozenset({_S.RETURNED}), (_S.RETURNED,), is_change=True),
    Transition(
        Action.SUBMITTED,
        "submit_submission",
        Side.UNIT,
        WITH_THE_UNIT,
        (_S.AT_HEAD, _S.AT_UPPER, _S.AT_LEAD),
        is_change=True,
    ),
    Transition(Action.TAKEN_BACK, "take_back_submission", Side.UNIT, WAITING, (_S.DRAFT,), is_change=True),
    Transition(
        Action.CORRECTED, "correct_submission", Side.UNIT, frozenset({_S.ACCEPTED}), (_S.DRAFT,), is_change=True
    ),
    Transition(Action.GIVEN_UP, "give_up_correction", Side.UNIT, frozenset({_S.DRAFT, _S.RETURNED}), (_S.ACCEPTED,)),
    Transition(Action.CONFIRMED, "confirm_submission", Side.HEAD, frozenset({_S.AT_HEAD}), (_S.AT_UPPER, _S.AT_LEAD)),
    Transition(Action.PASSED, "pass_submission", Side.UPPER, frozenset({_S.AT_UPPER}), (_S.AT_UPPER, _S.AT_LEAD)),
    Transition(Action.ACCEPTED, "accept_submissions", Side.LEAD, frozenset({_S.AT_LEAD}), (_S.ACCEPTED,)),
    Transition(Action.RETURNED, "return_submission", Side.HEAD, frozenset({_S.AT_HEAD}), (_S.RETURNED,)),
    Transition(Action.RETURNED, "return_submission", Side.UPPER, frozenset({_S.AT_UPPER}), (_S.RETURNED,)),
    Transition(Action.RETURNED, "return_submission", Side.LEAD, frozenset({_S.AT_LEAD, _S.ACCEPTED}), (_S.RETURNED,)),
    Transition(
        Action.PROXIED, "enter_by_proxy", Side.LEAD, frozenset({_S.OPEN, _S.DRAFT}), (_S.AT_LEAD,), is_change=True
    ),
)

NOT_YOUR_UNIT = Text(
    "这份报送不是您单位的。数据只能由填报单位自己填写和修改。",
    "This submission is another unit's. Figures are filled in and changed by the unit that reports them alone.",
)
NOT_YOUR_TURN = {
    Side.UNIT: NOT_YOUR_UNIT,
    Side.HEAD: Text(
        "这份报送要由填报单位的分管领导确认。", "This submission is confirmed by a head of the unit that reports it."
    ),
    Side.UPPER: Text("这份报送现在由另一个上级单位审核。", "It is another unit's turn to look at this submission."),
    Side.LEAD: Text("这份报送由牵头单位审核。", "This submission is reviewed by the lead bureau."),
}
# Whoever submitted is told who else can decide.
NOT_YOUR_OWN = {
    Side.HEAD: Text(
        "这份报送是您自己提交的，不能自己确认。请由本单位另一位分管领导确认；没有的话，请系统管理员增加账号。",
        "You submitted this yourself and cannot confirm it. Another head of your unit can; if there is none, please ask"
        " the administrator for an account.",
    ),
    Side.UPPER: Text(
        "这份报送是您自己提交的，不能自己审核。请由上级单位的其他人员审核。",
        "You submitted this yourself and cannot pass it on. Somebody else of the unit above can.",
    ),
    Side.LEAD: Text(
        "这份报送是您自己提交的，不能自己审核通过。请由牵头单位的另一位同事审核；没有的话，请系统管理员增加账号。",
        "You submitted this yourself and cannot accept it. Another colleague of the lead bureau can; if there is none,"
        " please ask the administrator for an account.",
    ),
}
DECIDING = frozenset({Action.CONFIRMED, Action.PASSED, Action.ACCEPTED})


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides who may do what: whose it is, where it stands, whose turn it is, who submitted it.

    `is_passed_on` is whether anybody has looked at it since it was submitted, `is_typed` whether the unit has typed
    anything, `is_proxied` whether what it holds was entered for the unit, `is_own_correction` whether the unit itself
    began to correct what is accepted.
    """

    unit_id: int
    state: SubmissionState
    waits_for: int | None
    submitted_by: int | None
    is_passed_on: bool = False
    is_typed: bool = False
    is_proxied: bool = False
    is_own_correction: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """One whose turn it can be; `unit_id` is the unit above, None at the head and at the lead bureau."""

    state: SubmissionState
    unit_id: int | None = None


def stops(*, asks_head: bool, above: Sequence[int]) -> list[Stop]:
    """All whose turn it is after submitting: the head where the unit wants it, each unit above, the lead bureau.

    `above` are the units above that are expected for the same report themselves, the nearest first.
    """
    head = [Stop(_S.AT_HEAD)] if asks_head else []
    return [*head, *(Stop(_S.AT_UPPER, unit_id) for unit_id in above), Stop(_S.AT_LEAD)]


def next_stop(now: Standing, route: Sequence[Stop]) -> Stop:
    """Whose turn it is after the present one; the first when the unit submits.

    Who was taken out of the way in the meantime is passed over; the lead bureau is always the last.
    """
    if now.state in WITH_THE_UNIT:
        return route[0]
    if now.state is _S.AT_HEAD:
        return next(stop for stop in route if stop.state is not _S.AT_HEAD)
    here = Stop(now.state, now.waits_for)
    return route[route.index(here) + 1] if here in route[:-1] else route[-1]


# What whoever came by a link of a letter may do with a form of the own unit.
BY_LINK = frozenset({"save_submission", "submit_submission", "take_back_submission"})


def sides_of(now: Standing, actor: Actor) -> frozenset[Side]:
    """The sides on which `actor` stands to a submission; none for those who only read."""
    sides = set()
    if actor.has_any(UNIT_ROLES) and actor.unit_id == now.unit_id:
        sides.add(Side.UNIT)
    if Role.UNIT_HEAD in actor.roles and actor.unit_id == now.unit_id:
        sides.add(Side.HEAD)
    is_upper = actor.has_any(UNIT_ROLES) and not actor.by_link
    if is_upper and now.waits_for is not None and actor.unit_id == now.waits_for:
        sides.add(Side.UPPER)
    if Role.LEAD_BUREAU in actor.roles:
        sides.add(Side.LEAD)
    return frozenset(sides)


def transition_of(now: Standing, action: Action, sides: Collection[Side]) -> Transition | None:
    """The line of the table that lets one of `sides` do it now; None when none does."""
    for one in TRANSITIONS:
        if one.action is action and one.side in sides and is_possible(now, one):
            return one
    return None


def is_possible(now: Standing, transition: Transition) -> bool:
    """Whether the state lets it happen, whoever asks."""
    if now.state not in transition.sources:
        return False
    if transition.action is Action.TAKEN_BACK:
        # What somebody else has looked at goes back through them, and what was entered for the unit is not its own.
        return not now.is_passed_on and not now.is_proxied
    if transition.action is Action.GIVEN_UP:
        # What the lead bureau gave back waits for the unit's answer.
        return now.is_own_correction
    return transition.action is not Action.PROXIED or not now.is_typed


def complain_of_deciding(now: Standing, action: Action, side: Side, actor: Actor) -> Text | None:
    """Why nobody decides on what he submitted himself, whichever roles he holds; None for everybody else."""
    if action in DECIDING and now.submitted_by in actor.accounts:
        return NOT_YOUR_OWN[side]
    return None


def complain_of_side(action: Action, actor: Actor, now: Standing) -> Text | None:
    """Why `actor` is on no side that the action ever belongs to; None when he is."""
    wanted = [one.side for one in TRANSITIONS if one.action is action]
    sides = sides_of(now, actor)
    if any(side in sides for side in wanted):
        return None
    return NOT_YOUR_TURN[_side_now(now, wanted)]


def _side_now(now: Standing, wanted: Sequence[Side]) -> Side:
    by_state = {_S.AT_HEAD: Side.HEAD, _S.AT_UPPER: Side.UPPER}
    side = by_state.get(now.state, wanted[-1])
    return side if side in wanted else wanted[-1]


def operations_open_to(now: Standing, actor: Actor, *, is_locked: bool) -> list[str]:
    """Names of the calls that `actor` may make on the submission now, in the table's order."""
    sides = sides_of(now, actor)
    found = [
        one.operation
        for one in TRANSITIONS
        if one.side in sides
        and is_possible(now, one)
        and not (is_locked and one.is_change)
        and complain_of_deciding(now, one.action, one.side, actor) is None
        and (one.operation in BY_LINK or not actor.by_link)
    ]
    return list(dict.fromkeys(found))
