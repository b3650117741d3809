"""How often an account may be spoken to (pure): by the times at which it was, of all replicas together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from shared.accounts import DINGTALK, FEISHU, WECOM, Gateway, Robot

MINUTE = dt.timedelta(minutes=1)
# What is claimed arrives within this: a provider counts by its own clock, so a minute of its is this much longer here.
ARRIVES_WITHIN = dt.timedelta(seconds=10)
# Everybody's timers go off on the hour and on the half, and one provider then takes little. Into that minute nothing is
# sent, nor so shortly before that it would arrive in it.
CROWDED = dt.timedelta(minutes=30)

# An account that does not answer is left alone for so long, and twice as long each time, so that it holds nobody up.
FIRST_PAUSE = dt.timedelta(seconds=30)
LONGEST_PAUSE = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `most` within `within`."""

    most: int
    within: dt.timedelta


_OF_ROBOTS = {
    WECOM: (Rate(20, MINUTE + ARRIVES_WITHIN),),
    DINGTALK: (Rate(20, MINUTE + ARRIVES_WITHIN),),
    FEISHU: (Rate(100, MINUTE + ARRIVES_WITHIN), Rate(5, dt.timedelta(seconds=1))),
}


def rates_of(account: Robot | Gateway) -> tuple[Rate, ...]:
    """What the provider of an account allows; of a gateway the settings say it."""
    if isinstance(account, Gateway):
        return (Rate(account.per_minute, MINUTE + ARRIVES_WITHIN),)
    return _OF_ROBOTS[account.kind]


def has_room(account: Robot | Gateway, uses: Sequence[dt.datetime], now: dt.datetime) -> bool:
    """Whether the account may be spoken to now; clocks of replicas differ, so a use may lie a little ahead."""
    if account.kind == FEISHU and is_crowded(now):
        return False
    return all(sum(one > now - rate.within for one in uses) < rate.most for rate in rates_of(account))


def is_crowded(moment: dt.datetime) -> bool:
    """Whether it is the minute after a full or a half hour, or what is sent would arrive in it."""
    since = dt.timedelta(minutes=moment.minute % 30, seconds=moment.second, microseconds=moment.microsecond)
    return since < MINUTE or since >= CROWDED - ARRIVES_WITHIN


def with_use(account: Robot | Gateway, uses: Sequence[dt.datetime], now: dt.datetime) -> list[dt.datetime]:
    """The uses with one more, and without those that no rate looks at."""
    longest = max(rate.within for rate in rates_of(account))
    return sorted([*(one for one in uses if one > now - longest), now])


def pause_after(failures: int) -> dt.timedelta:
    """How long an account is left alone after so many failures on end, from 1."""
    return min(FIRST_PAUSE * (1 << min(failures - 1, 10)), LONGEST_PAUSE)
