"""The life of a duty as one table of transitions, and what may be done with it now.

Pure: the day is given, nothing is loaded. `make docs` writes the table into docs/states.md.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from shared import events
from shared.actor import UNIT_ROLES, Actor, Role
from shared.light import OPEN_STATES, State
from shared.text import Text
from shared.typed_text import comparable
from shared.workdays import add_workdays, next_workday, workdays_between

# One in five is looked at where an item's rule is a sample and the release before issued the checklist.
SAMPLE_ONE_IN = 5


class Action(StrEnum):
    """What the history says happened. Issuing, amending, withdrawing and reminding are done to many duties at once.

    That the clock runs again is a line of its own, beside what ended the pause; so is, of each part, that it was given
    when the whole was split.
    """

    ISSUED = "issued"
    ACKNOWLEDGED = "acknowledged"
    SUBMITTED = "submitted"
    COMPLETED = "completed"
    REOPENED = "reopened"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WAIVER_ASKED = "waiver_asked"
    WAIVED = "waived"
    WAIVER_REFUSED = "waiver_refused"
    WAIVER_TAKEN_BACK = "waiver_taken_back"
    BLOCKED = "blocked"
    BLOCKER_ACCEPTED = "blocker_accepted"
    CLOCK_RESUMED = "clock_resumed"
    EXTENSION_OVERTAKEN = "extension_overtaken"
    BLOCKER_ANSWERED = "blocker_answered"
    UNBLOCKED = "unblocked"
    EXTENSION_ASKED = "extension_asked"
    EXTENDED = "extended"
    EXTENSION_REFUSED = "extension_refused"
    EXTENSION_TAKEN_BACK = "extension_taken_back"
    PROGRESS = "progress"
    URGED = "urged"
    REMARKED = "remarked"
    REMARK_ANSWERED = "remark_answered"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"
    BROUGHT_BACK = "brought_back"
    EVIDENCE_ADDED = "evidence_added"
    EVIDENCE_REMOVED = "evidence_removed"
    DELEGATED = "delegated"
    GIVEN = "given"
    TAKEN_BACK = "taken_back"
    PRACTICE_OFFERED = "practice_offered"
    PRACTICE_WITHDRAWN = "practice_withdrawn"
    PRACTICE_PUBLISHED = "practice_published"
    PRACTICE_CORRECTED = "practice_corrected"
    PRACTICE_PUT_ASIDE = "practice_put_aside"
    PRACTICE_TAKEN_BACK = "practice_taken_back"
    REMINDED = "reminded"


class Kind(StrEnum):
    """What a unit asks about a duty: that it does not apply, for more time, that a difficulty is solved."""

    WAIVER = "waiver"
    EXTENSION = "extension"
    BLOCKER = "blocker"


class Waiting(StrEnum):
    """What the lead bureau has to decide: a submission, a request not to apply or for more time, a difficulty.

    And beside that, submissions that another unit is named to review.
    """

    SUBMITTED = "submitted"
    WAIVERS = "waivers"
    EXTENSIONS = "extensions"
    BLOCKED = "blocked"
    ELSEWHERE = "elsewhere"


class Side(StrEnum):
    """Whose move it is: the owing unit's or a unit's above it, the owing unit's and no other's, the lead bureau's,
    the lead bureau's or that of the unit which is named to review, the lead bureau's or that of the unit which was
    asked to help. Of a part of a duty the unit that has the whole stands where the lead bureau does.
    """

    UNIT = "unit"
    OWNER = "owner"
    LEAD = "lead"
    REVIEWER = "reviewer"
    HELPER = "helper"


# Who acts for the unit that owes it.
OF_UNIT = frozenset({Side.UNIT, Side.OWNER})


@dataclass(frozen=True, slots=True)
class Duty:
    """One unit's line for one item and period, with the rule its item is reviewed by."""

    id: int
    checklist_id: int
    item_id: int
    unit_id: int
    period: str
    due_on: dt.date
    state: State
    done_on: dt.date | None
    blocked_reason: str | None
    waiver_reason: str | None
    returned_reason: str | None
    last_note: str | None
    version: int
    review_rule: str
    blocker_answer: str | None = None
    waiver_refusal: str | None = None
    # The due date before the first extension.
    first_due_on: dt.date | None = None
    # Until when more time was asked for; with the refusal as long as the unit has not gone on.
    wanted_on: dt.date | None = None
    extension_refusal: str | None = None
    # Whether it was drawn; None where the release before made it, and for what is not in a draw.
    is_drawn: bool | None = None
    # Whom the unit asked to help with its difficulty; the lead bureau where it is None. Since when that is taken on.
    asked_unit_id: int | None = None
    paused_on: dt.date | None = None
    # Whether an amendment dropped its item: what is done stays, and nobody works on it again.
    is_dropped: bool = False
    # Of a part the duty that it is a part of, with its unit and its due date; of a whole how many parts are not done.
    parent_id: int | None = None
    parent_unit_id: int | None = None
    parent_due_on: dt.date | None = None
    open_parts: int = 0
    # Whether its item asks for a file; of a part it is not asked.
    asks_file: bool = False
    # Which unit looks at what is submitted; the lead bureau where it is None.
    reviewer_unit_id: int | None = None

    @property
    def is_part(self) -> bool:
        """Whether a unit has split a duty of its own and this is what it gave to a unit below it."""
        return self.parent_id is not None

    @property
    def is_extension_asked(self) -> bool:
        """Whether the unit waits for an answer that it gets more time."""
        return self.wanted_on is not None and self.extension_refusal is None

    @property
    def is_blocked(self) -> bool:
        """Whether the unit has reported what stands in its way."""
        return self.blocked_reason is not None

    @property
    def is_waiver_asked(self) -> bool:
        """Whether the unit waits for an answer that it does not apply."""
        return self.waiver_reason is not None

    @property
    def standing(self) -> frozenset[Kind]:
        """What is asked, or was refused or advised on and not gone on from."""
        found = set()
        if self.waiver_reason is not None or self.waiver_refusal is not None:
            found.add(Kind.WAIVER)
        if self.wanted_on is not None:
            found.add(Kind.EXTENSION)
        if self.blocked_reason is not None:
            found.add(Kind.BLOCKER)
        return frozenset(found)

    @property
    def is_answered(self) -> bool:
        """Whether the lead bureau has said something that asks the unit to go on: returned, refused, advised."""
        return self.state in OPEN_STATES and (
            self.state is State.RETURNED
            or (self.waiver_refusal is not None and not self.is_waiver_asked)
            or (self.blocker_answer is not None and self.is_blocked)
            or self.extension_refusal is not None
        )

    @property
    def is_reviewed(self) -> bool:
        """Whether the lead bureau looks at a submission before it counts as done; at the whole, never at a part."""
        if self.is_part:
            return False
        if self.review_rule == "sample":
            return is_sampled(self.id) if self.is_drawn is None else self.is_drawn
        return self.review_rule == "all"

    @property
    def asks_file_first(self) -> bool:
        """Whether it is submitted only with a file. Where a sample is drawn only what is drawn needs one, afterwards.

        Asked before, it would tell what is drawn, and the unit would take more care of that than of the rest.
        """
        return self.asks_file and self.review_rule != "sample"

    @property
    def asks_file_now(self) -> bool:
        """Whether a file is asked for as it stands: before it is submitted, or of what was drawn while it waits."""
        is_waiting = self.state is State.SUBMITTED and self.is_reviewed
        return self.asks_file and (self.review_rule != "sample" or is_waiting)


def is_sampled(duty_id: int) -> bool:
    """Whether the duty is the one in five that is reviewed where nothing was drawn: decided by its id alone."""
    digest = hashlib.sha256(str(duty_id).encode()).digest()
    return int.from_bytes(digest[:8], "big") % SAMPLE_ONE_IN == 0


def _always(_: Duty) -> bool:
    return True


def _may_add_file(duty: Duty) -> bool:
    return duty.state is not State.SUBMITTED or (duty.review_rule == "sample" and duty.asks_file_now)


def _is_reviewed(duty: Duty) -> bool:
    return duty.is_reviewed


def _is_not_reviewed(duty: Duty) -> bool:
    return not duty.is_reviewed


def _may_take_back(duty: Duty) -> bool:
    return not duty.is_dropped and (duty.state is State.SUBMITTED or not duty.is_reviewed)


def _is_not_dropped(duty: Duty) -> bool:
    return not duty.is_dropped


def _is_part(duty: Duty) -> bool:
    return duty.is_part


def _is_not_part(duty: Duty) -> bool:
    return not duty.is_part


def _is_blocked(duty: Duty) -> bool:
    return duty.is_blocked


def _is_not_blocked(duty: Duty) -> bool:
    return not duty.is_blocked


def _may_be_accepted(duty: Duty) -> bool:
    return duty.is_blocked and duty.paused_on is None


def _is_waiver_asked(duty: Duty) -> bool:
    return duty.is_waiver_asked


def _is_waiver_not_asked(duty: Duty) -> bool:
    return not duty.is_waiver_asked


def _is_extension_asked(duty: Duty) -> bool:
    return duty.is_extension_asked


def _is_extension_not_asked(duty: Duty) -> bool:
    return not duty.is_extension_asked


@dataclass(frozen=True, slots=True)
class Transition:
    """From which states, by whom and under which condition; `to` None leaves the state as it is.

    `operation` is the call that does it. Without an `event` nobody outside this service needs to know. What it
    `decides` on was done by somebody, who is not let decide on it. `needs` says in words what the state does not.
    """

    operation: str
    side: Side
    sources: frozenset[State]
    to: State | None
    event: type[events.DutyState] | None
    when: Callable[[Duty], bool] = _always
    decides: frozenset[Action] = frozenset()
    needs: str = ""


_DONE = frozenset({State.SUBMITTED, State.ACCEPTED})
# What becomes of it after that says `services/tasks/practices/practice.py`.
OFFER_PRACTICE = "offer_practice"
_SUBMITTING = frozenset({Action.SUBMITTED, Action.COMPLETED})
_EXTENSION = ("wanted_on", "extension_refusal")
_DIFFICULTY = ("blocked_reason", "blocker_answer", "asked_unit_id", "paused_on")
_MATTERS = (*_DIFFICULTY, "waiver_reason", "waiver_refusal", "returned_reason", *_EXTENSION)
# What an action ends, so that nobody is asked or told of it any more; the history keeps it.
_ENDED: dict[Action, tuple[str, ...]] = {
    Action.SUBMITTED: _MATTERS,
    Action.COMPLETED: _MATTERS,
    Action.REOPENED: ("done_on",),
    Action.RETURNED: ("done_on",),
    Action.WAIVED: ("waiver_reason", *_DIFFICULTY, *_EXTENSION),
    Action.WAIVER_ASKED: ("waiver_refusal",),
    Action.WAIVER_REFUSED: ("waiver_reason",),
    Action.WAIVER_TAKEN_BACK: ("waiver_reason",),
    Action.BLOCKED: ("blocker_answer",),
    Action.BLOCKER_ACCEPTED: ("blocker_answer",),
    Action.BLOCKER_ANSWERED: ("paused_on",),
    Action.UNBLOCKED: _DIFFICULTY,
    Action.EXTENSION_ASKED: ("extension_refusal",),
    Action.EXTENDED: _EXTENSION,
    Action.EXTENSION_TAKEN_BACK: _EXTENSION,
    Action.TAKEN_BACK: ("done_on", *_MATTERS),
}
# Where the words of an action stay with the duty.
_KEPT_WORDS = {
    Action.SUBMITTED: "last_note",
    Action.COMPLETED: "last_note",
    Action.PROGRESS: "last_note",
    Action.RETURNED: "returned_reason",
    Action.WAIVER_ASKED: "waiver_reason",
    Action.WAIVER_REFUSED: "waiver_refusal",
    Action.BLOCKED: "blocked_reason",
    Action.BLOCKER_ANSWERED: "blocker_answer",
    Action.EXTENSION_REFUSED: "extension_refusal",
}

# What an action asks for, and what it makes of what was asked: granted and refused by the lead bureau, and so on.
ASKING = {Action.WAIVER_ASKED: Kind.WAIVER, Action.EXTENSION_ASKED: Kind.EXTENSION, Action.BLOCKED: Kind.BLOCKER}
CLOSING = {
    Action.WAIVED: (Kind.WAIVER, "granted"),
    Action.WAIVER_REFUSED: (Kind.WAIVER, "refused"),
    Action.WAIVER_TAKEN_BACK: (Kind.WAIVER, "taken_back"),
    Action.EXTENDED: (Kind.EXTENSION, "granted"),
    Action.EXTENSION_REFUSED: (Kind.EXTENSION, "refused"),
    Action.EXTENSION_TAKEN_BACK: (Kind.EXTENSION, "taken_back"),
    Action.BLOCKER_ACCEPTED: (Kind.BLOCKER, "accepted"),
    Action.BLOCKER_ANSWERED: (Kind.BLOCKER, "answered"),
    Action.UNBLOCKED: (Kind.BLOCKER, "solved"),
}

# Submitting is one call with two ends. Both announce the unit's submission; the state in the event tells them apart,
# so that an acceptance is only announced when the lead bureau gave it.
TRANSITIONS: dict[Action, Transition] = {
    Action.ACKNOWLEDGED: Transition(
        "acknowledge_duties", Side.OWNER, frozenset({State.ISSUED}), State.ACKNOWLEDGED, events.DutyAcknowledged
    ),
    Action.SUBMITTED: Transition(
        "submit_duties",
        Side.UNIT,
        OPEN_STATES,
        State.SUBMITTED,
        events.DutySubmitted,
        _is_reviewed,
        needs="the item is reviewed",
    ),
    Action.COMPLETED: Transition(
        "submit_duties",
        Side.UNIT,
        OPEN_STATES,
        State.ACCEPTED,
        events.DutySubmitted,
        _is_not_reviewed,
        needs="the item is not reviewed",
    ),
    Action.PROGRESS: Transition("note_progress", Side.UNIT, OPEN_STATES | _DONE, None, None, needs="a text"),
    Action.BLOCKED: Transition(
        "report_blocker",
        Side.UNIT,
        OPEN_STATES,
        None,
        events.DutyBlocked,
        _is_not_blocked,
        needs="a reason, no blocker yet",
    ),
    Action.UNBLOCKED: Transition(
        "clear_blocker", Side.UNIT, OPEN_STATES, None, events.DutyUnblocked, _is_blocked, needs="a blocker"
    ),
    Action.WAIVER_ASKED: Transition(
        "ask_waiver", Side.UNIT, OPEN_STATES, None, None, _is_waiver_not_asked, needs="a reason, not asked yet"
    ),
    Action.REOPENED: Transition(
        "reopen_duty",
        Side.UNIT,
        _DONE,
        State.ACKNOWLEDGED,
        events.DutyReopened,
        _may_take_back,
        needs="from accepted: no review was needed; the item is not dropped",
    ),
    Action.ACCEPTED: Transition(
        "accept_duty",
        Side.REVIEWER,
        frozenset({State.SUBMITTED}),
        State.ACCEPTED,
        events.DutyAccepted,
        decides=_SUBMITTING,
    ),
    Action.RETURNED: Transition(
        "return_duty",
        Side.REVIEWER,
        _DONE,
        State.RETURNED,
        events.DutyReturned,
        _is_not_dropped,
        decides=_SUBMITTING,
        needs="a reason; the item is not dropped",
    ),
    Action.WAIVED: Transition(
        "grant_waiver",
        Side.LEAD,
        OPEN_STATES,
        State.WAIVED,
        events.DutyWaived,
        _is_waiver_asked,
        decides=frozenset({Action.WAIVER_ASKED}),
        needs="asked",
    ),
    Action.WAIVER_REFUSED: Transition(
        "refuse_waiver",
        Side.LEAD,
        OPEN_STATES,
        None,
        events.DutyWaiverRefused,
        _is_waiver_asked,
        decides=frozenset({Action.WAIVER_ASKED}),
        needs="asked, a reason",
    ),
    Action.EXTENDED: Transition(
        "grant_extension",
        Side.LEAD,
        OPEN_STATES,
        None,
        events.DutyExtended,
        _is_extension_asked,
        decides=frozenset({Action.EXTENSION_ASKED}),
        needs="asked, a day after the due date",
    ),
    Action.EXTENSION_REFUSED: Transition(
        "refuse_extension",
        Side.LEAD,
        OPEN_STATES,
        None,
        events.DutyExtensionRefused,
        _is_extension_asked,
        decides=frozenset({Action.EXTENSION_ASKED}),
        needs="asked, a reason",
    ),
    Action.BLOCKER_ACCEPTED: Transition(
        "accept_blocker",
        Side.HELPER,
        OPEN_STATES,
        None,
        events.DutyBlockerAccepted,
        _may_be_accepted,
        decides=frozenset({Action.BLOCKED}),
        needs="a blocker that nobody has taken on",
    ),
    Action.BLOCKER_ANSWERED: Transition(
        "answer_blocker",
        Side.HELPER,
        OPEN_STATES,
        None,
        events.DutyBlockerAnswered,
        _is_blocked,
        needs="a blocker, a text",
    ),
    Action.WAIVER_TAKEN_BACK: Transition(
        "take_back_waiver", Side.UNIT, OPEN_STATES, None, None, _is_waiver_asked, needs="asked"
    ),
    Action.EXTENSION_ASKED: Transition(
        "ask_extension",
        Side.UNIT,
        OPEN_STATES,
        None,
        None,
        _is_extension_not_asked,
        needs="a reason, a day after the due date, not asked yet",
    ),
    Action.EXTENSION_TAKEN_BACK: Transition(
        "take_back_extension", Side.UNIT, OPEN_STATES, None, None, _is_extension_asked, needs="asked"
    ),
    Action.DELEGATED: Transition(
        "delegate_duty",
        Side.OWNER,
        OPEN_STATES,
        None,
        None,
        _is_not_part,
        needs="units below it without one, a day up to the due date; of no part",
    ),
    Action.TAKEN_BACK: Transition(
        "withdraw_duty",
        Side.LEAD,
        OPEN_STATES | {State.SUBMITTED},
        State.WITHDRAWN,
        events.DutyWithdrawn,
        _is_part,
        needs="a reason; only of a part",
    ),
    Action.EVIDENCE_ADDED: Transition(
        "add_evidence",
        Side.OWNER,
        OPEN_STATES | {State.SUBMITTED},
        None,
        None,
        _may_add_file,
        needs="a file; while it waits only where a sample drew it and its item asks for one",
    ),
    Action.EVIDENCE_REMOVED: Transition(
        "remove_evidence", Side.OWNER, OPEN_STATES, None, None, needs="a file that it has"
    ),
    Action.PRACTICE_OFFERED: Transition(
        OFFER_PRACTICE, Side.OWNER, _DONE, None, None, needs="a title and words; none of it waits or is published"
    ),
}
# Takes back all parts of a duty at once, each by TAKEN_BACK.
WITHDRAW_PARTS = "withdraw_parts"
# What is not due any more, so that a pause that ends with it moves no date.
NOT_DUE = frozenset({State.WAIVED, State.WITHDRAWN})
# Who may speak for a unit that is asked to help.
# What whoever came by a link of a letter may do with a duty of the own unit.
BY_LINK = frozenset(
    {
        *("acknowledge_duties", "submit_duties", "reopen_duty", "note_progress", "report_blocker", "clear_blocker"),
        *("ask_waiver", "take_back_waiver", "ask_extension", "take_back_extension"),
    }
)
HELPERS = UNIT_ROLES | {Role.LEADERSHIP}
# What contradicts nothing that somebody else reads or writes, and so makes no new version.
VERSIONLESS = frozenset(
    {Action.PROGRESS, Action.EVIDENCE_ADDED, Action.EVIDENCE_REMOVED, Action.PRACTICE_OFFERED},
)


def is_allowed(duty: Duty, action: Action) -> bool:
    """Whether the duty's state lets `action` happen, whoever asks."""
    transition = TRANSITIONS[action]
    return duty.state in transition.sources and transition.when(duty)


def complain_of_day(duty: Duty, on: dt.date, today: dt.date) -> Text | None:
    """Why a duty cannot be given time until `on`; None when it can."""
    if on <= duty.due_on:
        return Text(
            f"延期要晚于现在的完成时限 {duty.due_on}。",
            f"An extension must lie after the current due date, {duty.due_on}.",
        )
    if on < today:
        return Text(f"{on} 已经过去，请填今天或以后的日期。", f"{on} is over. Please give today or a later day.")
    latest = today.replace(year=today.year + 2, month=12, day=31)
    if on > latest:
        return Text(f"日期太远，最晚到 {latest}。", f"This is too far away; the latest is {latest}.")
    return None


def complain_of_part_day(whole_due_on: dt.date, on: dt.date) -> Text | None:
    """Why the part of a duty cannot be given time until `on`; None when it can."""
    if on > whole_due_on:
        return Text(
            f"不能晚于分解单位自己的完成时限 {whole_due_on}。确需更晚，请分解单位先申请延期。",
            f"This is after {whole_due_on}, when the unit that split the duty owes it itself. If it must be later, "
            "that unit asks for more time first.",
        )
    return None


def part_due_on(on: dt.date, whole_due_on: dt.date) -> dt.date:
    """When a part that is to be done until `on` is due: off days off, as every due date, and not after the whole."""
    return min(next_workday(on), whole_due_on)


def ended_by(before: Duty, after: Duty, action: Action) -> list[Kind]:
    """The requests that `action` ends: nobody waits for them or has to go on from them. Asking anew ends the last."""
    return sorted(kind for kind in before.standing if kind not in after.standing or ASKING.get(action) is kind)


def submitting(duty: Duty) -> Action:
    """What marking done means for this duty: it waits for a review, or is accepted at once."""
    return Action.SUBMITTED if duty.is_reviewed else Action.COMPLETED


def sides_of(duty: Duty, actor: Actor, *, is_theirs: bool) -> frozenset[Side]:
    """The sides on which `actor` may change `duty`; none for those who only read.

    `is_theirs` says whether the duty's unit is the actor's or lies below it. Who was asked to help helps with the
    difficulty and does nothing else. On a part decides the unit that has the whole, and not the lead bureau. By a link
    there is nothing but the own unit's work.
    """
    if actor.by_link:
        return OF_UNIT if actor.has_any(UNIT_ROLES) and duty.unit_id == actor.unit_id else frozenset()
    sides = set()
    if actor.has_any(UNIT_ROLES) and is_theirs:
        sides.add(Side.UNIT)
    if actor.has_any(UNIT_ROLES) and duty.unit_id == actor.unit_id:
        sides.add(Side.OWNER)
    if _decides(duty, actor):
        sides |= {Side.LEAD, Side.REVIEWER, Side.HELPER}
    if _reviews(duty, actor):
        sides.add(Side.REVIEWER)
    if actor.has_any(HELPERS) and duty.asked_unit_id == actor.unit_id:
        sides.add(Side.HELPER)
    return frozenset(sides)


def _reviews(duty: Duty, actor: Actor) -> bool:
    is_ours = duty.reviewer_unit_id == actor.unit_id and duty.unit_id != actor.unit_id
    return actor.has_any(UNIT_ROLES) and is_ours and not duty.is_part


def _decides(duty: Duty, actor: Actor) -> bool:
    if duty.is_part:
        return actor.has_any(UNIT_ROLES) and duty.parent_unit_id == actor.unit_id
    return Role.LEAD_BUREAU in actor.roles


@dataclass(frozen=True, slots=True)
class Doer:
    """Under which account something was done and by whom; `is_former` when that post was handed over since.

    Without a name, as the release before left it, nobody knows which of the holders it was.
    """

    person_id: int
    name: str | None = None
    is_former: bool = False

    def is_same_as(self, actor: Actor) -> bool:
        """Whether it was the same human being: after a hand-over the name says it, whichever post he holds by now."""
        if self.is_former and self.name:
            return comparable(self.name) == comparable(actor.name or "")
        return self.person_id in actor.accounts


def is_own(action: Action, actor: Actor, done_by: Mapping[Action, Doer]) -> bool:
    """Whether `action` decides on what the actor did last; `done_by` says who did what last, where it is known."""
    return any(done in done_by and done_by[done].is_same_as(actor) for done in TRANSITIONS[action].decides)


def operations_open_to(duty: Duty, actor: Actor, *, is_theirs: bool, done_by: Mapping[Action, Doer]) -> list[str]:
    """Names of the calls that `actor` may make on `duty` now, in the table's order.

    `is_theirs` as in `sides_of`, `done_by` as in `is_own`.
    """
    sides = sides_of(duty, actor, is_theirs=is_theirs)
    return [
        transition.operation
        for action, transition in TRANSITIONS.items()
        if transition.side in sides
        and is_allowed(duty, action)
        and not is_own(action, actor, done_by)
        and (transition.operation in BY_LINK or not actor.by_link)
    ]


def changed(
    duty: Duty,
    action: Action,
    *,
    today: dt.date,
    text: str = "",
    on: dt.date | None = None,
    asked_unit_id: int | None = None,
) -> Duty:
    """The duty after `action`, which must be allowed. A note or a file is no new version: it contradicts nothing.

    `on` is the day until which more time is asked for, or given, when it moves off days off as every due date does;
    `asked_unit_id` is who is to help with a difficulty.
    Where the action ends a pause, the due date moves by the working days of it.
    """
    to = TRANSITIONS[action].to
    version = duty.version if action in VERSIONLESS else duty.version + 1
    after = replace(duty, state=to or duty.state, version=version, **_fields(action, today, text))
    if action is Action.EXTENSION_ASKED:
        return replace(after, wanted_on=on)
    if action is Action.EXTENDED and on is not None:
        # Whoever names a date while the clock stands names the date: only the days from here on are added to it.
        paused_on = today if duty.paused_on else None
        first = duty.first_due_on or duty.due_on
        due_on = part_due_on(on, duty.parent_due_on) if duty.parent_due_on else next_workday(on)
        return replace(after, due_on=due_on, first_due_on=first, paused_on=paused_on)
    if action is Action.BLOCKED:
        return replace(after, asked_unit_id=asked_unit_id)
    if action is Action.BLOCKER_ACCEPTED:
        return replace(after, paused_on=today)
    return overtaken(duty, resumed(duty, after, today))


def overtaken(before: Duty, after: Duty) -> Duty:
    """`after` without what was asked of more time, where the due date moved to the day that was asked for or later."""
    if after.wanted_on is None or after.due_on == before.due_on or after.due_on < after.wanted_on:
        return after
    return replace(after, wanted_on=None, extension_refusal=None)


def overtakes(before: Duty, after: Duty, action: Action) -> bool:
    """Whether `action` moved the due date so far that nobody has to answer the question for more time any more."""
    is_over = before.is_extension_asked and after.wanted_on is None
    return is_over and "wanted_on" not in _ENDED.get(action, ())


def resumed(before: Duty, after: Duty, today: dt.date) -> Duty:
    """`after` with the due date moved by the working days of the pause that ended with it; else as it is.

    Of a duty that was late when the pause began, the days before it still count.
    """
    if before.paused_on is None or after.paused_on is not None or after.state in NOT_DUE:
        return after
    days = workdays_between(before.paused_on, today)
    if days <= 0:
        return after
    return replace(after, due_on=add_workdays(before.due_on, days), first_due_on=before.first_due_on or before.due_on)


def _fields(action: Action, today: dt.date, text: str) -> dict[str, Any]:
    fields: dict[str, Any] = dict.fromkeys(_ENDED.get(action, ()))
    if action in _SUBMITTING:
        fields["done_on"] = today
    if text and action in _KEPT_WORDS:
        fields[_KEPT_WORDS[action]] = text
    return fields


def event_of(duty: Duty, action: Action) -> events.DutyState | None:
    """The announcement of `action` with the whole state after it, if anybody outside needs it."""
    event = TRANSITIONS[action].event
    return None if event is None else announcement(duty, event)


def announcement(duty: Duty, event: type[events.DutyState]) -> events.DutyState:
    """The event of this kind with the whole state of the duty."""
    asked: dict[str, Any] = {}
    if event is events.DutyBlocked and duty.asked_unit_id is not None:
        asked = {"asked_unit_id": duty.asked_unit_id, "blocked_reason": duty.blocked_reason}
    return event(
        **asked,
        duty_id=duty.id,
        checklist_id=duty.checklist_id,
        item_id=duty.item_id,
        unit_id=duty.unit_id,
        period=duty.period,
        due_on=duty.due_on,
        state=duty.state,
        done_on=duty.done_on,
        is_blocked=duty.is_blocked,
        version=duty.version,
        paused_on=duty.paused_on,
        first_due_on=duty.first_due_on,
        parent_id=duty.parent_id,
    )
