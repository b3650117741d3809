"""The rule of counting: what a duty counts as, and which light that is on a given day.

A bucket is what can be said of a duty without knowing today, so it changes only with an event and can be stored in
counters. Lights follow from bucket, due date and today, with the precedence of `shared/light.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import NamedTuple

from shared.light import OPEN_STATES, Light, State, due_soon_until

EARLIEST = dt.date(1, 1, 1)
LATEST = dt.date(9999, 12, 31)
ONE_DAY = dt.timedelta(days=1)


class Bucket(StrEnum):
    """What can be said of a duty without knowing which day it is."""

    DONE = "done"
    DONE_LATE = "done_late"
    AWAITING = "awaiting"
    OPEN = "open"
    OPEN_BLOCKED = "open_blocked"
    WAIVED = "waived"
    WITHDRAWN = "withdrawn"


OPEN_BUCKETS = frozenset({Bucket.OPEN, Bucket.OPEN_BLOCKED})
FIXED_LIGHTS = {
    Bucket.DONE: Light.DONE,
    Bucket.DONE_LATE: Light.DONE_LATE,
    Bucket.AWAITING: Light.AWAITING_REVIEW,
    Bucket.WAIVED: Light.NOT_APPLICABLE,
}


def bucket_of(
    state: State, due_on: dt.date, *, done_on: dt.date | None, is_blocked: bool, is_part: bool = False
) -> Bucket:
    """What a duty counts as. An accepted one always has `done_on`; without it, it counts as done in time.

    A part of a duty counts nowhere, as one that was withdrawn: the whole counts, and the release before, which works on
    the same counters, knows no word for it.
    """
    if state is State.WITHDRAWN or is_part:
        return Bucket.WITHDRAWN
    if state is State.WAIVED:
        return Bucket.WAIVED
    if state is State.ACCEPTED:
        return Bucket.DONE_LATE if done_on is not None and done_on > due_on else Bucket.DONE
    if state is State.SUBMITTED:
        return Bucket.AWAITING
    return Bucket.OPEN_BLOCKED if is_blocked else Bucket.OPEN


def counts_as_due_on(state: State, due_on: dt.date, *, paused_on: dt.date | None) -> dt.date:
    """From when on an open duty counts as overdue: never as long as its clock is paused, unless it was late before.

    Told apart by the date and not by a bucket of its own, which the release before could not read.
    """
    is_paused = state in OPEN_STATES and paused_on is not None and due_on >= paused_on
    return LATEST if is_paused else due_on


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """The two dates that turn open buckets into lights: before `today` is overdue, up to `soon_until` is due soon."""

    today: dt.date
    soon_until: dt.date


def cutoffs_on(today: dt.date) -> Cutoffs:
    """The dates that part overdue, due soon and on track on `today`."""
    return Cutoffs(today, due_soon_until(today))


def light_in(bucket: Bucket, due_on: dt.date, cutoffs: Cutoffs) -> Light | None:
    """The light of every duty in `bucket` due on `due_on`; None for withdrawn ones, which count nowhere."""
    if bucket is Bucket.WITHDRAWN:
        return None
    if bucket in FIXED_LIGHTS:
        return FIXED_LIGHTS[bucket]
    if due_on < cutoffs.today:
        return Light.OVERDUE
    if bucket is Bucket.OPEN_BLOCKED:
        return Light.BLOCKED
    return Light.DUE_SOON if due_on <= cutoffs.soon_until else Light.ON_TRACK


@dataclass(frozen=True, slots=True)
class When:
    """The day as of which a board is seen; one that `is_over` is read as it was at its end."""

    day: dt.date
    is_over: bool = False

    @property
    def then(self) -> dt.date | None:
        """The day whose end is meant, None for now."""
        return self.day if self.is_over else None


@dataclass(frozen=True, slots=True)
class Span:
    """The duties of one bucket due from `first` to `last`, both included."""

    bucket: Bucket
    first: dt.date = EARLIEST
    last: dt.date = LATEST


def blocked_spans(light: Light | None, cutoffs: Cutoffs) -> tuple[Span, ...]:
    """Where the duties with `light` are found that are blocked; None stands for all of those, overdue ones too."""
    return tuple(span for span in spans_of(light, cutoffs) if span.bucket is Bucket.OPEN_BLOCKED)


def spans_of(light: Light | None, cutoffs: Cutoffs) -> tuple[Span, ...]:
    """Where the duties with `light` are found; None stands for all that count. The spans do not overlap."""
    today, soon_until = cutoffs.today, cutoffs.soon_until
    if light is None:
        return tuple(Span(bucket) for bucket in Bucket if bucket is not Bucket.WITHDRAWN)
    if light is Light.OVERDUE:
        yesterday = today - ONE_DAY
        return (Span(Bucket.OPEN, last=yesterday), Span(Bucket.OPEN_BLOCKED, last=yesterday))
    if light is Light.BLOCKED:
        return (Span(Bucket.OPEN_BLOCKED, first=today),)
    if light is Light.DUE_SOON:
        return (Span(Bucket.OPEN, first=today, last=soon_until),)
    if light is Light.ON_TRACK:
        return (Span(Bucket.OPEN, first=soon_until + ONE_DAY),)
    return tuple(Span(bucket) for bucket, fixed in FIXED_LIGHTS.items() if fixed is light)


def narrowed(spans: Iterable[Span], first: dt.date | None, last: dt.date | None) -> tuple[Span, ...]:
    """The part of each span due from `first` to `last`, both included; None leaves that end as it is.

    Duties whose clock is paused stay among them, wherever the days end: they are due on LATEST here, and on a day of
    their own on every page.
    """
    spans = tuple(spans)
    found = [Span(span.bucket, max(span.first, first or EARLIEST), min(span.last, last or LATEST)) for span in spans]
    paused = [Span(span.bucket, LATEST) for span in spans if span.bucket is Bucket.OPEN_BLOCKED and span.last == LATEST]
    if last is not None and last < LATEST:
        found += paused
    return tuple(span for span in found if span.first <= span.last)


def with_paused(groups: Sequence[Group], paused: Sequence[Group]) -> list[Group]:
    """The groups of an item with these ones in the place of all whose clock is paused."""
    return [*(group for group in groups if group.due_on != LATEST), *paused]


class Group(NamedTuple):
    """So many duties in the same bucket with the same due date: one row of a counter."""

    due_on: dt.date
    bucket: Bucket
    duties: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many duties show each light."""

    done: int = 0
    done_late: int = 0
    awaiting_review: int = 0
    blocked: int = 0
    overdue: int = 0
    due_soon: int = 0
    on_track: int = 0
    not_applicable: int = 0
    overdue_blocked: int = 0  # a part of the overdue ones, counted there and never twice

    @property
    def total(self) -> int:
        """All duties that count, which withdrawn ones do not."""
        return sum(getattr(self, light.value) for light in Light)

    def as_dict(self) -> dict[str, int]:
        """The counts by light, with their total."""
        return {"total": self.total, **asdict(self)}


def count(groups: Iterable[Group], cutoffs: Cutoffs) -> Counts:
    """Add groups up by light, as seen on the day of `cutoffs`."""
    found: dict[str, int] = {}
    for group in groups:
        light = light_in(group.bucket, group.due_on, cutoffs)
        if light is not None:
            found[light.value] = found.get(light.value, 0) + group.duties
        if light is Light.OVERDUE and group.bucket is Bucket.OPEN_BLOCKED:
            found["overdue_blocked"] = found.get("overdue_blocked", 0) + group.duties
    return Counts(**found)
