"""How a unit's duties are laid out: by light, what is on track by when it is due. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.light import Light


class Group(StrEnum):
    """The headings of the unit's page, in its order."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    BLOCKED = "blocked"
    THIS_MONTH = "this_month"
    LATER = "later"
    AWAITING_REVIEW = "awaiting_review"
    DONE = "done"
    NOT_APPLICABLE = "not_applicable"


FOLDED = frozenset({Group.DONE, Group.NOT_APPLICABLE})
TICKABLE = frozenset({Group.OVERDUE, Group.DUE_SOON, Group.BLOCKED, Group.THIS_MONTH, Group.LATER})
LIGHTS_OF = {
    Group.OVERDUE: (Light.OVERDUE,),
    Group.DUE_SOON: (Light.DUE_SOON,),
    Group.BLOCKED: (Light.BLOCKED,),
    Group.AWAITING_REVIEW: (Light.AWAITING_REVIEW,),
    Group.DONE: (Light.DONE, Light.DONE_LATE),
    Group.NOT_APPLICABLE: (Light.NOT_APPLICABLE,),
}


@dataclass(frozen=True, slots=True)
class Grouped:
    """One heading with its duties; `total` counts those that are not on the page too."""

    group: Group
    duties: list[dict[str, Any]]
    total: int

    @property
    def is_folded(self) -> bool:
        """Whether the heading starts closed."""
        return self.group in FOLDED

    @property
    def is_tickable(self) -> bool:
        """Whether its duties can be marked done from the list."""
        return self.group in TICKABLE

    @property
    def missing(self) -> int:
        """How many of its duties are not on the page."""
        return self.total - len(self.duties)


def group_duties(duties: Iterable[dict[str, Any]], today: str, counts: Mapping[str, int]) -> list[Grouped]:
    """Lay the duties out under their headings, leaving out empty ones; their order within a heading is kept."""
    found: dict[Group, list[dict[str, Any]]] = {group: [] for group in Group}
    for duty in duties:
        found[_group_of(duty, today)].append(duty)
    grouped = [Grouped(group, lines, _total(group, len(lines), counts)) for group, lines in found.items()]
    return [one for one in grouped if one.total]


def _group_of(duty: Mapping[str, Any], today: str) -> Group:
    light = Light(duty["light"])
    if light is Light.ON_TRACK:
        return Group.THIS_MONTH if duty["due_on"][:7] == today[:7] else Group.LATER
    return next(group for group, lights in LIGHTS_OF.items() if light in lights)


def _total(group: Group, shown: int, counts: Mapping[str, int]) -> int:
    # What is on track is counted as one by the service; only what is on the page can be told apart by month.
    if group not in LIGHTS_OF:
        return shown
    return max(shown, sum(counts.get(light, 0) for light in LIGHTS_OF[group]))
