"""How a unit's page is laid out: the heading of a duty, what a search keeps, how lines are shared out.

Pure: the day is given, nothing is loaded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.light import Light


class Heading(StrEnum):
    """The headings of the unit's page in its order, what needs an answer first."""

    ANSWERED = "answered"
    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    BLOCKED = "blocked"
    THIS_MONTH = "this_month"
    LATER = "later"
    AWAITING_REVIEW = "awaiting_review"
    DONE = "done"
    NOT_APPLICABLE = "not_applicable"


_OF_LIGHT = {
    Light.OVERDUE: Heading.OVERDUE,
    Light.DUE_SOON: Heading.DUE_SOON,
    Light.BLOCKED: Heading.BLOCKED,
    Light.AWAITING_REVIEW: Heading.AWAITING_REVIEW,
    Light.DONE: Heading.DONE,
    Light.DONE_LATE: Heading.DONE,
    Light.NOT_APPLICABLE: Heading.NOT_APPLICABLE,
}


@dataclass(frozen=True, slots=True)
class Sought:
    """What a list is narrowed to: some ids, a period, due from `first` to `last`; None does not narrow."""

    ids: Collection[int] | None = None
    period: str | None = None
    first: dt.date | None = None
    last: dt.date | None = None

    def keeps(self, duty_id: int, period: str, due_on: dt.date) -> bool:
        """Whether a duty is among what is sought."""
        return (
            (self.ids is None or duty_id in self.ids)
            and (self.period is None or period == self.period)
            and (self.first is None or due_on >= self.first)
            and (self.last is None or due_on <= self.last)
        )


def heading_of(light: Light, due_on: dt.date, today: dt.date, *, is_answered: bool) -> Heading:
    """Where a duty stands on `today`. One that the lead bureau has answered comes first, however much time is left."""
    if is_answered:
        return Heading.ANSWERED
    if light is Light.ON_TRACK:
        return Heading.THIS_MONTH if (due_on.year, due_on.month) == (today.year, today.month) else Heading.LATER
    return _OF_LIGHT[light]


def shared_out(totals: Sequence[int], lines: int, *, least: int) -> list[int]:
    """How many lines each heading gets of `lines`, given how many it has: `least` for each, the rest from the first on.

    `lines` must be at least `least` for every heading.
    """
    given = [min(total, least) for total in totals]
    left = lines - sum(given)
    for place, total in enumerate(totals):
        more = min(total - given[place], left)
        given[place] += more
        left -= more
    return given
