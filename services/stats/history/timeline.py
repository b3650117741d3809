"""The versions of a duty in their order, and what each changed in the counters on its day. Pure.

A version holds from a day on. Versions mostly come in their order; one that comes after its successor is set between
its neighbours, and what both had changed so far is corrected.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple


class Version(NamedTuple):
    """What was known of a duty from `since_day` on; None stands for ever before."""

    duty_id: int
    version: int
    since_day: dt.date | None
    due_on: dt.date
    told_due_on: dt.date | None
    done_on: dt.date | None
    paused_on: dt.date | None
    is_blocked: bool
    state: str
    bucket: str


# On which day, due on which day and in which bucket.
Step = tuple[dt.date, dt.date, str]


def steps(versions: Iterable[Version]) -> dict[Step, int]:
    """By how much the counters changed on each day, from the versions of one duty in their order.

    What held for ever before never came on any day.
    """
    found: defaultdict[Step, int] = defaultdict(int)
    before: Version | None = None
    for one in versions:
        if one.since_day is not None:
            found[one.since_day, one.due_on, one.bucket] += 1
            if before is not None:
                found[one.since_day, before.due_on, before.bucket] -= 1
        before = one
    return {step: number for step, number in found.items() if number}


def placed(known: Sequence[Version], late: Iterable[Version]) -> tuple[list[Version], dict[Step, int]]:
    """Those of `late` that are missing among the `known` versions of one duty, and what they change in the counters.

    A late version holds at the soonest from the day of the one before it, at the latest from that of the one after it,
    whatever the clocks said that dated them.
    """
    versions = {one.version: one for one in known}
    missing: list[Version] = []
    for one in late:
        if one.version in versions:
            continue
        set_in = one._replace(since_day=_between(sorted(versions.values(), key=_number), one))
        versions[one.version] = set_in
        missing.append(set_in)
    after = steps(sorted(versions.values(), key=_number))
    before = steps(known)
    changed = {step: after.get(step, 0) - before.get(step, 0) for step in after.keys() | before.keys()}
    return missing, {step: number for step, number in changed.items() if number}


def by_duty(versions: Iterable[Version]) -> Mapping[int, list[Version]]:
    """The versions of each duty, in their order."""
    found: defaultdict[int, list[Version]] = defaultdict(list)
    for one in sorted(versions, key=_number):
        found[one.duty_id].append(one)
    return found


def _number(one: Version) -> int:
    return one.version


def _between(known: Sequence[Version], late: Version) -> dt.date | None:
    before = next((one for one in reversed(known) if one.version < late.version), None)
    after = next((one for one in known if one.version > late.version), None)
    day = late.since_day
    if day is None or (after is not None and after.since_day is None):
        return None
    if after is not None and after.since_day is not None:
        day = min(day, after.since_day)
    if before is not None and before.since_day is not None:
        day = max(day, before.since_day)
    return day
