"""The states of a delivery and what may follow what, as a table; and how long the next try waits.

A delivery is claimed before it is sent. Of what nobody knows whether it arrived, nothing is sent again by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Channel(StrEnum):
    """How a message leaves the house."""

    MAIL = "mail"
    SMS = "sms"
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"


# Who is spoken to through a group: its robot is chosen by name, not typed in.
ROBOTS = frozenset({Channel.WECOM, Channel.DINGTALK, Channel.FEISHU})


class Purpose(StrEnum):
    """What a delivery carries: what there is to do, the code that proves an address, or a test that was asked for."""

    DIGEST = "digest"
    CODE = "code"
    TEST = "test"


class State(StrEnum):
    """Where a delivery is."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"


class Why(StrEnum):
    """Why a delivery was cancelled or given up."""

    NOTHING_LEFT = "nothing_left"
    NO_CONTACT = "no_contact"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"
    TOO_LATE = "too_late"
    TOO_MANY_TRIES = "too_many_tries"
    NO_ACCOUNT = "no_account"


class Result(StrEnum):
    """What came of one try, as far as the sender knows it."""

    SENT = "sent"
    AGAIN = "again"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try; `answer` is what the other side said, or what went wrong, in its own words.

    `wait` is how long the other side asks to be left alone. `is_of_account` when it has nothing against this message:
    the next one would fare alike.
    """

    result: Result
    answer: str
    wait: dt.timedelta | None = None
    is_of_account: bool = False


# An answer that comes after the lease ended is still an answer: what was unknown is known then. Somebody may have a
# delivery sent once more that failed, was given up, or of which nobody knows.
FOLLOWING: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        State.PLANNED: frozenset({State.SENDING, State.CANCELLED, State.GIVEN_UP}),
        State.SENDING: frozenset({State.SENT, State.PLANNED, State.FAILED, State.UNKNOWN, State.GIVEN_UP}),
        State.UNKNOWN: frozenset({State.SENT, State.FAILED, State.PLANNED, State.GIVEN_UP}),
        State.FAILED: frozenset({State.PLANNED}),
        State.GIVEN_UP: frozenset({State.PLANNED}),
        State.SENT: frozenset(),
        # It told nothing, so its day is still free for what comes later.
        State.CANCELLED: frozenset({State.PLANNED}),
    }
)
DEAD_LETTERS = frozenset({State.UNKNOWN, State.FAILED, State.GIVEN_UP})

# One, two, four … minutes, up to an hour: with the last try a mail server may have been away for some five hours.
FIRST_PAUSE = dt.timedelta(minutes=1)
LONGEST_PAUSE = dt.timedelta(hours=1)
MOST_TRIES = 10


def may_follow(state: State, following: State) -> bool:
    """Whether a delivery in `state` may come into `following`."""
    return following in FOLLOWING[state]


def pause_after(tries: int, chance: float) -> dt.timedelta:
    """How long to wait after the try of number `tries`, from 1; `chance` in [0, 1) spreads it over its second half.

    Without it all who failed together would come back together.
    """
    whole = min(FIRST_PAUSE * (1 << min(tries - 1, 10)), LONGEST_PAUSE)
    return whole * (0.5 + chance / 2)


def state_after(result: Result, tries: int, *, is_late: bool) -> tuple[State, Why | None]:
    """Into which state a try brings its delivery, and why it is given up.

    `is_late` when the next try would be too late. A code or a test is never too late.
    """
    if result is Result.AGAIN:
        if tries >= MOST_TRIES:
            return State.GIVEN_UP, Why.TOO_MANY_TRIES
        return (State.GIVEN_UP, Why.TOO_LATE) if is_late else (State.PLANNED, None)
    settled = {Result.SENT: State.SENT, Result.REFUSED: State.FAILED, Result.UNKNOWN: State.UNKNOWN}
    return settled[result], None
