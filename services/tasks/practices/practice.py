"""The life of a good practice (典型经验) as one table of moves, who may make them, and who may read it. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

from services.tasks.duties.duty import TRANSITIONS, Action
from services.tasks.vocabulary import PracticeState
from shared.actor import UNIT_ROLES, Actor, Role
from shared.light import State
from shared.text import Text

# More than a reader downloads to learn how others did it.
MOST_FILES = 2

STATE_WORDS = {
    PracticeState.OFFERED: Text("等待牵头单位处理", "waiting for the lead bureau"),
    PracticeState.PUBLISHED: Text("已发布", "published"),
    PracticeState.PUT_ASIDE: Text("未采用", "put aside"),
    PracticeState.WITHDRAWN: Text("已撤回", "withdrawn"),
    PracticeState.TAKEN_BACK: Text("已收回", "taken back"),
}
TOO_MANY_FILES = Text(
    f"一条典型经验最多附 {MOST_FILES} 个文件。请只留最能说明做法的。",
    f"A good practice has at most {MOST_FILES} files. Please keep those that show best how it was done.",
)
NOT_DONE = Text(
    "这项责任现在没有完成，不能作为典型经验发布。请等单位重新提交，或者写明原因不采用。",
    "The duty is not done at present, so this is not published as good practice. Please wait until the unit submits it "
    "again, or put this aside with a reason.",
)

OWN_OFFER = Text(
    "这条典型经验是您自己提供的，不能由您自己发布或更正，没有改动。请由牵头单位的其他人员核对后办理。",
    "You offered this good practice yourself, so you neither publish nor correct it; nothing was changed. Please let "
    "somebody else of the lead bureau look at it and do so.",
)


class Side(Enum):
    """Whose move it is: the unit's whose duty it is, or the lead bureau's."""

    UNIT = "unit"
    LEAD = "lead"


@dataclass(frozen=True, slots=True)
class Move:
    """From which state to which, by whom, and what the history of the duty says of it; None says nothing."""

    source: PracticeState
    to: PracticeState
    side: Side
    action: Action | None


ADD_FILE, WITHDRAW = "add_practice_file", "withdraw_practice"
PUBLISH, PUT_ASIDE = "publish_practice", "put_practice_aside"
CORRECT, TAKE_BACK = "correct_practice", "take_practice_back"
# By the operation that makes it.
MOVES: dict[str, Move] = {
    ADD_FILE: Move(PracticeState.OFFERED, PracticeState.OFFERED, Side.UNIT, None),
    WITHDRAW: Move(PracticeState.OFFERED, PracticeState.WITHDRAWN, Side.UNIT, Action.PRACTICE_WITHDRAWN),
    PUBLISH: Move(PracticeState.OFFERED, PracticeState.PUBLISHED, Side.LEAD, Action.PRACTICE_PUBLISHED),
    PUT_ASIDE: Move(PracticeState.OFFERED, PracticeState.PUT_ASIDE, Side.LEAD, Action.PRACTICE_PUT_ASIDE),
    CORRECT: Move(PracticeState.PUBLISHED, PracticeState.PUBLISHED, Side.LEAD, Action.PRACTICE_CORRECTED),
    TAKE_BACK: Move(PracticeState.PUBLISHED, PracticeState.TAKEN_BACK, Side.LEAD, Action.PRACTICE_TAKEN_BACK),
}


def sides_of(actor: Actor, unit_id: int) -> frozenset[Side]:
    """On which sides the actor stands of what that unit offered; none for who only reads what is published."""
    sides = set()
    if actor.has_any(UNIT_ROLES) and actor.unit_id == unit_id:
        sides.add(Side.UNIT)
    if Role.LEAD_BUREAU in actor.roles:
        sides.add(Side.LEAD)
    return frozenset(sides)


def may_read(state: PracticeState, sides: Collection[Side]) -> bool:
    """Whether somebody reads it: everybody what is published, all else the unit itself and the lead bureau alone."""
    return state is PracticeState.PUBLISHED or bool(sides)


def is_own_offer(offered_by: int, actor: Actor) -> bool:
    """Whether the actor offered it, under whichever account: nobody decides on what he wrote himself."""
    return offered_by in actor.accounts


def is_done(duty_state: State) -> bool:
    """Whether the duty is as it must be to be offered, and still when it is published."""
    return duty_state in TRANSITIONS[Action.PRACTICE_OFFERED].sources


def open_to(state: PracticeState, sides: Collection[Side], *, duty_state: State, files: int, is_own: bool) -> list[str]:
    """The operations that somebody on these sides may call now, in the table's order; `is_own` what he offered."""
    found = [name for name, move in MOVES.items() if move.source is state and move.side in sides]
    shut = {ADD_FILE} if files >= MOST_FILES else set()
    shut |= set() if is_done(duty_state) else {PUBLISH}
    shut |= {PUBLISH, CORRECT} if is_own else set()
    return [name for name in found if name not in shut]


def complain_of_state(state: PracticeState, operation: str) -> Text | None:
    """Why the state does not allow the operation; None when it does."""
    if MOVES[operation].source is state:
        return None
    word = STATE_WORDS[state]
    return Text(
        f"这条典型经验现在是“{word.zh}”，不能再这样操作，没有改动。请刷新页面核对。",
        f"This good practice is now “{word.en}”, so this cannot be done; nothing was changed. Please reload the page.",
    )
