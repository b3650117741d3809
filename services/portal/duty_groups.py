"""The headings of the unit's page: which start closed, and under which a duty can be marked done. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Group(StrEnum):
    """The headings of the unit's page, in its order."""

    ANSWERED = "answered"
    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    BLOCKED = "blocked"
    THIS_MONTH = "this_month"
    LATER = "later"
    AWAITING_REVIEW = "awaiting_review"
    DONE = "done"
    NOT_APPLICABLE = "not_applicable"


FOLDED = frozenset({Group.DONE, Group.NOT_APPLICABLE})
NOT_TICKABLE = frozenset({Group.AWAITING_REVIEW, Group.DONE, Group.NOT_APPLICABLE})


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
        return self.group not in NOT_TICKABLE

    @property
    def missing(self) -> int:
        """How many of its duties are not on the page."""
        return self.total - len(self.duties)


def grouped(headings: Iterable[Mapping[str, Any]]) -> list[Grouped]:
    """The headings of an answer."""
    return [Grouped(Group(one["heading"]), one["duties"], one["total"]) for one in headings]
